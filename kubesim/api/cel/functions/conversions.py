"""Values as other types: ``int('1')``. Mirrors the ConvertToType methods of cel-go's common/types."""

from __future__ import annotations

from kubesim.api.cel.equality import type_name
from kubesim.api.cel.functions.operators import timestamp
from kubesim.api.cel.values import Duration, EvaluationError, Timestamp, TypeValue, Uint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_BOOLS = {
    **dict.fromkeys(("1", "t", "T", "TRUE", "true", "True"), True),
    **dict.fromkeys(("0", "f", "F", "FALSE", "false", "False"), False),
}


def _cannot(value: Any, wanted: str) -> EvaluationError:
    return EvaluationError(f"type conversion error from '{type_name(value)}' to '{wanted}'")


def _whole(value: Any, wanted: str) -> int:
    """The integer that a text means. Mirrors strconv.ParseInt."""
    digits = value[1:] if value[:1] in ("+", "-") and wanted == "int" else value
    if not (digits.isascii() and digits.isdigit()):
        raise _cannot(value, wanted)
    return int(value)


def _int(value: Any) -> int:
    if isinstance(value, Timestamp):
        return value.nanoseconds // 10**9
    if isinstance(value, Duration):
        return value.nanoseconds
    number = _whole(value, "int") if isinstance(value, str) else value
    if isinstance(number, float) and not -(2.0**63) < number < 2.0**63:
        raise EvaluationError("integer overflow")
    number = int(number)
    if not -(1 << 63) <= number < 1 << 63:
        raise _cannot(value, "int") if isinstance(value, str) else EvaluationError("integer overflow")
    return number


def _uint(value: Any) -> Uint:
    number = _whole(value, "uint") if isinstance(value, str) else value
    if isinstance(number, float) and not 0 <= number < 2.0**64:
        raise EvaluationError("unsigned integer overflow")
    number = int(number)
    if not 0 <= number < 1 << 64:
        raise _cannot(value, "uint") if isinstance(value, str) else EvaluationError("unsigned integer overflow")
    return Uint(number)


def _double(value: Any) -> float:
    try:
        if isinstance(value, str) and (value != value.strip() or "_" in value):
            raise ValueError
        return float(value)
    except ValueError:
        raise _cannot(value, "double") from None


def text_of(value: Any) -> str:
    """The text that ``string`` gives."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        from kubesim.golang.numbers import general

        return general(value)
    if isinstance(value, bytes):
        return _decoded(value)
    if isinstance(value, Duration):
        return _seconds(value)
    if isinstance(value, Timestamp):
        from kubesim.api.cel.functions.times import timestamp_text

        return timestamp_text(value)
    return value.name if isinstance(value, TypeValue) else str(value)


def _seconds(value: Duration) -> str:
    whole, fraction = divmod(abs(value.nanoseconds), 10**9)
    decimals = f".{fraction:09d}".rstrip("0") if fraction else ""
    return f"{'-' if value.nanoseconds < 0 else ''}{whole}{decimals}s"


def _decoded(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise EvaluationError("invalid UTF-8 in bytes, cannot convert to string") from None


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value not in _BOOLS:
        raise _cannot(value, "bool")
    return _BOOLS[value]


def _duration(value: Any) -> Duration:
    from kubesim.golang.durations import parse_nanoseconds

    if isinstance(value, Duration):
        return value
    if isinstance(value, int):
        raise _cannot(value, "google.protobuf.Duration")
    try:
        return Duration(parse_nanoseconds(value))
    except ValueError:
        raise _cannot(value, "google.protobuf.Duration") from None


def _timestamp(value: Any) -> Timestamp:
    from kubesim.api.cel.functions.times import parse_timestamp

    if isinstance(value, Timestamp):
        return value
    if isinstance(value, int):
        return timestamp(value * 10**9)
    found = parse_timestamp(value)
    if found is None:
        raise _cannot(value, "google.protobuf.Timestamp")
    return timestamp(*found)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "int": _int,
    "uint": _uint,
    "double": _double,
    "string": text_of,
    "bool": _bool,
    "bytes": lambda value: value.encode() if isinstance(value, str) else value,
    "duration": _duration,
    "timestamp": _timestamp,
    "dyn": lambda value: value,
    "type": lambda value: TypeValue(type_name(value)),
}
