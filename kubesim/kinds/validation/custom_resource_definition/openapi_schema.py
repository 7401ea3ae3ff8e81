"""What the API server forbids in a schema besides. Mirrors ValidateCustomResourceDefinitionOpenAPISchema."""

from __future__ import annotations

from kubesim.api.fields import FieldError, Pointer, forbidden, invalid, not_supported, required
from kubesim.api.structural.schemas import EMBEDDED, LIST_MAP_KEYS, LIST_TYPE, MAP_TYPE, META_FIELDS, PRESERVE
from kubesim.kinds.validation.custom_resource_definition.internal_values import items_value
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.api.structural.schemas import Schema

_TYPES = ("array", "boolean", "integer", "number", "object", "string")
_FORBIDDEN = ("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref")


class _Place(NamedTuple):
    """Where a schema stands: whether within metadata, and why no default may be there ("": it may)."""

    in_metadata: bool = False
    no_defaults: str = ""


def validate_openapi_schema(schema: Schema, path: str) -> list[FieldError]:
    """What is wrong with a whole schema, but for its rules."""
    return list(_validate(schema, path, _Place(), is_root=True))


def _validate(schema: Schema, path: str, place: _Place, *, is_root: bool = False) -> Iterator[FieldError]:
    yield from _validate_fields(schema, path, place)
    if schema.get("uniqueItems"):
        why = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
        yield forbidden(f"{path}.uniqueItems", why)
    yield from _validate_additional(schema, path, place)
    properties = schema.get("properties") or {}
    for name in sorted(properties):
        below = place
        if (is_root or schema.get(EMBEDDED)) and name in META_FIELDS:
            below = _Place(in_metadata=True, no_defaults=f"in top-level {name}" if is_root else place.no_defaults)
        yield from _validate(properties[name], f"{path}.properties[{name}]", below)
    if schema.get("not") is not None:
        yield from _validate(schema["not"], f"{path}.not", place)
    for field in ("allOf", "oneOf", "anyOf"):
        for index, branch in enumerate(schema.get(field) or ()):
            yield from _validate(branch, f"{path}.{field}[{index}]", place)
    if isinstance(schema.get("items"), dict):
        yield from _validate(schema["items"], f"{path}.items", place)
    yield from _validate_extensions(schema, path)


def _validate_fields(schema: Schema, path: str, place: _Place) -> Iterator[FieldError]:
    """Mirrors specStandardValidatorV3."""
    type_ = schema.get("type", "")
    if type_ and type_ not in _TYPES:
        yield not_supported(f"{path}.type", type_, _TYPES)
    if schema.get("default") is not None and place.no_defaults:
        yield forbidden(f"{path}.default", f"must not be set {place.no_defaults}")
    for field in _FORBIDDEN:
        if schema.get(field):
            yield forbidden(f"{path}.{field}", f"{field} is not supported")
    if type_ == "null":
        yield forbidden(f"{path}.type", "type cannot be set to null, use nullable as an alternative")
    if isinstance(schema.get("items"), list):
        yield forbidden(f"{path}.items", "items must be a schema object and not an array")
    if place.in_metadata and schema.get(EMBEDDED):
        yield forbidden(f"{path}.{EMBEDDED}", "must not be used inside of resource meta")


def _validate_additional(schema: Schema, path: str, place: _Place) -> Iterator[FieldError]:
    more = schema.get("additionalProperties")
    if more is None:
        return
    if schema.get("properties") and more is not True:
        why = "additionalProperties and properties are mutual exclusive"
        yield forbidden(f"{path}.additionalProperties", why)
    if isinstance(more, dict):
        if place.in_metadata:
            place = place._replace(no_defaults="inside additionalProperties applying to object metadata")
        yield from _validate(more, f"{path}.additionalProperties", place)


