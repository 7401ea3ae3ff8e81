"""Lists and sets: Kubernetes' own functions, and cel-go's ext/lists.go and ext/sets.go.

Mirrors apiserver's library/lists.go.
"""

from __future__ import annotations

from functools import cmp_to_key

from kubesim.api.cel.equality import contains, equal, less
from kubesim.api.cel.functions.operators import FUNCTIONS as OPERATORS
from kubesim.api.cel.values import NONE, EvaluationError, Optional

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def index_of(elements: list[Any], wanted: Any) -> int:
    return next((index for index, element in enumerate(elements) if equal(element, wanted)), -1)


def last_index_of(elements: list[Any], wanted: Any) -> int:
    found = index_of(elements[::-1], wanted)
    return -1 if found < 0 else len(elements) - 1 - found


def _is_sorted(elements: list[Any]) -> bool:
    return not any(less(elements[index], elements[index - 1]) for index in range(1, len(elements)))


def _sum(elements: list[Any]) -> Any:
    total: Any = None
    for element in elements:
        total = element if total is None else OPERATORS["_+_"](total, element)
    return 0 if total is None else total


def _least(elements: list[Any]) -> Any:
    return _extreme("min", elements, less)


def _greatest(elements: list[Any]) -> Any:
    return _extreme("max", elements, lambda first, second: less(second, first))


def _extreme(name: str, elements: list[Any], is_better: Callable[[Any, Any], bool]) -> Any:
    if not elements:
        raise EvaluationError(f"{name} called on empty list")
    best = elements[0]
    for element in elements[1:]:
        if is_better(element, best):
            best = element
    return best


def _slice(elements: list[Any], start: int, end: int) -> list[Any]:
    if start < 0 or end < 0:
        raise EvaluationError(f"cannot slice({start}, {end}), negative indexes not supported")
    if start > end:
        raise EvaluationError(f"cannot slice({start}, {end}), start index must be less than or equal to end index")
    if end > len(elements):
        raise EvaluationError(f"cannot slice({start}, {end}), list is length {len(elements)}")
    return elements[start:end]


def _flatten(elements: list[Any], depth: int = 1) -> list[Any]:
    if depth < 0:
        raise EvaluationError("level must be non-negative")
    found: list[Any] = []
    for element in elements:
        if depth and isinstance(element, list):
            found += _flatten(element, depth - 1)
        else:
            found.append(element)
    return found


def _sort(elements: list[Any]) -> list[Any]:
    return _sort_by(elements, elements)


def _sort_by(elements: list[Any], keys: list[Any]) -> list[Any]:
    for key in keys[:1]:
        if not isinstance(key, (str, bytes, int, float, tuple)):
            raise EvaluationError("list elements must be comparable")
    if any(type(key) is not type(keys[0]) for key in keys):
        raise EvaluationError("list elements must have the same type")

    def order(first: int, second: int) -> int:
        return less(keys[second], keys[first]) - less(keys[first], keys[second])

    return [elements[index] for index in sorted(range(len(keys)), key=cmp_to_key(order))]


def _distinct(elements: list[Any]) -> list[Any]:
    found: list[Any] = []
    for element in elements:
        if not contains(found, element):
            found.append(element)
    return found


def _contains_all(elements: list[Any], wanted: list[Any]) -> bool:
    return all(contains(elements, element) for element in wanted)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "isSorted": _is_sorted,
    "sum": _sum,
    "min": _least,
    "max": _greatest,
    "slice": _slice,
    "flatten": _flatten,
    "sort": _sort,
    "@sortByAssociatedKeys": _sort_by,
    "distinct": _distinct,
    "reverse": lambda elements: elements[::-1],
    "lists.range": lambda count: list(range(count)),
    "first": lambda elements: Optional(elements[0]) if elements else NONE,
    "last": lambda elements: Optional(elements[-1]) if elements else NONE,
    "sets.contains": _contains_all,
    "sets.equivalent": lambda first, second: _contains_all(first, second) and _contains_all(second, first),
    "sets.intersects": lambda first, second: any(contains(first, element) for element in second),
}
