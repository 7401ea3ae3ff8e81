"""Sets of paths: the fields that a manager owns.

A path is a tuple of elements, a set a frozenset of paths.  Mirrors structured-merge-diff's fieldpath.
"""

from __future__ import annotations

from kubesim.api.managed_fields.shapes import (
    KEYED,
    SET,
    Shape,
    child,
    is_named_field,
    parts,
)
from kubesim.startup.json_text import encoder, loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kubesim.api.meta import Obj

Path = tuple[str, ...]
Paths = frozenset[Path]

_SELF = "."


def decode_fields(fields: Obj) -> Paths:
    """The set that a fieldsV1 says: ``{"f:spec":{"f:replicas":{}}}``."""
    return frozenset(_decoded(fields, ()))


def _decoded(fields: Obj, prefix: Path) -> Iterator[Path]:
    for element, below in fields.items():
        if element == _SELF:
            yield prefix
        elif below:
            yield from _decoded(below, (*prefix, element))
        else:
            yield (*prefix, element)


def encode_fields(paths: Paths) -> Obj:
    """The fieldsV1 of a set; a member that has others below it is marked with a dot."""
    fields: Obj = {}
    for path in sorted(paths):
        below = fields
        for element in path:
            below = below.setdefault(element, {})
    for path in paths:
        below = fields
        for element in path:
            below = below[element]
        if below:
            below[_SELF] = {}
    return fields


def in_order(paths: Paths) -> list[Path]:
    """Upstream's order: of each level first the members, then what is below them."""
    return sorted(paths, key=lambda path: [(1, element) for element in path[:-1]] + [(0, path[-1])])


def path_text(path: Path) -> str:
    """``.spec.template.spec.containers[name="nginx"].image``"""
    return "".join(element_text(element) for element in path)


_text_of = encoder()


def element_text(element: str) -> str:
    """An element of a path as errors show it: ``.spec``, ``[name="nginx"]``."""
    kind, text = element[:1], element[2:]
    if kind == "f":
        return f".{text}"
    if kind == "v":
        return f"[={text}]"
    keys = loads(text)
    return f"[{','.join(f'{name}={_text_of(value)}' for name, value in keys.items())}]"


def fields_of(value: Any, shape: Shape) -> Paths:
    """The fields that an applied configuration owns: its leaves, and the items of its lists. Mirrors ToFieldSet."""
    found: set[Path] = set()
    _collect(value, shape, (), found)
    return frozenset(found)


def _collect(value: Any, shape: Shape, path: Path, found: set[Path]) -> None:
    below = parts(shape, value)
    if below is None:
        if path and not (value == [] and shape.kind in (KEYED, SET)):
            found.add(path)
        return
    for element, item in below:
        if not is_named_field(shape, element):
            found.add((*path, element))
        _collect(item, child(shape, element), (*path, element), found)


def with_named_fields(paths: Paths, shape: Shape) -> Paths:
    """The set and the structs' fields on the way to its members. Mirrors EnsureNamedFieldsAreMembers."""
    found = set(paths)
    for path in paths:
        here = shape
        for depth, element in enumerate(path[:-1]):
            if is_named_field(here, element):
                found.add(path[: depth + 1])
            here = child(here, element)
    return frozenset(found)
