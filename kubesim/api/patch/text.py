"""JSON values as Go's fmt writes them with %v: ``map[a:1 b:[x y]]``, keys sorted, strings bare."""

from __future__ import annotations

from typing import Any


def go_value(value: Any) -> str:
    """The text of a value that was decoded from JSON into an interface{}."""
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{go_value(value[key])}' for key in sorted(value))}]"
    if isinstance(value, list):
        return f"[{' '.join(go_value(item) for item in value)}]"
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float_text(value)
    return str(value)


def _float_text(value: float) -> str:
    """The shortest digits, with an exponent below 1e-4 and from 1e21 on."""
    if value and (abs(value) < 1e-4 or abs(value) >= 1e21):
        mantissa, _, exponent = repr(value).partition("e")
        if exponent:
            return f"{mantissa.removesuffix('.0')}e{exponent[0]}{exponent[1:].rjust(2, '0')}"
    return str(int(value)) if value.is_integer() else repr(value)
