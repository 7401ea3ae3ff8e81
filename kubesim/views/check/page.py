"""A report as text for people."""

from __future__ import annotations

from kubesim.golang.tabwriter import escape_terminal
from kubesim.kubectl.printers.style import BAD, COMMENT, GOOD, HEADING, WAITING
from kubesim.views.check.model import Action, Level
from kubesim.views.differences import value_text
from kubesim.views.lengths import length_text
from kubesim.views.words import counted, listed, title_of_key, wrapped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubesim.api.meta import Key
    from kubesim.kubectl.printers.style import Paint
    from kubesim.views.check.model import Finding, Place, Report, Rollout, Subject
    from kubesim.views.traffic.model import Traffic

MOST_CHANGES = 6  # of one object that are shown
LONGEST_VALUE = 40  # characters
_STYLES = {Level.ERROR: BAD, Level.WARNING: WAITING, Level.NOTICE: COMMENT}
_QUIET = (Action.UNCHANGED, Action.KEPT)


class Page:
    """Writes a report; ``home`` is the namespace of objects that are named without one.

    Sentences are in rows of ``width`` columns at most, unless it is 0.
    """

    def __init__(self, report: Report, paint: Paint, home: str, width: int = 0) -> None:
        self._report = report
        self._paint = paint
        self._home = home
        self._width = width

    def text(self) -> str:
        """What becomes of each object that changes, and what is found wrong; at the end how many errors there are."""
        blocks = [self._subject(subject) for subject in self._report.subjects if self._is_shown(subject)]
        blocks += [self._finding(one, "") for one in self._report.findings if one.key is None]
        return "".join(f"{line}\n" for line in _apart([*blocks, list(self._closing())]))

    def _is_shown(self, subject: Subject) -> bool:
        """Whether an object has lines of its own: it changes, or something new is found about it."""
        if subject.action is Action.UNKNOWN:
            return False
        levels = [finding.level for finding in self._report.findings_on(subject.key)]
        return subject.action not in _QUIET or any(level is not Level.NOTICE for level in levels)

    # objects

    def _subject(self, subject: Subject) -> list[str]:
        lines = self._rows(self.title(subject.key), HEADING, action_text(subject), subject.place, "")
        lines += [f"  {escape_terminal(text)}" for text in change_texts(subject)]
        if subject.rollout is not None and subject.action is not Action.UNCHANGED:
            lines.append(f"  {rollout_text(subject.rollout)}")
        if subject.traffic is not None:
            lines.append(f"  {traffic_text(subject.traffic)}")
        return lines + [row for one in self._report.findings_on(subject.key) for row in self._finding(one, "  ")]

    def _finding(self, finding: Finding, indent: str) -> list[str]:
        word, style = f"{finding.level.value}:", _STYLES[finding.level]
        return self._rows(word, style, self.message(finding), finding.place, indent)

    def _rows(self, head: str, style: str, text: str, place: Place | None, indent: str) -> list[str]:
        """A sentence with a head in its style, and a place after it."""
        begin, end = escape_terminal(head), "" if place is None else escape_terminal(f"({place.text})")
        rows = wrapped(f"{indent}{begin} {escape_terminal(text)} {end}".rstrip(), self._width, f"{indent}  ")
        rows[0] = rows[0].replace(begin, self._paint(begin, style), 1)
        if end and rows[-1].endswith(end):
            rows[-1] = rows[-1].removesuffix(end) + self._paint(end, COMMENT)
        return rows

    def title(self, key: Key) -> str:
        """``deployment/web``; with its namespace in front if that is another than the one at home."""
        name = title_of_key(key) if "." not in key.kind else f"{_kind_word(key)}/{key.name}"
        return f"{key.namespace}/{name}" if key.namespace not in ("", self._home) else name

    def message(self, finding: Finding) -> str:
        """What is found, in a line, and what else does not work because of it."""
        first = finding.text.partition("\n")[0]
        others = listed([self.title(key) for key in finding.also])
        return f"{first}; it keeps {others} from working, too" if others else first

    # the end

    def _closing(self) -> Iterator[str]:
        """What needs no lines of its own, and the verdict."""
        rest = [subject for subject in self._report.subjects if not self._is_shown(subject)]
        for text in (self._assumed(), _unknown(rest), self._as_before(rest), _quiet(rest)):
            rows = wrapped(escape_terminal(text), self._width) if text else []
            yield from (self._paint(row, COMMENT) for row in rows)
        yield self._verdict()

    def _assumed(self) -> str:
        assumed = self._report.assumed
        return f"Taken to be there, since the old side needs it: {listed(assumed)}." if assumed else ""

    def _as_before(self, rest: Sequence[Subject]) -> str:
        found = [self.title(subject.key) for subject in rest if self._report.findings_on(subject.key)]
        return f"Not working before the change, and not after it: {listed(found)}." if found else ""

    def _verdict(self) -> str:
        levels = [finding.level for finding in self._report.findings]
        errors, warnings = levels.count(Level.ERROR), levels.count(Level.WARNING)
        counts = [counted(count, word) for count, word in ((errors, "error"), (warnings, "warning")) if count]
        if errors:
            return f"{self._paint('The change does not pass', BAD)}: {listed(counts)}."
        return f"{self._paint('The change passes', GOOD)}{': ' if counts else ''}{listed(counts)}."


