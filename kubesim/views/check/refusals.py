"""Findings on objects that the API server refuses, in its own words."""

from __future__ import annotations

import re

from kubesim.api.meta import dig
from kubesim.errors import StatusError
from kubesim.views.check.fields import changed_within
from kubesim.views.check.model import Aspect, Finding, Level

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.api.meta import Obj
    from kubesim.views.check.model import Given
    from kubesim.views.check.trial import Refusal

WAS_SO = "it was so before the change"
_PATCH, _PATCH_END = 'patch: Invalid value: "map[', ']": '  # between them stands the whole patch, after them why
_FIELD = r'(?:unknown|duplicate) field "([^"]+)"'
_IMMUTABLE, _UPDATES = "field is immutable", "Forbidden: updates to"
_KEEPS = "once made, it keeps its selector: leave that as it is, or delete the object and make it anew"


def refusals(given: Given, error: Refusal, old: Obj | None, old_error: Refusal | None) -> Iterator[Finding]:
    """What the API server has against a new object, each complaint by itself.

    ``old`` is the object as the old side has it, ``old_error`` what the API server had against that: the same is no
    mistake of the change.
    """
    moved = _moved_selector(old, given.obj)
    known = [] if old_error is None else _complaints(old_error)
    for complaint in _complaints(error):
        text, path = complaint
        code = "Refused"
        if path.startswith("spec.selector") or "`selector`" in text:
            code = "SelectorRefused"
        if moved and (_IMMUTABLE in text or _UPDATES in text):
            code, text, path = "SelectorChanged", f"{text}; {_KEEPS}", moved
        aspect = Aspect.ACCEPTED if code == "Refused" else Aspect.SELECTOR
        place = given.locate(path if old is None else changed_within(old, given.obj, path))
        if complaint in known:
            yield Finding(Level.WARNING, aspect, code, f"{text}; {WAS_SO}", given.key, place)
        else:
            yield Finding(Level.ERROR, aspect, code, text, given.key, place)


def old_refusal(given: Given, error: Refusal) -> Finding:
    """An object of the old side that is not there before the change, since it is refused."""
    text = f"the old one is refused, so that it is not there before the change: {_complaints(error)[0][0]}"
    return Finding(Level.WARNING, Aspect.ACCEPTED, "OldRefused", text, given.key, given.locate(""))


def _moved_selector(old: Obj | None, new: Obj) -> str:
    """The path of the first field of the selector that changes; empty if none does."""
    selectors = [dig(obj, "spec", "selector") for obj in (old, new)]
    if old is None or None in selectors or selectors[0] == selectors[1]:
        return ""
    return changed_within(old, new, "spec.selector")


def _complaints(error: Refusal) -> list[tuple[str, str]]:
    """What is complained of, each with the path of the field that it is about."""
    if isinstance(error, StatusError) and error.causes and error.kind:
        causes = dict.fromkeys((cause.field, cause.message) for cause in error.causes)
        return [(f"{field}: {message}", field) for field, message in causes]
    message = error.message
    if message.startswith(_PATCH):
        message = message.rpartition(_PATCH_END)[2]
    found = re.search(_FIELD, message)
    return [(message, found[1] if found else "")]
