"""Findings on objects that the API server refuses, in its own words."""

from __future__ import annotations

import re

from kubesim.errors import StatusError
from kubesim.views.check.model import Aspect, Finding, Level

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.views.check.model import Given
    from kubesim.views.check.trial import Refusal

WAS_SO = "it was so before the change"
_PATCH = 'patch: Invalid value: "map['  # what follows is the whole patch, and then why
_FIELD = r'(?:unknown|duplicate) field "([^"]+)"'
_IMMUTABLE, _UPDATES = "field is immutable", "Forbidden: updates to"
_KEEPS = "once made, it keeps its selector: leave that as it is, or delete the object and make it anew"


def refusals(given: Given, error: Refusal, old: Refusal | None, *, keeps_selector: bool) -> Iterator[Finding]:
    """What the API server has against a new object, each complaint by itself.

    ``old`` is what it had against the old one: the same is no mistake of the change.
    """
    known = [] if old is None else _complaints(old)
    for complaint in _complaints(error):
        text, path = complaint
        code = "Refused"
        if path.startswith("spec.selector") or "`selector`" in text:
            code = "SelectorRefused"
        if not keeps_selector and (_IMMUTABLE in text or _UPDATES in text):
            code, text, path = "SelectorChanged", f"{text}; {_KEEPS}", "spec.selector"
        aspect = Aspect.ACCEPTED if code == "Refused" else Aspect.SELECTOR
        if complaint in known:
            yield Finding(Level.WARNING, aspect, code, f"{text}; {WAS_SO}", given.key, given.locate(path))
        else:
            yield Finding(Level.ERROR, aspect, code, text, given.key, given.locate(path))


def old_refusal(given: Given, error: Refusal) -> Finding:
    """An object of the old side that is not there before the change, since it is refused."""
    text = f"the old one is refused, so that it is not there before the change: {_complaints(error)[0][0]}"
    return Finding(Level.WARNING, Aspect.ACCEPTED, "OldRefused", text, given.key, given.locate(""))


def _complaints(error: Refusal) -> list[tuple[str, str]]:
    """What is complained of, each with the path of the field that it is about."""
    if isinstance(error, StatusError) and error.causes and error.kind:
        causes = dict.fromkeys((cause.field, cause.message) for cause in error.causes)
        return [(f"{field}: {message}", field) for field, message in causes]
    if error.message.startswith(_PATCH):
        return [(error.message.rpartition('": ')[2], "")]
    found = re.search(_FIELD, error.message)
    return [(error.message, found[1] if found else "")]
