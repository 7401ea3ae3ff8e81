"""The Go types of the API: fields, their order, what is omitted when empty, how lists merge.

Tables lie in ``schema_data``, written by tools/generate_schema.py.  A type is built when it is first asked for, so
that a command pays only for the types it meets.
"""

from __future__ import annotations

from kubesim.startup.function_cache import cache
from kubesim.startup.json_text import loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Types that read and print themselves (json.Unmarshaler): their Go fields are not JSON fields.
QUANTITY = "api/resource.Quantity"
TIME = "meta/v1.Time"
MICRO_TIME = "meta/v1.MicroTime"
INT_OR_STRING = "util/intstr.IntOrString"
RAW = ("runtime.RawExtension", "meta/v1.FieldsV1")
# Types that are a JSON schema or something simpler.
SCHEMA_OR_BOOL = "apiextensions/v1.JSONSchemaPropsOrBool"
SCHEMA_OR_ARRAY = "apiextensions/v1.JSONSchemaPropsOrArray"
SCHEMA_OR_STRING_ARRAY = "apiextensions/v1.JSONSchemaPropsOrStringArray"
SCHEMAS_OR = (SCHEMA_OR_BOOL, SCHEMA_OR_ARRAY, SCHEMA_OR_STRING_ARRAY)
CUSTOM = frozenset((QUANTITY, TIME, MICRO_TIME, INT_OR_STRING, *RAW, "apiextensions/v1.JSON", *SCHEMAS_OR))

GROUPS = (
    *("admissionregistration", "apiextensions", "apiregistration", "apps", "authentication", "authorization"),
    *("autoscaling", "batch", "certificates", "coordination", "discovery", "events", "flowcontrol", "networking"),
    *("node", "policy", "rbac", "resource", "scheduling", "storage"),
)


class Field:
    """One field of a Go struct.

    ``json`` is "" for fields that JSON does not show by a name of their own (inlined and unexported ones);
    ``patch_strategies`` holds "merge", "replace", "retainKeys".
    """

    __slots__ = ("inline", "json", "merge_key", "name", "omitempty", "patch_strategies", "type_name")

    def __init__(self, line: str) -> None:
        json, name, type_name, flags, strategies, merge_key = (line.split() + ["-"] * 3)[:6]
        self.json = "" if json == "-" else json
        self.name = name
        self.type_name = type_name
        self.inline = "i" in flags
        self.omitempty = "o" in flags
        self.patch_strategies = () if strategies == "-" else tuple(strategies.split(","))
        self.merge_key = "" if merge_key == "-" else merge_key

    @property
    def type(self) -> Type:
        return type_named(self.type_name)


class Type:
    """A Go type.

    ``prints`` is how Go's %T writes it ("v1.PodSpec", "[]v1.Container"); ``kind`` is Go's reflect.Kind: struct, slice,
    map, pointer, interface, string, bool, int32, ...; ``elem`` is what a pointer, slice or map holds.
    """

    def __init__(self, name: str, prints: str, kind: str, elem_name: str, lines: list[str]) -> None:
        self.name = name
        self.prints = prints
        self.kind = kind
        self.is_custom = name in CUSTOM
        self._elem_name = elem_name
        self._lines = lines
        self._fields: tuple[Field, ...] | None = None
        self._json_fields: dict[str, Field] | None = None

    @property
    def elem(self) -> Type:
        return type_named(self._elem_name)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The struct's own fields, in declaration order."""
        if self._fields is None:
            self._fields = tuple(Field(line) for line in self._lines)
        return self._fields

    @property
    def json_fields(self) -> dict[str, Field]:
        """The fields that JSON shows, by their name there, in Go's order; inlined structs' fields in place."""
        if self._json_fields is None:
            self._json_fields = self._shown()
        return self._json_fields

    def _shown(self) -> dict[str, Field]:
        table: dict[str, Field] = {}
        for field in self.fields:
            if field.json:
                table[field.json] = field
            elif field.inline:
                table.update(field.type.json_fields)
        return table

    def embedded_in(self, json: str) -> tuple[str, ...]:
        """The Go names of the embedded structs in which the field of that name lies, from the outside in."""
        for field in self.fields:
            if field.json == json:
                return ()
            if field.inline and json in field.type.json_fields:
                return (field.name, *field.type.embedded_in(json))
        return ()

    @property
    def short_name(self) -> str:
        """The name without its package, as encoding/json's errors write it."""
        return self.prints.rpartition(".")[2]


def type_of(api_version: str, kind: str) -> Type | None:
    """The type of a kind's objects; None for kinds without a known type (they are kept as they are sent)."""
    name = read("kinds").get(f"{api_version} {kind}")
    return type_named(name) if name else None


def type_in_client(api_version: str, kind: str) -> Type | None:
    """The same, as far as kubectl knows types itself. Mirrors client-go's scheme, which has no definitions of APIs."""
    is_foreign = api_version.startswith(("apiextensions.k8s.io/", "apiregistration.k8s.io/"))
    return None if is_foreign else type_of(api_version, kind)


def is_required(type_: Type, field: Field) -> bool:
    """Whether the API's documents have a field among the required ones."""
    against_tags: dict[str, bool] = read("required").get(type_.name, {})
    return against_tags.get(field.json, not field.omitempty)


def enum_of(owner: Type, field: str) -> list[str]:
    """The values that a field may have, or the items of a list in it, as the API's documents have them."""
    values: list[str] = read("enums").get(owner.name, {}).get(field, [])
    return values


@cache
def type_named(name: str) -> Type:
    """The type of that name: ``core/v1.Pod``, ``*int32``, ``[]core/v1.Container``, ``map[string]string``."""
    if name.startswith(("*", "[]", "map[")):
        return _composite(name, name, "")
    prints, kind, *lines = _row(name)
    if kind.startswith(("[]", "map[")):
        return _composite(name, kind, prints)
    return Type(name, prints, kind, "", lines)


def _composite(name: str, shape: str, prints: str) -> Type:
    """A pointer, slice or map; a named one (``core/v1.ResourceList``) prints its name."""
    opening, kind = _opening_of(shape)
    elem_name = shape[len(opening) :]
    if not prints:
        prints = _prints_of(opening) + type_named(elem_name).prints
    return Type(name, prints, kind, elem_name, [])


def _opening_of(shape: str) -> tuple[str, str]:
    if shape.startswith("*"):
        return "*", "pointer"
    if shape.startswith("[]"):
        return "[]", "slice"
    return shape[: shape.index("]") + 1], "map"


def _prints_of(opening: str) -> str:
    """``map[core/v1.ResourceName]`` as Go writes it: ``map[v1.ResourceName]``."""
    if not opening.startswith("map["):
        return opening
    return f"map[{type_named(opening[4:-1]).prints}]"


def _row(name: str) -> list[str]:
    """What the tables say of a named type; built-in types are their own name and kind."""
    package = name.rpartition(".")[0]
    if not package:
        return [name, name]
    group = package.partition("/")[0]
    if group == "core":
        row = read("pod").get(name) or read("core")[name]
    else:
        row = read(group if group in GROUPS else "meta")[name]
    return row  # type: ignore[no-any-return]


@cache
def read(file: str) -> dict[str, Any]:
    """A table of ``schema_data``."""
    import os

    folder = os.path.join(os.path.dirname(__file__), "schema_data")
    with open(os.path.join(folder, f"{file}.json"), "rb") as stream:
        table: dict[str, Any] = loads(stream.read())
    del table[""]  # says which tool made it
    return table