def _validate_extensions(schema: Schema, path: str) -> Iterator[FieldError]:
    if schema.get(PRESERVE) is False:
        yield invalid(f"{path}.{PRESERVE}", False, "must be true or undefined")
    if schema.get(MAP_TYPE) is not None:
        yield from _validate_container(schema, path, "object", MAP_TYPE)
        if schema[MAP_TYPE] not in ("atomic", "granular"):
            yield not_supported(f"{path}.{MAP_TYPE}", schema[MAP_TYPE], ("atomic", "granular"))
    list_type = schema.get(LIST_TYPE)
    if list_type is not None:
        yield from _validate_list_type(schema, list_type, path)
    keys = schema.get(LIST_MAP_KEYS) or []
    if keys and list_type != "map":
        why = f"must be map if {LIST_MAP_KEYS} is non-empty"
        where = f"{path}.{LIST_TYPE}"
        yield required(where, why) if list_type is None else invalid(where, list_type, why)
    if list_type == "map":
        yield from _validate_list_map(schema, keys, path)
    if list_type in ("set", "map") and isinstance(schema.get("items"), dict):
        yield from _validate_nothing_null(schema, list_type, keys, path)


def _validate_container(schema: Schema, path: str, type_: str, field: str) -> Iterator[FieldError]:
    found = schema.get("type", "")
    if found != type_:
        why = f"must be {type_} if {field} is specified"
        yield invalid(f"{path}.type", found, why) if found else required(f"{path}.type", why)


def _validate_list_type(schema: Schema, list_type: str, path: str) -> Iterator[FieldError]:
    items = schema.get("items")
    if schema.get("type", "") != "array":
        yield from _validate_container(schema, path, "array", LIST_TYPE)
    elif list_type == "set" and isinstance(items, dict):
        why = f"must be atomic as item of a list with {LIST_TYPE}=set"
        if items.get("type") == "array" and items.get(LIST_TYPE, "atomic") != "atomic":
            yield invalid(f"{path}.items.{LIST_TYPE}", Pointer(items[LIST_TYPE]), why)
        elif items.get("type") == "object" and items.get(MAP_TYPE) != "atomic":
            shown = items.get(LIST_TYPE)  # upstream shows that
            yield invalid(f"{path}.items.{MAP_TYPE}", shown and Pointer(shown), why)
    if list_type not in ("atomic", "set", "map"):
        yield not_supported(f"{path}.{LIST_TYPE}", list_type, ("atomic", "set", "map"))


def _validate_list_map(schema: Schema, keys: list[str], path: str) -> Iterator[FieldError]:
    if not keys:
        yield required(f"{path}.{LIST_MAP_KEYS}", f"must not be empty if {LIST_TYPE} is map")
    items = schema.get("items")
    if items is None:
        yield required(f"{path}.items", f"must have a schema if {LIST_TYPE} is map")
        return
    if not isinstance(items, dict):
        why = f"must only have a single schema if {LIST_TYPE} is map"
        yield invalid(f"{path}.items", items_value(items), why)
        return
    if items.get("type", "") != "object":
        why = f"must be object if parent array's {LIST_TYPE} is map"
        yield invalid(f"{path}.items.type", items.get("type", ""), why)
        return
    properties = items.get("properties") or {}
    for index, key in enumerate(keys):
        where = f"{path}.{LIST_MAP_KEYS}"
        if key not in properties:
            yield invalid(where, keys, "entries must all be names of item properties")
        elif properties[key].get("type") in ("array", "object"):
            why = f"must be a scalar type if parent array's {LIST_TYPE} is map"
            yield invalid(f"{path}.items.properties[{key}].type", items["type"], why)
        if key in keys[:index]:
            yield invalid(where, keys, "must not contain duplicate entries")


def _validate_nothing_null(schema: Schema, list_type: str, keys: list[str], path: str) -> Iterator[FieldError]:
    """Items are not null, and each has its keys. Mirrors validateMapListKeysMapSet."""
    items = schema["items"]
    if items.get("nullable"):
        yield forbidden(f"{path}.items.nullable", f"cannot be nullable when {LIST_TYPE} is {list_type}")
    if list_type != "map":
        return
    properties, always = items.get("properties") or {}, items.get("required") or ()
    for key in keys:
        if key not in properties:
            continue
        where, prefix = f"{path}.items.properties[{key}]", f"this property is in {LIST_MAP_KEYS}, so it"
        if key not in always and properties[key].get("default") is None:
            yield required(f"{where}.default", f"{prefix} must have a default or be a required property")
        if properties[key].get("nullable"):
            yield forbidden(f"{where}.nullable", f"{prefix} cannot be nullable")
