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

_FIELD = r'(?:unknown|duplicate) field "([^"]+)"'
_IMMUTABLE = "field is immutable"
_KEEPS = "once made, it keeps its selector: leave that as it is, or delete the object and make it anew"


def refusals(given: Given, error: Refusal) -> Iterator[Finding]:
    """What the API server has against a new object, each complaint by itself."""
    for complaint, path in _complaints(error):
        text = complaint
        is_of_selector = path.startswith("spec.selector") or "`selector`" in text
        aspect = Aspect.SELECTOR if is_of_selector else Aspect.ACCEPTED
        code = "SelectorRefused" if is_of_selector else "Refused"
        if is_of_selector and _IMMUTABLE in text:
            code, text = "SelectorChanged", f"{text}; {_KEEPS}"
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
    found = re.search(_FIELD, error.message)
    return [(error.message, found[1] if found else "")]
