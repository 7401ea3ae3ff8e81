"""Types that a custom resource's schema makes, for server-side apply.

Lists are sets or have keys, and maps are one or many, as x-kubernetes-list-type and -map-type say.  Mirrors
kube-openapi's schemaconv over the document that apiextensions-apiserver publishes for a definition.
"""

from __future__ import annotations

from kubesim.api import schema as go_types
from kubesim.api.managed_fields.declared import UNDECLARED, undeclared
from kubesim.api.managed_fields.paths import element_text
from kubesim.api.managed_fields.shapes import KEYED, SCHEMA, SET, WHOLE, Shape, element_of, shape_of
from kubesim.api.structural.schemas import (
    EMBEDDED,
    LIST_MAP_KEYS,
    LIST_TYPE,
    MAP_TYPE,
    META_FIELDS,
    PRESERVE,
    additional,
    as_resource,
    items_of,
)
from kubesim.golang.fmt import go_syntax, text, type_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kubesim.api.structural.schemas import Schema


_SCALARS = ("integer", "number", "string", "boolean")


class SchemaType:
    """The type of values of a schema; in what ``preserves`` every field is declared."""

    kind = SCHEMA
    is_custom = False

    def __init__(self, schema: Schema, *, preserves: bool = False) -> None:
        self._schema = schema
        self._preserves = preserves or bool(schema.get(PRESERVE))
        self._properties: dict[str, Any] = schema.get("properties") or {}

    def shape(self) -> Shape:
        """How a value of the schema is merged. A schema without a type is taken for one of an object."""
        if self._schema.get("type") == "array" or LIST_TYPE in self._schema:
            return self._shape_of_list()
        if self._schema.get("type", "object") != "object" or self._schema.get(MAP_TYPE) == "atomic":
            return WHOLE
        return Shape(SCHEMA, self)

    def _shape_of_list(self) -> Shape:
        items, list_type = self._items(), self._schema.get(LIST_TYPE)
        if items is None or list_type not in ("set", "map"):
            return WHOLE
        if list_type == "set":
            return Shape(SET, items)
        keys = tuple(self._schema.get(LIST_MAP_KEYS) or ())
        defaults = {key: items.default_of(key) for key in keys}
        return Shape(KEYED, items, keys, defaults)

    def _items(self) -> SchemaType | None:
        items = items_of(self._schema)
        return None if items is None else SchemaType(items, preserves=self._preserves)

    def default_of(self, name: str) -> Any:
        """A property's default; None for none."""
        return self._properties.get(name, {}).get("default")

    def has_field(self, name: str) -> bool:
        """Whether a member is declared by name, and is no key of a map."""
        return name in self._properties or (bool(self._schema.get(EMBEDDED)) and name in META_FIELDS)

    def shape_of_member(self, name: str) -> Shape:
        member = self.member(name)
        return WHOLE if member is None else shape_of(member)

    def member(self, name: str) -> Any:
        """The type of a member; None where it is not declared."""
        if self._schema.get(EMBEDDED) and name in META_FIELDS:
            return go_types.type_named("meta/v1.ObjectMeta" if name == "metadata" else "string")
        if name in self._properties:
            return SchemaType(self._properties[name], preserves=self._preserves)
        more, any_schema = self._schema.get("additionalProperties"), additional(self._schema)
        if any_schema is not None:
            return SchemaType(any_schema, preserves=self._preserves)
        is_free = more is None and (self._preserves or not self._properties)
        return SchemaType({}, preserves=True) if more is True or is_free else None

    def problems(self, value: Any, path: str = "") -> Iterator[str]:
        """Why a value is none of the schema, in sorted order: ``.spec.x: field not declared in schema``.

        Mirrors structured-merge-diff's typed/validate.go.
        """
        type_ = self._schema.get("type", "")
        if value is None:
            return
        if type_ in _SCALARS:
            yield from _scalar_problems(value, type_, self._schema.get("format", ""), path)
        elif isinstance(value, dict) and type_ != "array":
            for key in sorted(value):
                yield from self._problems_of_member(key, value[key], f"{path}.{key}")
        elif isinstance(value, list) and type_ != "object":
            yield from self._problems_of_items(value, path)
        elif type_:
            yield f"{path}: expected {'map' if type_ == 'object' else 'list'}, got &{{{text(value)}}}"

    def _problems_of_member(self, key: str, value: Any, path: str) -> Iterator[str]:
        member = self.member(key)
        if member is None:
            yield f"{path}: {UNDECLARED}"
        elif isinstance(member, SchemaType):
            yield from member.problems(value, path)
        else:
            yield from (f"{found}: {UNDECLARED}" for found in undeclared(value, member, WHOLE, path))

    def _problems_of_items(self, value: list[Any], path: str) -> Iterator[str]:
        items, shape = self._items(), self.shape()
        seen: set[str] = set()
        for index, item in enumerate(value) if items is not None else ():
            here = f"[{index}]"
            if shape.kind == KEYED and not isinstance(item, dict):
                why = "a null element" if item is None else "non-map elements"
                yield f"{path}: element {index}: associative list with keys may not have {why}"
                return
            if shape.kind in (KEYED, SET):
                here = element_text(element_of(shape, item))
                if here in seen:
                    yield f"{path}: duplicate entries for key {here}"
                seen.add(here)
            yield from items.problems(item, path + here) if items is not None else ()


def _scalar_problems(value: Any, type_: str, format_: str, path: str) -> Iterator[str]:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if type_ in ("integer", "number"):
        if not is_number:
            yield f"{path}: expected numeric (int or float), got {type_name(value)}"
    elif type_ == "boolean":
        if not isinstance(value, bool):
            yield f"{path}: expected boolean, got &{{{text(value)}}}"
    elif format_ not in ("", "byte"):
        if isinstance(value, (dict, list)):
            yield f"{path}: expected any scalar, got &{{{text(value)}}}"
    elif not isinstance(value, str):
        yield f"{path}: expected string, got &value.valueUnstructured{{Value:{go_syntax(value)}}}"


class ResourceType(SchemaType):
    """The type of a whole custom resource; ``has_status``: whether its status is a subresource."""

    def __init__(self, schema: Schema | None, *, has_status: bool) -> None:
        super().__init__(as_resource(schema), preserves=schema is None)
        self.has_status = has_status
