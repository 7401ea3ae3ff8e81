"""How Go's fmt prints the values of an API object: ``%v``, ``%#v`` and the names of their types.

JSON data stand for what apimachinery decodes them to: map[string]interface{}, []interface{}, int64, float64,
string, bool and nil.  ``Int`` marks an int, as Go's constants and lengths are.
"""

from __future__ import annotations

from kubesim.golang.numbers import general
from kubesim.golang.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Int(int):
    """A Go ``int``; every other Python int stands for an int64."""


def type_name(value: Any) -> str:
    """The name of a value's type, as ``%T`` prints it."""
    if isinstance(value, Int):
        return "int"
    return _TYPE_NAMES.get(dict if isinstance(value, dict) else type(value), "<nil>")


_TYPE_NAMES: dict[type, str] = {
    bool: "bool",
    int: "int64",
    float: "float64",
    str: "string",
    dict: "map[string]interface {}",
    list: "[]interface {}",
}


def text(value: Any) -> str:
    """What ``%v`` (and ``%+v``) prints: ``map[app:web]``, ``[80 443]``, ``<nil>``, ``1e+06``."""
    if isinstance(value, str):
        return value
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{text(value[key])}' for key in sorted(value))}]"
    if isinstance(value, list):
        return f"[{' '.join(map(text, value))}]"
    return general(value) if isinstance(value, float) else str(int(value))


def printed(values: list[Any]) -> str:
    """What fmt.Sprint prints: a space between two operands of which neither is a string."""
    out: list[str] = []
    for index, value in enumerate(values):
        if index and not isinstance(value, str) and not isinstance(values[index - 1], str):
            out.append(" ")
        out.append(text(value))
    return "".join(out)


def go_syntax(value: Any, map_type: str = "map[string]interface {}") -> str:
    """What ``%#v`` prints: ``map[string]interface {}{"replicas":2}``."""
    if value is None:
        return "<nil>"
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, dict):
        members = ", ".join(f"{_element(key, map_type)}:{_element(value[key], map_type)}" for key in sorted(value))
        return f"{map_type}{{{members}}}"
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join(_element(item, map_type) for item in value)}}}"
    return text(value)


def _element(value: Any, map_type: str) -> str:
    return "interface {}(nil)" if value is None else go_syntax(value, map_type)
