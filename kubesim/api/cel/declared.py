"""What a schema declares to expressions: types, and how large their values may be.

Mirrors apiserver's pkg/cel/common/schemas.go and types.go.
"""

from __future__ import annotations

import re

from kubesim.api.cel.parser import RESERVED
from kubesim.api.cel.types import (
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    STRING,
    TIMESTAMP,
    Type,
    list_of,
    map_of,
    struct_named,
)
from kubesim.api.structural.schemas import EMBEDDED, INT_OR_STRING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.structural.schemas import Schema

#: The largest request that is accepted, in bytes.
MAX_REQUEST = 3 * 1024 * 1024

_ESCAPES = {"__": "__underscores__", ".": "__dot__", "-": "__dash__", "/": "__slash__"}


class Declared:
    """A declared type: a simple one, or with ``fields``, or with an ``element`` (and a ``key``).

    ``largest`` is the greatest number of its elements or characters, ``smallest`` the fewest bytes of it as JSON.
    """

    __slots__ = ("element", "fields", "is_map", "largest", "simple", "smallest")

    def __init__(
        self,
        smallest: int,
        *,
        simple: Type | None = None,
        fields: dict[str, Declared] | None = None,
        element: Declared | None = None,
        is_map: bool = False,
        largest: int = 0,
    ) -> None:
        self.smallest = smallest
        self.simple = simple
        self.fields = fields
        self.element = element
        self.is_map = is_map
        self.largest = largest


class Structs:
    """The declared objects below a root, by the names of their types; their fields are declared when asked for."""

    def __init__(self) -> None:
        self._declared: dict[str, Declared] = {}
        self._fields: dict[str, dict[str, Type]] = {}

    def type_of(self, declared: Declared, name: str) -> Type:
        """The type of what is declared, in which objects are called after ``name``, the path to them."""
        if declared.fields is not None:
            self._declared[name] = declared
            return struct_named(name)
        if declared.element is not None:
            if declared.is_map:
                return map_of(STRING, self.type_of(declared.element, f"{name}.@elem"))
            return list_of(self.type_of(declared.element, f"{name}.@idx"))
        assert declared.simple is not None
        return declared.simple

    def __contains__(self, name: str) -> bool:
        return name in self._declared

    def get(self, name: str, default: dict[str, Type]) -> dict[str, Type]:
        """The fields of an object's type."""
        declared = self._declared.get(name)
        if declared is None or declared.fields is None:
            return default
        if name not in self._fields:
            self._fields[name] = {
                field: self.type_of(inner, f"{name}.{field}") for field, inner in declared.fields.items()
            }
        return self._fields[name]


def escaped(name: str) -> str | None:
    """How expressions write a field's name; None for one that they cannot. Mirrors cel.Escape."""
    if name in RESERVED:
        return f"__{name}__"
    if not re.fullmatch(r"[A-Za-z_.\-/][A-Za-z0-9_.\-/]*", name):
        return None
    return re.sub(r"__|[.\-/]", lambda found: _ESCAPES[found.group()], name)


def with_metadata(schema: Schema) -> Schema:
    """The schema of a whole resource, with what every one of them has. Mirrors WithTypeAndObjectMeta."""
    properties = schema.get("properties") or {}
    metadata = properties.get("metadata", {})
    names = metadata.get("properties") or {}
    strings = (properties.get("kind"), properties.get("apiVersion"), names.get("name"), names.get("generateName"))
    if metadata.get("type") == "object" and all(found and found.get("type") == "string" for found in strings):
        return schema
    text = {"type": "string"}
    names = {"name": text, "generateName": text}
    own = {"kind": text, "apiVersion": text, "metadata": {"type": "object", "properties": names}}
    return {**schema, "properties": {**properties, **own}}


def declared_by(schema: Schema, *, is_resource: bool) -> Declared | None:
    """What a schema declares; None where expressions do not see its values. Mirrors SchemaDeclType."""
    if schema.get(INT_OR_STRING):
        return Declared(1, simple=DYN, largest=_characters(schema, MAX_REQUEST - 2))
    if is_resource:
        schema = with_metadata(schema)
    type_ = schema.get("type")
    if type_ == "array":
        return _array(schema)
    if type_ == "object":
        more = schema.get("additionalProperties")
        return _map(schema, more) if isinstance(more, dict) else _object(schema)
    if type_ == "string":
        return _string(schema)
    simple = {"boolean": (4, BOOL), "number": (1, DOUBLE), "integer": (1, INT)}.get(type_ or "")
    return None if simple is None else Declared(simple[0], simple=simple[1])


def _inner(schema: Schema) -> Declared | None:
    return declared_by(schema, is_resource=bool(schema.get(EMBEDDED)))


def _array(schema: Schema) -> Declared | None:
    items = schema.get("items")
    element = _inner(items) if isinstance(items, dict) else None
    if element is None:
        return None
    largest = schema.get("maxItems")
    return Declared(
        2, element=element, largest=(MAX_REQUEST - 2) // (element.smallest + 1) if largest is None else max(largest, 0)
    )


def _map(schema: Schema, more: Schema) -> Declared | None:
    element = _inner(more)
    if element is None:
        return None
    largest = schema.get("maxProperties")
    most = (MAX_REQUEST - 2) // (element.smallest + 6) if largest is None else max(largest, 0)
    return Declared(2, element=element, is_map=True, largest=most)


def _object(schema: Schema) -> Declared:
    fields: dict[str, Declared] = {}
    smallest = 2
    required = schema.get("required") or ()
    for name, inner in (schema.get("properties") or {}).items():
        declared = _inner(inner)
        if declared is None:
            continue
        field = escaped(name)
        if field is not None:
            fields[field] = declared
        if name in required and inner.get("default") is None:
            smallest += len(name.encode()) + declared.smallest + 4
    return Declared(smallest, fields=fields)


def _string(schema: Schema) -> Declared:
    format_ = schema.get("format")
    if format_ == "byte":
        most = schema.get("maxLength")
        return Declared(2, simple=BYTES, largest=MAX_REQUEST - 2 if most is None else max(most, 0))
    times = {"duration": (3, DURATION, 32), "date": (12, TIMESTAMP, 12), "date-time": (21, TIMESTAMP, 32)}
    if format_ in times:
        smallest, type_, largest = times[format_]
        return Declared(smallest, simple=type_, largest=largest)
    words = [len(word.encode()) for word in schema.get("enum") or () if isinstance(word, str)]
    return Declared(2, simple=STRING, largest=_characters(schema, max(words) if words else MAX_REQUEST - 2))


def _characters(schema: Schema, otherwise: int) -> int:
    """The most bytes of a string: four for each character that it may have."""
    most = schema.get("maxLength")
    return otherwise if most is None else max(most, 0) * 4
