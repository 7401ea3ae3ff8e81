"""What becomes of a client's text on its way to the API server."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def as_sent(value: Any) -> Any:
    """A value as JSON carries it: U+FFFD for each byte that is no part of a text in UTF-8.

    Such bytes come from command lines, where they are surrogates.  The very same value where there are none.
    Mirrors encoding/json's appendString.
    """
    return value if _is_sound(value) else _repaired(value)


def _is_sound(value: Any) -> bool:
    """Whether no text in a value has a surrogate in it."""
    if isinstance(value, str):
        return value.isascii() or not any(map(_is_surrogate, value))
    if isinstance(value, dict):
        return all(map(_is_sound, value)) and all(map(_is_sound, value.values()))
    return not isinstance(value, list) or all(map(_is_sound, value))


def _is_surrogate(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"


def _repaired(value: Any) -> Any:
    if isinstance(value, str):
        return "".join("\ufffd" if _is_surrogate(character) else character for character in value)
    if isinstance(value, dict):
        return {_repaired(key): _repaired(part) for key, part in value.items()}
    return [_repaired(part) for part in value] if isinstance(value, list) else value
