"""``fieldPath`` of a rule: ``.a['b'].c``. Mirrors apiextensions' cel.ValidFieldPath."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.api.structural.schemas import Schema

_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "'": "'", "\\": "\\"}


def field_path(text: str, schema: Schema) -> str:
    """The path as errors print it, without its first dot; ValueError for one that does not lead to a field."""
    path = ""
    for name in _steps(text):
        properties, more = schema.get("properties"), schema.get("additionalProperties")
        if properties:
            if name not in properties:
                raise ValueError("does not refer to a valid field")
            path, schema = f"{path}.{name}", properties[name]
        elif isinstance(more, dict):
            path, schema = f"{path}[{name}]", more
        else:
            raise ValueError("does not refer to a valid field")
    return path.removeprefix(".")


def _steps(text: str) -> Iterator[str]:
    """The names on a path; ValueError."""
    tokens = iter(re.findall(r"'(?:[^\\]|\\.)*?'|[.\[\]]|[^.\[\]]+", text, re.DOTALL))
    for token in tokens:
        if token == ".":
            yield _next(tokens)
        elif token == "[":
            quoted = _next(tokens)
            if len(quoted) < 2 or quoted[0] != "'" or quoted[-1] != "'":
                raise ValueError(f"expected single quoted string but got {quoted}")
            yield re.sub(r"\\(.)", _unescaped, quoted[1:-1])
            closing = _next(tokens)
            if closing != "]":
                raise ValueError(f"expected ] but got {closing}")
        else:
            raise ValueError(f"expected [ or . but got: {token}")


def _next(tokens: Iterator[str]) -> str:
    found = next(tokens, None)
    if found is None:
        raise ValueError("unexpected end of JSON path")
    return found


def _unescaped(found: re.Match[str]) -> str:
    if found[1] not in _ESCAPES:
        raise ValueError(f"invalid string literal: invalid escape char {found[0]}")
    return _ESCAPES[found[1]]
