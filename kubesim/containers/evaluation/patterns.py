"""Patterns of the shell (XCU 2.13): ``*``, ``?``, ``[a-z]``; a backslash takes the next character as it is.

Matching is done for all places of a text at once: a number whose bit ``i`` says that a place ``i`` can be reached.  So
it takes a time that grows with the text, whatever the pattern.
"""

from __future__ import annotations

import re

from kubesim.startup.function_cache import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_STAR = ""  # among the elements of a pattern, each of which else is a regular expression for one character
_ELEMENT = re.compile(r"\\(?P<taken>.)|\*+|\?|\[(?P<not>[!^]?)(?P<set>\]?(?:\[:\w+:\]|\\.|[^\]])*)\]|.", re.DOTALL)
_SPECIAL = re.compile(r"([*?\[\]\\])")
_CLASSES = {
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "alnum": "a-zA-Z0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "space": r"\s",
    "blank": " \\t",
    "xdigit": "0-9a-fA-F",
    "punct": r"!-/:-@\[-`{-~",
}


def escaped(text: str) -> str:
    """A pattern that matches a text as it is."""
    return _SPECIAL.sub(r"\\\1", text)


def is_pattern(text: str) -> bool:
    """Whether a pattern matches more than one text."""
    return any(found[0][0] in "*?[" and found[0] != "[" for found in _ELEMENT.finditer(text))


def unescaped(text: str) -> str:
    """The text that a pattern without special characters matches."""
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


@lru_cache(maxsize=256)
def _elements(pattern: str) -> tuple[str, ...]:
    found: list[str] = []
    for element in _ELEMENT.finditer(pattern):
        text = element[0]
        if text[0] == "*":
            found.append(_STAR)
        elif text == "?":
            found.append(r"(?s:.)")
        elif element["set"] is not None:
            found.append(_set(element["set"], is_negated=bool(element["not"])))
        else:
            found.append(re.escape(element["taken"] or text))
    return tuple(found)


def _set(text: str, *, is_negated: bool) -> str:
    inner = re.sub(r"\[:(\w+):\]", lambda found: f"\0{found[1]}\0", text)
    inner = re.sub(r"\\?([\\\[\]^&~|])", r"\\\1", inner)
    inner = re.sub(r"\0(\w+)\0", lambda found: _CLASSES.get(found[1], ""), inner)
    try:
        re.compile(f"[{inner}]")
    except re.error:
        return re.escape(text[:1])
    return f"[{'^' * is_negated}{inner}]"


def _reached(elements: Sequence[str], text: str) -> int:
    """The places of a text at which a match of the elements can end that begins at its first character."""
    everything = (1 << (len(text) + 1)) - 1
    places: dict[str, int] = {}
    state = 1
    for element in elements:
        if not state:
            return 0
        if element == _STAR:
            state = everything & -(state & -state)
            continue
        if element not in places:
            places[element] = sum(1 << found.start() for found in re.finditer(element, text)) if text else 0
        state = (state & places[element]) << 1
    return state


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern matches a whole text."""
    return bool(_reached(_elements(pattern), text) >> len(text))


def without_start(pattern: str, text: str, *, longest: bool) -> str:
    """A text without what a pattern matches at its start."""
    ends = _reached(_elements(pattern), text)
    return text[_chosen(ends, longest=longest) :] if ends else text


def without_end(pattern: str, text: str, *, longest: bool) -> str:
    """A text without what a pattern matches at its end."""
    ends = _reached(_elements(pattern)[::-1], text[::-1])
    return text[: len(text) - _chosen(ends, longest=longest)] if ends else text


def _chosen(places: int, *, longest: bool) -> int:
    return places.bit_length() - 1 if longest else (places & -places).bit_length() - 1


def replaced(pattern: str, text: str, new: str, *, everywhere: bool) -> str:
    """A text with what a pattern matches replaced: the longest match, the first one or each."""
    anchored = pattern[:1] if pattern[:1] in ("#", "%") and len(pattern) > 1 else ""
    elements = _elements(pattern[len(anchored) :])
    if anchored:
        rest = without_start(pattern[1:], text, longest=True) if anchored == "#" else text
        if anchored == "%":
            kept = without_end(pattern[1:], text, longest=True)
            return kept + new if kept != text else text
        return new + rest if rest != text else text
    if not elements:
        return text
    first = re.compile("" if elements[0] == _STAR else elements[0])
    pieces: list[str] = []
    at = 0
    while at < len(text):
        found = first.search(text, at)
        ends = _reached(elements, text[found.start() :]) >> 1 << 1 if found else 0
        if found is None:
            break
        pieces.append(text[at : found.start()])
        end = found.start() + (_chosen(ends, longest=True) if ends else 1)
        pieces.append(new if ends else text[found.start() : end])
        at = end
        if ends and not everywhere:
            break
    return "".join(pieces) + text[at:]
