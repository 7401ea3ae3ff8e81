"""A report as JUnit XML, which GitLab, Jenkins and others show: a test suite an object, a test case an aspect."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from kubesim.api.meta import SECOND
from kubesim.views.check.model import Action, Aspect, Level
from kubesim.views.check.page import Page

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.views.check.model import Finding, Report, Subject

_TRIED = (Action.CREATED, Action.CHANGED, Action.UNCHANGED, Action.REFUSED)


def as_junit(report: Report, home: str) -> str:
    """The document. What is unreadable is an error of a suite of its own."""
    return "".join(f"{line}\n" for line in _Document(report, home).lines())


class _Document:
    def __init__(self, report: Report, home: str) -> None:
        self._report = report
        self._page = Page(report, lambda text, _: text, home)

    def lines(self) -> Iterator[str]:
        yield '<?xml version="1.0" encoding="UTF-8"?>'
        yield '<testsuites name="kubesim sim check">'
        for subject in self._report.subjects:
            if subject.action in _TRIED:
                yield from self._suite(subject)
        unread = [finding for finding in self._report.findings if finding.key is None]
        if unread:
            yield from _suite("files", "", [_case("files can be read", "", unread, self._page)])
        yield "</testsuites>"

    def _suite(self, subject: Subject) -> Iterator[str]:
        title, found = self._page.title(subject.key), self._report.findings_on(subject.key)
        aspects = [aspect for aspect in self._report.aspects if _applies(aspect, subject)]
        aspects += [finding.aspect for finding in found if finding.aspect not in aspects]
        file = subject.place.file
        cases = [
            _case(f"{title}: {aspect.value}", file, [one for one in found if one.aspect is aspect], self._page)
            for aspect in dict.fromkeys(aspects)
        ]
        return _suite(title, _seconds(subject), cases)


def _applies(aspect: Aspect, subject: Subject) -> bool:
    """Whether an aspect is judged of an object."""
    if aspect is Aspect.ACCEPTED:
        return True
    if subject.action is Action.REFUSED:
        return False
    if aspect is Aspect.SELECTOR:
        return subject.rollout is not None and subject.keeps_selector is not None
    return aspect is Aspect.WORKS or subject.rollout is not None


def _seconds(subject: Subject) -> str:
    done = None if subject.rollout is None else subject.rollout.done_after
    return "" if done is None else f' time="{done / SECOND:.3f}"'


def _suite(title: str, time: str, cases: list[tuple[str, int]]) -> Iterator[str]:
    failures = sum(failed for _, failed in cases)
    yield f'  <testsuite name={quoteattr(title)} tests="{len(cases)}" failures="{failures}"{time}>'
    yield from (text for text, _ in cases)
    yield "  </testsuite>"


def _case(name: str, file: str, findings: list[Finding], page: Page) -> tuple[str, int]:
    """A test case, and 1 if it fails."""
    errors = [finding for finding in findings if finding.level is Level.ERROR]
    others = [finding for finding in findings if finding.level is not Level.ERROR]
    where = f" file={quoteattr(file)}" if file else ""
    head = f'    <testcase name={quoteattr(name)} classname="kubesim"{where}'
    if not findings:
        return f"{head}/>", 0
    lines = [f"{head}>"]
    if errors:
        texts = "\n".join(_text(finding, page) for finding in errors)
        first = f"message={quoteattr(errors[0].text)} type={quoteattr(errors[0].code)}"
        lines.append(f"      <failure {first}>{escape(texts)}</failure>")
    if others:
        texts = "\n".join(f"{finding.level.value}: {_text(finding, page)}" for finding in others)
        lines.append(f"      <system-out>{escape(texts)}</system-out>")
    return "\n".join([*lines, "    </testcase>"]), int(bool(errors))


def _text(finding: Finding, page: Page) -> str:
    place = "" if finding.place is None else f" ({finding.place.text})"
    return f"{page.message(finding)}{place}"