def _apart(blocks: Sequence[list[str]]) -> Iterator[str]:
    """The lines of blocks, with an empty one beside each that has several."""
    was_long = False
    for number, block in enumerate(blocks):
        if number and (was_long or len(block) > 1):
            yield ""
        yield from block
        was_long = len(block) > 1


def _unknown(rest: Sequence[Subject]) -> str:
    kinds = [_kind_word(subject.key) for subject in rest if subject.action is Action.UNKNOWN]
    counts = [f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds)]
    return f"Not checked, since their kinds are not Kubernetes' own: {listed(counts)}." if counts else ""


def _quiet(rest: Sequence[Subject]) -> str:
    actions = [subject.action for subject in rest]
    same, kept = actions.count(Action.UNCHANGED), actions.count(Action.KEPT)
    parts = [f"{counted(same, 'object')} {'is' if same == 1 else 'are'} unchanged"] if same else []
    if kept:
        parts.append(f"{counted(kept, 'object')} on the old side alone {'stays' if kept == 1 else 'stay'}")
    return f"{listed(parts)}." if parts else ""


def _kind_word(key: Key) -> str:
    """What a kind is called that kubesim does not know."""
    return key.kind.partition(".")[0].lower()


def action_text(subject: Subject) -> str:
    """What becomes of an object, in a few words."""
    if subject.action is Action.REFUSED:
        return "is refused"
    if subject.action in (Action.DELETED, Action.CREATED, Action.UNCHANGED):
        return f"is {subject.action.value}"
    if subject.action is Action.KEPT:
        return "is on the old side alone, and stays"
    return listed([*_movements(subject)])


def _movements(subject: Subject) -> Iterator[str]:
    if subject.rolls_out:
        yield "rolls out"
    if subject.scale is not None:
        yield "goes from {} to {} pods".format(*subject.scale)
    if not subject.rolls_out and subject.scale is None:
        yield "changes" if subject.rollout is None else "changes without a rollout"
    if subject.rollout is not None and subject.keeps_selector:
        yield "keeps its selector"


def change_texts(subject: Subject) -> Iterator[str]:
    """The fields that change, as far as there is room."""
    for change in subject.changes[:MOST_CHANGES]:
        yield f"{change.path}: {_short(change.old)} -> {_short(change.new)}"
    more = len(subject.changes) - MOST_CHANGES
    if more > 0:
        yield f"and {counted(more, 'field')} more"


def _short(value: object) -> str:
    text = value_text(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 3]}..."


def traffic_text(traffic: Traffic) -> str:
    """What requests came to, in a sentence."""
    sent = counted(traffic.total, "request")
    return f"{sent}, {traffic.failed} of which fail" if traffic.failed else f"{sent}, all of which are answered"


def rollout_text(rollout: Rollout) -> str:
    """The numbers of a rollout in a sentence."""
    least = f"{rollout.least_available} of {counted(rollout.needed, 'pod')} available at least"
    if rollout.is_new:
        least = "" if rollout.done_after is not None else f"{rollout.least_available} of {rollout.needed} available"
    most = f"{counted(rollout.most_pods, 'pod')} at most"
    done = "not done" if rollout.done_after is None else ""
    if rollout.done_after:
        done = f"done after {length_text(rollout.done_after)}"
    return ", ".join(filter(None, (least, most, done)))
