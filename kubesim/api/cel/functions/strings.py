"""Strings: cel-go's extensions in their version 2, and the regular expressions of Kubernetes.

Mirrors cel-go's ext/strings.go and apiserver's library/regex.go.
"""

from __future__ import annotations

from kubesim.api.cel.functions.lists import index_of, last_index_of
from kubesim.api.cel.values import EvaluationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from re import Pattern
    from typing import Any


_SPACES = (  # unicode.IsSpace's
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)


def _out_of_range(index: int) -> EvaluationError:
    return EvaluationError(f"index out of range: {index}")


def _char_at(text: str, index: int) -> str:
    if not 0 <= index <= len(text):
        raise _out_of_range(index)
    return text[index : index + 1]


def _index_of(text: Any, wanted: Any, offset: int = 0) -> int:
    if isinstance(text, list):
        return index_of(text, wanted)
    if wanted == "":
        return offset
    if offset < 0:
        raise _out_of_range(offset)
    return int(text.find(wanted, offset))


def _last_index_of(text: Any, wanted: Any, offset: int | None = None) -> int:
    if isinstance(text, list):
        return last_index_of(text, wanted)
    if wanted == "":
        return len(text) if offset is None else offset
    if offset is None:
        return int(text.rfind(wanted))
    if offset < 0:
        raise _out_of_range(offset)
    return -1 if offset >= len(text) else int(text.rfind(wanted, 0, offset + len(wanted)))


def _substring(text: str, start: int, end: int | None = None) -> str:
    if end is not None and start > end:
        raise EvaluationError(f"invalid substring range. start: {start}, end: {end}")
    for index in (start, len(text) if end is None else end):
        if not 0 <= index <= len(text):
            raise _out_of_range(index)
    return text[start:end]


def _split(text: str, separator: str, count: int = -1) -> list[str]:
    """Mirrors strings.SplitN: an empty separator gives characters."""
    if count == 0:
        return []
    if separator:
        return text.split(separator, count - 1 if count > 0 else -1)
    if count < 0 or count > len(text):
        return list(text)
    return [*text[: count - 1], text[count - 1 :]]


def _join(parts: list[Any], separator: str = "") -> str:
    from kubesim.api.cel.functions.conversions import text_of

    for part in parts:
        if not isinstance(part, str):
            raise EvaluationError(f"join: invalid input: {text_of(part)}")
    return separator.join(parts)


def _ascii(text: str, change: Callable[[str], str]) -> str:
    return "".join(change(character) if character.isascii() else character for character in text)


def _quote(text: str) -> str:
    escapes = {"\a": "a", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t", "\v": "v", "\\": "\\", '"': '"'}
    return '"' + "".join("\\" + escapes[c] if c in escapes else c for c in text) + '"'


def _format(text: str, args: list[Any]) -> str:
    from kubesim.api.cel.functions.formatting import formatted

    return formatted(text, args)


def _pattern(text: str, words: str = "Illegal regex: {}") -> Pattern[str]:
    from kubesim.golang.regexp import RegexpError, compile_regexp

    try:
        return compile_regexp(text)
    except RegexpError as error:
        raise EvaluationError(words.format(error)) from None


def _matches(text: str, pattern: str) -> bool:
    return _pattern(pattern, "{}").search(text) is not None


def _find(text: str, pattern: str) -> str:
    found = _pattern(pattern).search(text)
    return found.group() if found else ""


def _find_all(text: str, pattern: str, count: int = -1) -> list[str]:
    found = [match.group() for match in _pattern(pattern).finditer(text)]
    return found if count < 0 else found[:count]


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "charAt": _char_at,
    "indexOf": _index_of,
    "lastIndexOf": _last_index_of,
    "substring": _substring,
    "split": _split,
    "join": _join,
    "replace": lambda text, old, new, count=-1: text.replace(old, new, count),
    "lowerAscii": lambda text: _ascii(text, str.lower),
    "upperAscii": lambda text: _ascii(text, str.upper),
    "trim": lambda text: text.strip(_SPACES),
    "contains": lambda text, part: part in text,
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "strings.quote": _quote,
    "format": _format,
    "matches": _matches,
    "find": _find,
    "findAll": _find_all,
}
