"""The shape that alike objects have in common, with holes, and each object's values for the holes.

JSON values are *twins* when they differ only in leaves (strings, numbers, booleans, null): they have the same keys in
the same order, lists of the same lengths.  Twins fold into one shape; a leaf that is not the same in all of them is a
hole, ``{"=": 3}``, which stands for the third column of leaves.  A shape unfolds into twins that share whatever has no
holes in it, which objects that nobody changes in place may do.

Both ways go column by column, over all twins at once, so that nearly all of the work is done inside the interpreter's
built-ins.
"""

from __future__ import annotations

from itertools import repeat

try:
    from _operator import is_
except ImportError:  # operator has it in Python as well, and takes longer to import
    from operator import is_

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence
    from typing import Any

    Column = Sequence[Any]

HOLE = "="

_CONTAINERS = (dict, list)


class NotTwinsError(Exception):
    """The values differ in more than leaves. ``labels`` are alike of those that may be twins still."""

    def __init__(self, labels: Iterable[Hashable]) -> None:
        super().__init__()
        self.labels = labels


def fold(values: Column, leaves: list[Column]) -> Any:
    """The shape of twins; the columns for its holes are added to ``leaves``. NotTwinsError if they differ in more."""
    first = values[0]
    if values[-1] is first and all(map(is_, values, repeat(first))):
        _forbid_holes(first, values)
        return first
    types = set(map(type, values))
    if types == {dict}:
        return _fold_dicts(values, leaves)
    if types == {list}:
        return _fold_lists(values, leaves)
    if dict in types or list in types:
        raise NotTwinsError(map(type, values))
    if len(types) == 1 and float not in types and len(set(values)) == 1:
        return first
    leaves.append(values)
    return {HOLE: len(leaves) - 1}


def _fold_dicts(values: Column, leaves: list[Column]) -> Any:
    first = values[0]
    if len(set(map(tuple, values))) > 1:
        raise NotTwinsError(map(tuple, values))
    if HOLE in first:
        raise NotTwinsError(range(len(values)))
    columns = zip(*map(dict.values, values), strict=True)
    return {key: fold(column, leaves) for key, column in zip(first, columns, strict=True)}


def _fold_lists(values: Column, leaves: list[Column]) -> Any:
    if len(set(map(len, values))) > 1:
        raise NotTwinsError(map(len, values))
    return [fold(column, leaves) for column in zip(*values, strict=True)]


def _forbid_holes(value: Any, values: Column) -> None:
    """A value that could be taken for a hole has no twins."""
    if type(value) is dict:
        if HOLE in value:
            raise NotTwinsError(range(len(values)))
        for part in value.values():
            _forbid_holes(part, values)
    elif type(value) is list:
        for part in value:
            _forbid_holes(part, values)


class _Each:
    """A part with holes: a value for each twin.

    ``keys`` are equal where two values are, so that equal values need not be made twice; None where most
    values are different.
    """

    def __init__(self, values: Column, keys: Column | None) -> None:
        self.values = values
        self.keys = keys


def unfold(shape: Any, leaves: Sequence[Column], count: int) -> Column:
    """The ``count`` twins of a shape and the columns for its holes."""
    part = _unfold(shape, [_Each(column, _keys(column)) for column in leaves])
    return [shape] * count if part is None else part.values


def _keys(column: Column) -> Column | None:
    """The column itself where its values can be compared by equality and many are the same."""
    if not {str, int}.issuperset(map(type, column)) or 2 * len(set(column)) > len(column):
        return None
    return column


def _unfold(shape: Any, leaves: Sequence[_Each]) -> _Each | None:
    """The copies of a dict or list with holes; None if it has none."""
    if type(shape) is list:
        return _filled(shape, enumerate(shape), leaves)
    if HOLE in shape:
        number: int = shape[HOLE]
        return leaves[number]
    return _filled(shape, shape.items(), leaves)


def _filled(shape: Any, items: Iterable[tuple[Any, Any]], leaves: Sequence[_Each]) -> _Each | None:
    """Copies of a dict or list, its ``items`` given, with their holes filled."""
    varying = []
    for key, value in items:
        if type(value) in _CONTAINERS:
            part = _unfold(value, leaves)
            if part is not None:
                varying.append((key, part))
    if not varying:
        return None
    keys = _joint_keys([part for _, part in varying])
    if keys is None:
        return _Each(_copies(shape, [(key, part.values) for key, part in varying]), None)
    firsts = {key: index for index, key in reversed(list(enumerate(keys)))}
    made = _copies(shape, [(key, [part.values[i] for i in firsts.values()]) for key, part in varying])
    by_key = dict(zip(firsts, made, strict=True))
    values = [by_key[key] for key in keys]
    return _Each(values, list(map(id, values)))


def _joint_keys(parts: list[_Each]) -> Column | None:
    """Keys by which the twins differ in several parts at once; None if they differ nearly everywhere."""
    columns = [part.keys for part in parts if part.keys is not None]
    if len(columns) < len(parts):
        return None
    keys = list(zip(*columns, strict=True))
    return None if 2 * len(set(keys)) > len(keys) else keys


def _copies(shape: Any, columns: list[tuple[Any, Column]]) -> list[Any]:
    """Copies of a dict or list, one for each row of the columns, with the columns' values in them."""
    made = [copy() for copy in repeat(shape.copy, len(columns[0][1]))]
    for key, column in columns:
        for one, value in zip(made, column, strict=True):
            one[key] = value
    return made
