"""A part of an object merged into the whole, without owners: what admission's policies apply.

Mirrors ApplyStructuredMergeDiff of apiserver's policy/mutating/patch.
"""

from __future__ import annotations

from kubesim.api.managed_fields.declared import undeclared
from kubesim.api.managed_fields.shapes import ATOMIC, STRUCT, Shape, child, shape_of
from kubesim.api.managed_fields.values import merge
from kubesim.api.schema import type_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kubesim.api.meta import Obj


def undeclared_fields(config: Obj) -> list[str]:
    """The paths of fields that the object's type does not have."""
    return list(undeclared(config, type_of(config["apiVersion"], config["kind"])))


def atomic_parts(config: Obj) -> list[str]:
    """The paths of lists, maps and structs that could only be replaced as a whole."""
    return list(_atomics(config, _shape_of(config), ""))


def merged_with(obj: Obj, config: Obj) -> Obj:
    """The object with the configuration merged in: its leaves win."""
    merged: Obj = merge(obj, config, _shape_of(config))
    return merged


def _shape_of(config: Obj) -> Shape:
    return shape_of(type_of(config["apiVersion"], config["kind"]))


def _atomics(value: Any, shape: Shape, path: str) -> Iterator[str]:
    if not isinstance(value, (dict, list)):
        return
    if shape.kind == ATOMIC:
        if path:
            yield path
        return
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _atomics(member, child(shape, f"f:{name}"), f"{path}.{name}")
        return
    for index, member in enumerate(value):
        inner = shape_of(shape.type) if shape.type is not None else shape
        if isinstance(member, dict) and inner.kind == STRUCT:
            yield from _atomics(member, inner, f"{path}[{index}]")
