"""``--sort-by``: objects in the order of one of their fields. Mirrors kubectl pkg/cmd/get/sorter.go."""

from __future__ import annotations

from kubesim.api import quantity
from kubesim.api.jsonpath.nodes import JsonPathError
from kubesim.errors import FatalError, UserError
from kubesim.golang import fmt
from kubesim.golang.pdqsort import go_sorted
from kubesim.golang.quoting import quote
from kubesim.kubectl.printers.jsonpath import JsonPath, parse_expression, relaxed
from kubesim.kubectl.printers.owners import with_owners

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from kubesim.api.meta import Obj


def sort_objects(objs: list[Obj], field: str) -> list[Obj]:
    """``objs`` by ``field`` (``.metadata.name`` in any of its spellings), as for ``-o yaml`` and its like.

    Those that lack the field come first.  UserError in kubectl's words if all of them do, if the expression is
    wrong or the field cannot be found; FatalError if that is noticed later, or its values have no order.
    Mirrors SortObjects and RuntimeSort.
    """
    if not objs:
        return []
    expression = relaxed(field)
    path = parse_expression(expression)
    if not any(_first(path.find(with_owners(obj))) is not _NOTHING for obj in objs):
        raise _not_found(expression)
    keyed = [(_key(path, obj), obj) for obj in objs]

    def less(left: tuple[Any, Obj], right: tuple[Any, Obj]) -> bool:
        for letter, (key, obj), place in (("i", left, "sorter.go:310"), ("j", right, "sorter.go:315")):
            if isinstance(key, JsonPathError):
                raise _unreadable(letter, obj, expression, key, place)
        return _is_before(left[0], right[0], expression, "*unstructured.Unstructured", "sorter.go:329")

    return [obj for _, obj in go_sorted(keyed, less)]


def sort_rows(objs: list[Obj], field: str) -> list[Obj]:
    """The objects behind the rows of a table by ``field``; errors as ``sort_objects`` has them, in a table's words.

    Mirrors TableSorter.
    """
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
    keyed = [(_first(path.find(with_owners(obj))), obj) for obj in objs]
    if all(key is _NOTHING for key, _ in keyed):
        raise _not_found(expression)

    def less(left: tuple[Any, Obj], right: tuple[Any, Obj]) -> bool:
        return _is_before(left[0], right[0], expression, "[][][]reflect.Value", "sorter.go:375")

    return [obj for _, obj in go_sorted(keyed, less)]


class _Nothing:
    """The type of _NOTHING: the field is missing."""


_NOTHING = _Nothing()


class _NoOrderError(Exception):
    """Two values that kubectl cannot compare."""


def _key(path: JsonPath, obj: Obj) -> Any:
    """What an object is sorted by, or why that cannot be read."""
    try:
        return _first(path.find(with_owners(obj)))
    except JsonPathError as error:
        return error


def _first(found: Iterable[list[Any]]) -> Any:
    values = next(iter(found), [])
    return values[0] if values else _NOTHING


def _not_found(expression: str) -> UserError:
    return UserError(f"couldn't find any field with path {quote(expression)} in the list of objects")


def _unreadable(letter: str, obj: Obj, expression: str, error: JsonPathError, place: str) -> FatalError:
    shown = f"&unstructured.Unstructured{{Object:{fmt.go_syntax(with_owners(obj))}}}"
    why = f"&errors.errorString{{s:{quote(error.message)}}}" if letter == "i" else error.message
    return FatalError(f"Failed to get {letter} values for {shown} using {expression} ({why})", place)


def _is_before(left: Any, right: Any, expression: str, holder: str, place: str) -> bool:
    """Of two objects without the field each comes before the other, as in kubectl."""
    if left is _NOTHING:
        return True
    if right is _NOTHING:
        return False
    try:
        return is_less(left, right)
    except _NoOrderError as error:
        message = f"Field {expression} in {holder} is an unsortable type: interface, err: {error}"
        raise FatalError(message, place, status=1) from None


def is_less(left: Any, right: Any) -> bool:
    """Whether ``left`` comes before ``right``: nil first, strings that are quantities by their amount."""
    if left is None or right is None:
        return left is None and right is not None
    if isinstance(left, (bool, dict, list)):
        raise _NoOrderError(f"unsortable type: {fmt.type_name(left)}")
    if fmt.type_name(left) != fmt.type_name(right):
        raise _NoOrderError("unsortable interface: interface")
    if isinstance(left, str):
        return _text_less(left, right)
    return bool(left < right)


def _text_less(left: str, right: str) -> bool:
    """By amount, or as texts; kubectl's natural order (web-2 before web-10) went with 1.36."""
    try:
        return quantity.compare(left, right) < 0
    except ValueError:
        return left < right
