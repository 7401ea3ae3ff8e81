"""What becomes of a client's text on its way to the API server."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def as_sent(value: Any) -> Any:
    """A value as JSON carries it: U+FFFD for each byte that is no part of a text in UTF-8.

    Such bytes come from command lines, where they are surrogates.  The very same value where there are none.
    Mirrors encoding/json's appendString.
    """
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return _repaired(value)
    return value


def _repaired(value: Any) -> Any:
    if isinstance(value, str):
        return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in value)
    if isinstance(value, dict):
        return {_repaired(key): _repaired(part) for key, part in value.items()}
    return [_repaired(part) for part in value] if isinstance(value, list) else value
