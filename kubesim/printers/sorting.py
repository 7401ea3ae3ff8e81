"""``--sort-by``: objects in the order of one of their fields. Mirrors kubectl pkg/cmd/get/sorter.go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kubesim.api import gofmt, quantity
from kubesim.errors import UserError
from kubesim.printers.jsonpath import JsonPath, JsonPathError, parse_expression, relaxed
from kubesim.printers.pdqsort import go_sorted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.api.meta import Obj


def sort_objects(objs: list[Obj], field: str) -> list[Obj]:
    """``objs`` by ``field`` (``.metadata.name`` in any of its spellings), as for ``-o yaml`` and its like.

    Those that lack the field come first.  UserError in kubectl's words if all of them do, if the expression is
    wrong or its values have no order.
    """
    if not objs:
        return []
    expression = relaxed(field)
    return _sorted(objs, expression, parse_expression(expression))


def sort_rows(objs: list[Obj], field: str) -> list[Obj]:
    """The objects behind the rows of a table by ``field``; errors as ``sort_objects`` has them, in a table's words."""
    if not objs:
        return []
    try:
        expression = relaxed(field)
    except UserError:
        expression = field
    try:
        path = parse_expression(expression)
    except JsonPathError as error:
        raise UserError(f"sorting error: {error.message}") from None
    return _sorted(objs, expression, path)


def _sorted(objs: list[Obj], expression: str, path: JsonPath) -> list[Obj]:
    keyed = [(_first(path.find(obj)), obj) for obj in objs]
    if all(key is _NOTHING for key, _ in keyed):
        raise UserError(f"couldn't find any field with path {gofmt.quote(expression)} in the list of objects")

    def less(left: tuple[Any, Obj], right: tuple[Any, Obj]) -> bool:
        try:
            return _found_less(left[0], right[0])
        except _NoOrderError as error:
            message = f"Field {expression} in {_HOLDER} is an unsortable type: interface, err: {error}"
            raise UserError(message, bare=True) from None

    return [obj for _, obj in go_sorted(keyed, less)]


_HOLDER = "*unstructured.Unstructured"


class _Nothing:
    """The type of _NOTHING: the field is missing."""


_NOTHING = _Nothing()


class _NoOrderError(Exception):
    """Two values that kubectl cannot compare."""


def _first(found: Iterable[list[Any]]) -> Any:
    values = next(iter(found), [])
    return values[0] if values else _NOTHING


def _found_less(left: Any, right: Any) -> bool:
    """Of two objects without the field each comes before the other, as in kubectl."""
    if left is _NOTHING:
        return True
    return right is not _NOTHING and is_less(left, right)


def is_less(left: Any, right: Any) -> bool:
    """Whether ``left`` comes before ``right``: nil first, strings that are quantities by their amount."""
    if left is None or right is None:
        return left is None and right is not None
    if isinstance(left, (bool, dict, list)):
        raise _NoOrderError(f"unsortable type: {gofmt.type_name(left)}")
    if gofmt.type_name(left) != gofmt.type_name(right):
        raise _NoOrderError("unsortable interface: interface")
    if isinstance(left, str):
        return _text_less(left, right)
    return bool(left < right)


def _text_less(left: str, right: str) -> bool:
    try:
        return quantity.compare(left, right) < 0
    except ValueError:
        return left < right
