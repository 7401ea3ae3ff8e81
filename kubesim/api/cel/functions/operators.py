"""Arithmetic, comparisons and membership. Mirrors cel-go's common/stdlib."""

from __future__ import annotations

from kubesim.api.cel.equality import contains, equal, key_in, key_of, less
from kubesim.api.cel.values import Duration, EvaluationError, MapList, SetList, Timestamp, Uint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_FIRST, _LAST = -62135596800 * 10**9, 253402300800 * 10**9


def bounded(number: int, like: Any) -> Any:
    """A result of integer arithmetic, of the type of an operand."""
    if isinstance(like, Uint):
        if not 0 <= number < 1 << 64:
            raise EvaluationError("unsigned integer overflow")
        return Uint(number)
    if not -(1 << 63) <= number < 1 << 63:
        raise EvaluationError("integer overflow")
    return number


def duration(nanoseconds: int) -> Duration:
    if not -(1 << 63) <= nanoseconds < 1 << 63:
        raise EvaluationError("duration overflow")
    return Duration(nanoseconds)


def timestamp(nanoseconds: int, zone: int = 0) -> Timestamp:
    if not _FIRST <= nanoseconds < _LAST:
        raise EvaluationError("timestamp overflow")
    return Timestamp(nanoseconds, zone)


def _add(first: Any, second: Any) -> Any:
    if isinstance(first, list):
        return _joined(first, second)
    if isinstance(first, Duration) and isinstance(second, Duration):
        return duration(first.nanoseconds + second.nanoseconds)
    if isinstance(first, (Duration, Timestamp)):
        zone = first.zone if isinstance(first, Timestamp) else second.zone
        return timestamp(first.nanoseconds + second.nanoseconds, zone)
    return bounded(first + second, first) if isinstance(first, int) else first + second


def _joined(first: list[Any], second: list[Any]) -> list[Any]:
    """Two lists after each other; those of type set are united, in those of type map keys are unique."""
    if isinstance(first, SetList):
        return SetList([*first, *(element for element in second if not contains(first, element))])
    if isinstance(first, MapList):
        merged = {key_of(element, first.keys): element for element in first}
        merged.update({key_of(element, first.keys): element for element in second})
        return MapList(list(merged.values()), first.keys)
    return [*first, *second]


def _subtract(first: Any, second: Any) -> Any:
    if isinstance(second, Timestamp):
        return duration(first.nanoseconds - second.nanoseconds)
    if isinstance(first, Timestamp):
        return timestamp(first.nanoseconds - second.nanoseconds, first.zone)
    if isinstance(first, Duration):
        return duration(first.nanoseconds - second.nanoseconds)
    return bounded(first - second, first) if isinstance(first, int) else first - second


def _multiply(first: Any, second: Any) -> Any:
    return bounded(first * second, first) if isinstance(first, int) else first * second


def _divide(first: Any, second: Any) -> Any:
    if isinstance(first, float):
        return _float_division(first, second)
    if second == 0:
        raise EvaluationError("division by zero")
    quotient = abs(first) // abs(second)
    return bounded(quotient if (first < 0) == (second < 0) else -quotient, first)


def _float_division(first: float, second: float) -> float:
    import math

    if second:
        return first / second
    if first == 0 or first != first:
        return math.nan
    return math.copysign(math.inf, first) * math.copysign(1, second)


def _modulo(first: Any, second: Any) -> Any:
    if second == 0:
        raise EvaluationError("modulus by zero")
    remainder = abs(first) % abs(second)
    return bounded(-remainder if first < 0 else remainder, first)


def _negate(value: Any) -> Any:
    return bounded(-value, value) if isinstance(value, int) else -value


def _in(wanted: Any, among: Any) -> bool:
    return key_in(among, wanted)[0] if isinstance(among, dict) else contains(among, wanted)


def _size(value: Any) -> int:
    return len(value)


def _insert(map_: dict[Any, Any], *args: Any) -> dict[Any, Any]:
    """A map with a key and its value, or with another map's entries; a key must be new."""
    entries = args[0] if len(args) == 1 else {args[0]: args[1]}
    found = dict(map_)
    for key, value in entries.items():
        if key in found:
            raise EvaluationError(f"insert failed: key {key} already exists")
        found[key] = value
    return found


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "!_": lambda value: not value,
    "-_": _negate,
    "_+_": _add,
    "_-_": _subtract,
    "_*_": _multiply,
    "_/_": _divide,
    "_%_": _modulo,
    "_<_": less,
    "_<=_": lambda first, second: not less(second, first),
    "_>_": lambda first, second: less(second, first),
    "_>=_": lambda first, second: not less(first, second),
    "@in": _in,
    "size": _size,
    "cel.@mapInsert": _insert,
    "_==_": equal,
}
