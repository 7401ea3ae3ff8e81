"""The functions that every Go template has: text/template's builtins.

Mirrors text/template's funcs.go.  Each takes values as ``values`` describes
them and raises FunctionError in Go's words.
"""

from __future__ import annotations

from dataclasses import dataclass

from kubesim.golang import fmt
from kubesim.golang.template.printf import Spec, formatted, sprintf
from kubesim.golang.template.values import INVALID, Boxed, Byte, is_true, type_name, unboxed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_NO_VALUE = "reflect: call of reflect.Value.Type on zero Value"


class FunctionError(Exception):
    """What a function refuses to do, in Go's words."""


@dataclass(frozen=True)
class Function:
    """What a function takes: ``fixed`` arguments of these kinds, then any number of kind ``rest`` (or none).

    The kinds are "value" (as it is), "interface" (unboxed, nil for no value) and "string".
    """

    call: Callable[..., Any]
    fixed: tuple[str, ...]
    rest: str | None = None


def _index(item: Any, *indexes: Any) -> Any:
    item = unboxed(item)
    if item is INVALID:
        raise FunctionError("index of untyped nil")
    for index in map(unboxed, indexes):
        item = unboxed(item)
        if item is INVALID:
            raise FunctionError("index of nil pointer")
        item = _member(item, index)
    return item


def _member(item: Any, index: Any) -> Any:
    if isinstance(item, dict):
        return Boxed(item.get(_map_key(index)))
    if isinstance(item, list):
        number = _index_number(index, len(item))
        if number == len(item):
            raise FunctionError("reflect: slice index out of range")
        return Boxed(item[number])
    if isinstance(item, str):
        octets = item.encode(errors="surrogateescape")
        number = _index_number(index, len(octets))
        if number == len(octets):
            raise FunctionError("reflect: string index out of range")
        return Byte(octets[number])
    raise FunctionError(f"can't index item of type {type_name(item)}")


def _map_key(index: Any) -> str:
    if index is INVALID:
        raise FunctionError("value is nil; should be of type string")
    if not isinstance(index, str):
        raise FunctionError(f"value has type {type_name(index)}; should be string")
    return index


def _index_number(index: Any, capacity: int) -> int:
    if index is INVALID:
        raise FunctionError("cannot index slice/array with nil")
    if not is_integer(index):
        raise FunctionError(f"cannot index slice/array with type {type_name(index)}")
    if not 0 <= index <= capacity:
        raise FunctionError(f"index out of range: {int(index)}")
    return int(index)


def is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _slice(item: Any, *indexes: Any) -> Any:
    item = unboxed(item)
    if item is INVALID:
        raise FunctionError("slice of untyped nil")
    if len(indexes) > 3:
        raise FunctionError(f"too many slice indexes: {len(indexes)}")
    if not isinstance(item, (str, list)):
        raise FunctionError(f"can't slice item of type {type_name(item)}")
    if isinstance(item, str) and len(indexes) == 3:
        raise FunctionError("cannot 3-index slice a string")
    content = item.encode(errors="surrogateescape") if isinstance(item, str) else item
    bounds = [_index_number(unboxed(index), len(content)) for index in indexes]
    start, end, *limit = bounds + [0, len(content)][len(bounds) :]
    for low, high in ((start, end), *((end, high) for high in limit)):
        if low > high:
            raise FunctionError(f"invalid slice index: {low} > {high}")
    part = content[start:end]
    return part.decode("utf-8", "replace") if isinstance(part, bytes) else part


def _length(item: Any) -> fmt.Int:
    if isinstance(item, Boxed) and item.value is None:
        raise FunctionError("len of nil pointer")
    item = unboxed(item)
    if item is INVALID:
        raise FunctionError(_NO_VALUE)
    if isinstance(item, str):
        return fmt.Int(len(item.encode(errors="surrogateescape")))
    if isinstance(item, (dict, list)):
        return fmt.Int(len(item))
    raise FunctionError(f"len of type {type_name(item)}")


def _call(function: Any, *_: Any) -> Any:
    """No data holds a function, so this always fails; the caller knows how the argument was written."""
    function = unboxed(function)
    if function is INVALID:
        raise FunctionError("call of nil")
    raise FunctionError(f"non-function %s of type {type_name(function)}")


def _not(value: Any) -> bool:
    return not is_true(value)


# --- comparison


def _kind(value: Any) -> str:
    """The basic kind of a value, or "" for one without an order."""
    if isinstance(value, Byte):
        return "uint"
    return _KINDS.get(type(value), "")


_KINDS: dict[type, str] = {bool: "bool", int: "int", fmt.Int: "int", float: "float", str: "string"}
_INTEGERS = ("int", "uint")


