"""Types that a custom resource's schema makes, for server-side apply.

Lists are sets or have keys, and maps are one or many, as x-kubernetes-list-type and -map-type say.  Mirrors
kube-openapi's schemaconv over the document that apiextensions-apiserver publishes for a definition.
"""

from __future__ import annotations

from kubesim.api import schema as go_types
from kubesim.api.managed_fields.paths import element_text
from kubesim.api.managed_fields.paths import undeclared as undeclared_of_type
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

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kubesim.api.structural.schemas import Schema


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

    def undeclared(self, value: Any, path: str = "") -> Iterator[str]:
        """The paths of fields that the schema does not have, in sorted order."""
        if isinstance(value, dict):
            for key in sorted(value):
                member, here = self.member(key), f"{path}.{key}"
                if member is None:
                    yield here
                elif isinstance(member, SchemaType):
                    yield from member.undeclared(value[key], here)
                else:
                    yield from undeclared_of_type(value[key], member, WHOLE, here)
        elif isinstance(value, list):
            items, shape = self._items(), self.shape()
            for index, item in enumerate(value) if items is not None else ():
                is_named = shape.kind in (KEYED, SET)
                here = path + (element_text(element_of(shape, item)) if is_named else f"[{index}]")
                yield from items.undeclared(item, here) if items is not None else ()


class ResourceType(SchemaType):
    """The type of a whole custom resource; ``has_status``: whether its status is a subresource."""

    def __init__(self, schema: Schema | None, *, has_status: bool) -> None:
        super().__init__(as_resource(schema), preserves=schema is None)
        self.has_status = has_status
