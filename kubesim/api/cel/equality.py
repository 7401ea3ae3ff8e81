"""When two values are equal, which comes first, and what the type of one is called. Mirrors cel-go's common/types."""

from __future__ import annotations

from kubesim.api.cel.values import (
    Duration,
    EvaluationError,
    MapList,
    Optional,
    SetList,
    Struct,
    Timestamp,
    TypeValue,
    Uint,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def equal(first: Any, second: Any) -> bool:
    """Whether two values are equal; values of different types are not, but for numbers."""
    if is_number(first) or is_number(second):
        return is_number(first) and is_number(second) and bool(first == second)
    if isinstance(first, list) and isinstance(second, list):
        return _equal_lists(first, second)
    if isinstance(first, dict) and isinstance(second, dict):
        if len(first) != len(second):
            return False
        return all(
            found and equal(value, other)
            for value, (found, other) in ((v, key_in(second, k)) for k, v in first.items())
        )
    if isinstance(first, Optional) and isinstance(second, Optional):
        return first.has_value == second.has_value and equal(first.value, second.value)
    if isinstance(first, Timestamp) and isinstance(second, Timestamp):
        return first.nanoseconds == second.nanoseconds
    if type(first) is not type(second):
        return False
    return bool(first == second)


def _equal_lists(first: list[Any], second: list[Any]) -> bool:
    if len(first) != len(second):
        return False
    if isinstance(first, SetList):
        return all(contains(second, element) for element in first)
    if isinstance(first, MapList):
        others = {key_of(element, first.keys): element for element in second}
        return all(equal(element, others.get(key_of(element, first.keys))) for element in first)
    return all(map(equal, first, second))


def key_of(element: Any, keys: tuple[str, ...]) -> tuple[Any, ...]:
    """What an element of a list of type map is found by."""
    return tuple(element.get(key) for key in keys) if isinstance(element, dict) else ()


def contains(elements: list[Any], wanted: Any) -> bool:
    return any(equal(element, wanted) for element in elements)


def key_in(map_: dict[Any, Any], key: Any) -> tuple[bool, Any]:
    """Whether a map has a key, and the value there; Python takes true for 1, CEL does not."""
    try:
        if key in map_:
            if is_number(key) or isinstance(key, bool):
                found = next(own for own in map_ if own == key)
                return (isinstance(found, bool) == isinstance(key, bool)), map_[key]
            return True, map_[key]
    except TypeError:
        pass
    return False, None


def less(first: Any, second: Any) -> bool:
    """Whether one value comes before another; EvaluationError for types that have no order between them."""
    if is_number(first) and is_number(second):
        if first != first or second != second:
            raise EvaluationError("NaN values cannot be ordered")
        return bool(first < second)
    if type(first) is type(second) and isinstance(first, (str, bytes, bool, Duration, Timestamp)):
        return bool(first < second)
    raise EvaluationError("no such overload")


_NAMES: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "bool"),
    (Uint, "uint"),
    (int, "int"),
    (float, "double"),
    (str, "string"),
    (bytes, "bytes"),
    (list, "list"),
    (dict, "map"),
    (Duration, "google.protobuf.Duration"),
    (Timestamp, "google.protobuf.Timestamp"),
    (Optional, "optional_type"),
    (TypeValue, "type"),
)


def type_name(value: Any) -> str:
    """What the type of a value is called."""
    if value is None:
        return "null_type"
    if isinstance(value, Struct):
        return value.type_name
    for kind, name in _NAMES:
        if isinstance(value, kind):
            return name
    return str(value.cel_type)
