"""Whether an applied configuration is of its type. Mirrors structured-merge-diff's typed/validate.go."""

from __future__ import annotations

from kubesim.api.managed_fields.paths import element_text
from kubesim.api.managed_fields.shapes import KEYED, SET, WHOLE, Shape, element_of, shape_of_field
from kubesim.golang.fmt import go_syntax, text, type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kubesim.api.schema import Type

UNDECLARED = "field not declared in schema"
_NUMBERS = ("int", "int32", "int64", "uint", "uint64", "float32", "float64")


def undeclared(value: Any, type_: Type | None, shape: Shape = WHOLE, path: str = "") -> Iterator[str]:
    """The paths of fields that the type does not have, in sorted order."""
    return (where for where, why in faults(value, type_, shape, path) if why == UNDECLARED)


def faults(value: Any, type_: Type | None, shape: Shape = WHOLE, path: str = "") -> Iterator[tuple[str, str]]:
    """Where a value is none of the type, in sorted order, and why."""
    if type_ is not None and type_.kind == "pointer":
        type_ = type_.elem
    if value is None or type_ is None or type_.is_custom:
        return
    if isinstance(value, dict) and type_.kind in ("map", "struct"):
        for key in sorted(value):
            yield from _faults_of_member(value[key], type_, key, f"{path}.{key}")
    elif isinstance(value, list) and type_.kind == "slice":
        yield from _faults_of_items(value, type_, shape, path)
    else:
        yield from ((path, why) for why in _mismatch(value, type_.kind))


def _faults_of_member(value: Any, type_: Type, key: str, path: str) -> Iterator[tuple[str, str]]:
    if type_.kind == "map":
        yield from faults(value, type_.elem, WHOLE, path)
    elif field := type_.json_fields.get(key):
        yield from faults(value, field.type, shape_of_field(type_, field), path)
    else:
        yield path, UNDECLARED


def _faults_of_items(value: list[Any], type_: Type, shape: Shape, path: str) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for index, item in enumerate(value):
        here = f"[{index}]"
        if shape.kind in (KEYED, SET):
            here = element_text(element_of(shape, item))
            if here in seen:
                yield path, f"duplicate entries for key {here}"
            seen.add(here)
        yield from faults(item, type_.elem, WHOLE, path + here)


def _mismatch(value: Any, kind: str) -> Iterator[str]:
    """Why a value is none of a Go kind, if that is so."""
    if kind in ("map", "struct"):
        yield f"expected map, got &{{{text(value)}}}"
    elif kind == "string" and not isinstance(value, str):
        yield f"expected string, got &value.valueUnstructured{{Value:{go_syntax(value)}}}"
    elif kind == "bool" and not isinstance(value, bool):
        yield f"expected boolean, got &{{{text(value)}}}"
    elif kind in _NUMBERS and (isinstance(value, bool) or not isinstance(value, (int, float))):
        yield f"expected numeric (int or float), got {type_name(value)}"
    elif kind == "slice" and not isinstance(value, str):  # a text may be bytes
        yield f"expected list, got &{{{text(value)}}}"