def _equal(first: Any, *others: Any) -> bool:
    """Whether ``first`` equals any of ``others``."""
    if not others:
        raise FunctionError("missing argument for comparison")
    first = unboxed(first)
    return any(_equals(first, unboxed(other)) for other in others)


def _equals(left: Any, right: Any) -> bool:
    kinds = (_kind(left), _kind(right))
    if kinds[0] == kinds[1] == "":
        return _equals_without_kind(left, right)
    if kinds[0] != kinds[1] and not set(kinds) <= set(_INTEGERS):
        if INVALID in (left, right):
            return False
        raise FunctionError(f"incompatible types for comparison: {type_name(left)} and {type_name(right)}")
    return bool(left == right)


def _equals_without_kind(left: Any, right: Any) -> bool:
    """Maps, lists and nil: nil equals nil, and nothing else can be compared."""
    if INVALID in (left, right):
        return left is right
    if type(left) is not type(right):
        shown = formatted(left, Spec(verb="s")), type_name(left), type_name(right), fmt.text(right)
        raise FunctionError(f"non-comparable types {shown[0]}: {shown[1]}, {shown[2]}: {shown[3]}")
    raise FunctionError(f"non-comparable type {formatted(right, Spec(verb='s'))}: {type_name(right)}")


def _not_equal(left: Any, right: Any) -> bool:
    return not _equal(left, right)


def _less(left: Any, right: Any) -> bool:
    left, right = unboxed(left), unboxed(right)
    kinds = (_kind(left), _kind(right))
    if "" in kinds:
        raise FunctionError("invalid type for comparison")
    if kinds[0] != kinds[1] and not set(kinds) <= set(_INTEGERS):
        raise FunctionError(f"incompatible types for comparison: {type_name(left)} and {type_name(right)}")
    if kinds[0] == "bool":
        raise FunctionError("invalid type for comparison")
    return bool(left < right)


def _less_or_equal(left: Any, right: Any) -> bool:
    return _less(left, right) or _equal(left, right)


def _greater(left: Any, right: Any) -> bool:
    return not _less_or_equal(left, right)


def _greater_or_equal(left: Any, right: Any) -> bool:
    return not _less(left, right)


# --- printing and escaping


def _print(*values: Any) -> str:
    return fmt.printed(list(values))


def _println(*values: Any) -> str:
    return " ".join(map(fmt.text, values)) + "\n"


def _printf(template: str, *values: Any) -> str:
    return sprintf(template, list(values))


def _as_text(values: tuple[Any, ...]) -> str:
    """Mirrors evalArgs."""
    return fmt.printed(["<no value>" if value is None else value for value in values])


_HTML = {"\0": "\ufffd", '"': "&#34;", "'": "&#39;", "&": "&amp;", "<": "&lt;", ">": "&gt;"}
_JS = {"\\": "\\\\", "'": "\\'", '"': '\\"', "<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "=": "\\u003D"}


def _html(*values: Any) -> str:
    return "".join(_HTML.get(char, char) for char in _as_text(values))


def _js(*values: Any) -> str:
    return "".join(map(_js_char, _as_text(values)))


def _js_char(char: str) -> str:
    if char in _JS:
        return _JS[char]
    if char < " " or not (char.isascii() or char.isprintable()):
        return f"\\u{ord(char):04X}"
    return char


def _urlquery(*values: Any) -> str:
    from urllib.parse import quote_plus

    return quote_plus(_as_text(values), safe="")


def _logical(*_: Any) -> Any:
    raise AssertionError("and and or evaluate their arguments one by one, in the execution itself")


BUILTINS: dict[str, Function] = {
    "and": Function(_logical, ("value",), "value"),
    "or": Function(_logical, ("value",), "value"),
    "not": Function(_not, ("value",)),
    "call": Function(_call, ("value",), "value"),
    "index": Function(_index, ("value",), "value"),
    "slice": Function(_slice, ("value",), "value"),
    "len": Function(_length, ("value",)),
    "eq": Function(_equal, ("value",), "value"),
    "ne": Function(_not_equal, ("value", "value")),
    "lt": Function(_less, ("value", "value")),
    "le": Function(_less_or_equal, ("value", "value")),
    "gt": Function(_greater, ("value", "value")),
    "ge": Function(_greater_or_equal, ("value", "value")),
    "print": Function(_print, (), "interface"),
    "printf": Function(_printf, ("string",), "interface"),
    "println": Function(_println, (), "interface"),
    "html": Function(_html, (), "interface"),
    "js": Function(_js, (), "interface"),
    "urlquery": Function(_urlquery, (), "interface"),
}
