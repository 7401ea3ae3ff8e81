"""A report as workflow commands of GitHub: annotations on the lines of files, after what a person reads in the log."""

from __future__ import annotations

from kubesim.views.check.page import Page

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.views.check.model import Finding, Report


def as_annotations(report: Report, home: str) -> str:
    """The report as a page, and then ``::error file=web.yaml,line=3,title=deployment/web::...`` for each finding."""
    page = Page(report, lambda text, _: text, home)
    return page.text() + "".join(f"{_annotation(finding, page)}\n" for finding in report.findings)


def _annotation(finding: Finding, page: Page) -> str:
    place = finding.place
    title = "sim check" if finding.key is None else page.title(finding.key)
    properties = {} if place is None else {"file": place.file, "line": str(place.line)}
    shown = ",".join(f"{name}={_property(text)}" for name, text in {**properties, "title": title}.items())
    return f"::{finding.level.value} {shown}::{_escaped(page.message(finding))}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
