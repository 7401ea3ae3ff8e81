"""Whether a schema is structural: every field that it speaks of has a type of its own, once.

Mirrors apiextensions-apiserver's pkg/apiserver/schema: NewStructural, ValidateStructural.
"""

from __future__ import annotations

from kubesim.api.fields import FieldError, forbidden, invalid, required
from kubesim.api.structural.schemas import (
    EMBEDDED,
    INT_OR_STRING,
    LIST_MAP_KEYS,
    LIST_TYPE,
    MAP_TYPE,
    PRESERVE,
    VALIDATIONS,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kubesim.api.structural.schemas import Schema

ROOT, ITEM, FIELD = "root", "item", "field"

_UNTYPED = {
    ROOT: "must not be empty at the root",
    ITEM: "must not be empty for specified array items",
    FIELD: "must not be empty for specified object fields",
}
_UNSUPPORTED = {
    "id": "id",
    "$schema": "schema",
    "$ref": "$ref",
    "patternProperties": "patternProperties",
    "dependencies": "dependencies",
    "additionalItems": "additionalItems",
    "definitions": "definitions",
}
_INT_OR_STRING_BRANCHES = [{"type": "integer"}, {"type": "string"}]
#: What a branch of allOf, anyOf, oneOf or not may not have, as what it should be.
_FORBIDDEN_IN_BRANCHES = {
    "type": "empty",
    "default": "undefined",
    "title": "empty",
    "description": "empty",
    "nullable": "false",
    PRESERVE: "false",
    EMBEDDED: "false",
    INT_OR_STRING: "false",
    LIST_MAP_KEYS: "empty",
    LIST_TYPE: "undefined",
    MAP_TYPE: "undefined",
    VALIDATIONS: "empty",
}
_UNDEFINED_IS_ALL = ("default", LIST_TYPE, MAP_TYPE)


def conversion_problem(schema: Schema) -> str:
    """Why no structural schema can be made of a schema; empty if it can. Mirrors NewStructural's errors."""
    return next(_conversion_problems(schema), "")


def _conversion_problems(schema: Schema) -> Iterator[str]:
    for field, name in _UNSUPPORTED.items():
        if schema.get(field):
            yield f"OpenAPIV3Schema '{name}' is not supported"
    if schema.get("not") is not None:
        yield from _conversion_problems(schema["not"])
    for field in ("allOf", "anyOf", "oneOf"):
        for branch in schema.get(field) or ():
            yield from _conversion_problems(branch)
    if schema.get(PRESERVE) is False:
        yield f"internal error: '{PRESERVE}' must be true or undefined"
    items, more, properties = schema.get("items"), schema.get("additionalProperties"), schema.get("properties") or {}
    if isinstance(items, list):
        yield "OpenAPIV3Schema 'items' must be a schema, but is an array"
    elif items is not None:
        yield from _conversion_problems(items)
    for name in sorted(properties):
        yield from _conversion_problems(properties[name])
    if isinstance(more, dict):
        yield from _conversion_problems(more)


def validate_structural(schema: Schema, path: str) -> list[FieldError]:
    """What keeps a schema from being structural, sorted. Mirrors ValidateStructural."""
    wrong = [*_invariants(schema, ROOT, path), *_completeness(schema, schema, path, path)]
    return sorted(wrong, key=str)


def _invariants(schema: Schema, level: str, path: str) -> Iterator[FieldError]:
    items = schema.get("items")
    if schema.get("type") == "array" and items is None:
        yield required(f"{path}.items", "must be specified")
    if items is not None:
        yield from _invariants(items, ITEM, f"{path}.items")
    for name, part in (schema.get("properties") or {}).items():
        yield from _invariants(part, FIELD, f"{path}.properties[{name}]")
    more = schema.get("additionalProperties")
    if more is not None and level == ROOT:
        yield forbidden(f"{path}.additionalProperties", "must not be used at the root")
    if isinstance(more, dict):
        yield from _invariants(more, FIELD, f"{path}.additionalProperties")
    if schema.get(INT_OR_STRING):
        for field in (PRESERVE, EMBEDDED):
            if schema.get(field):
                yield invalid(f"{path}.{field}", True, f"must be false if {INT_OR_STRING} is true")
    yield from _value_rules(schema, path)
    yield from _type_rules(schema, level, path)
    yield from _metadata_rules(schema, level, path)


def _type_rules(schema: Schema, level: str, path: str) -> Iterator[FieldError]:
    type_, is_embedded = schema.get("type", ""), schema.get(EMBEDDED)
    if is_embedded and type_ != "object":
        why = f"must be object if {EMBEDDED} is true"
        yield invalid(f"{path}.type", type_, why) if type_ else required(f"{path}.type", why)
    elif not type_ and not schema.get(INT_OR_STRING) and not schema.get(PRESERVE):
        yield required(f"{path}.type", _UNTYPED[level])
    if is_embedded and schema.get("additionalProperties") is not None:
        yield forbidden(f"{path}.additionalProperties", f"must not be used if {EMBEDDED} is set")
    if level == ROOT and type_ not in ("", "object"):
        yield invalid(f"{path}.type", type_, "must be object at the root")


def _metadata_rules(schema: Schema, level: str, path: str) -> Iterator[FieldError]:
    """The rules for the fields that every object has."""
    properties = schema.get("properties") or {}
    is_object = level == ROOT or schema.get(EMBEDDED)
    for name in ("kind", "apiVersion"):
        if is_object and name in properties and properties[name].get("type", "") != "string":
            yield invalid(f"{path}.properties[{name}].type", properties[name].get("type", ""), "must be string")
    if "metadata" in properties:
        metadata, where = properties["metadata"], f"{path}.properties[metadata]"
        if is_object and metadata.get("type", "") != "object":
            yield invalid(f"{where}.type", metadata.get("type", ""), "must be object")
        if level == ROOT and not _says_only_names(metadata):
            why = "must not specify anything other than name and generateName, but metadata is implicitly specified"
            yield forbidden(where, why)
    if schema.get(EMBEDDED) and not schema.get(PRESERVE) and not properties:
        yield required(f"{path}.properties", f"must not be empty if {EMBEDDED} is true without {PRESERVE}")


def _says_only_names(metadata: Schema) -> bool:
    others = {field for field, value in metadata.items() if _is_set(value)} - {"type", "default", "properties"}
    return not others and set(metadata.get("properties") or ()) <= {"name", "generateName"}


def _is_set(value: Any) -> bool:
    """Whether a field of a schema says anything: bounds do at 0, and nothing else does empty."""
    return value is not None and (value or (isinstance(value, (int, float)) and not isinstance(value, bool)))


def _value_rules(schema: Schema, path: str, *, skip_any: bool = False, is_branch: bool = False) -> Iterator[FieldError]:
    """The branches of a schema, and its pattern. Mirrors validateValueValidation."""
    skips_all = False
    if not is_branch:
        skip_any = _is_int_or_string(schema.get("anyOf"))
        skips_all = bool(schema.get("allOf")) and _is_int_or_string(schema["allOf"][0].get("anyOf"))
    for field in ("anyOf", "allOf", "oneOf"):
        for index, branch in enumerate(schema.get(field) or ()):
            if field != "anyOf" or not skip_any:
                skips = skips_all and field == "allOf" and index == 0
                yield from _branch_rules(branch, f"{path}.{field}[{index}]", skip_any=skips)
    if schema.get("not") is not None:
        yield from _branch_rules(schema["not"], f"{path}.not")
    if schema.get("pattern"):
        yield from _pattern_rules(schema["pattern"], f"{path}.pattern")


def _is_int_or_string(branches: list[Schema] | None) -> bool:
    return bool(branches) and [_said(branch) for branch in branches or ()] == _INT_OR_STRING_BRANCHES


def _said(schema: Schema) -> Schema:
    return {field: value for field, value in schema.items() if _is_set(value)}


def _pattern_rules(pattern: str, path: str) -> Iterator[FieldError]:
    from kubesim.golang.regexp import RegexpError, check_regexp

    try:
        check_regexp(pattern)
    except RegexpError as error:
        yield invalid(path, pattern, f"must be a valid regular expression, but isn't: {error}")


def _branch_rules(schema: Schema, path: str, *, skip_any: bool = False) -> Iterator[FieldError]:
    """A branch may only narrow values. Mirrors validateNestedValueValidation."""
    yield from _value_rules(schema, path, skip_any=skip_any, is_branch=True)
    if schema.get("items") is not None:
        yield from _branch_rules(schema["items"], f"{path}.items")
    for name, part in (schema.get("properties") or {}).items():
        yield from _branch_rules(part, f"{path}.properties[{name}]")
    more = schema.get("additionalProperties")
    if isinstance(more, dict) or more:
        yield forbidden(f"{path}.additionalProperties", "must be undefined to be structural")
    for field, state in _FORBIDDEN_IN_BRANCHES.items():
        value = schema.get(field)
        if value or (value is not None and field in _UNDEFINED_IS_ALL):
            yield forbidden(f"{path}.{field}", f"must be {state} to be structural")
    if "metadata" in (schema.get("properties") or ()):
        yield forbidden(f"{path}.properties[metadata]", "must not be specified in a nested context")


def _completeness(part: Schema, schema: Schema | None, path: str, where: str) -> Iterator[FieldError]:
    """What the branches of the root speak of must be specified outside of them as well.

    ``path`` is where it should be, ``where`` the branch that speaks of it. Mirrors validateStructuralCompleteness.
    """
    branches = [(f"{where}.not", part["not"])] if part.get("not") is not None else []
    for field in ("allOf", "anyOf", "oneOf"):
        branches += [(f"{where}.{field}[{index}]", branch) for index, branch in enumerate(part.get(field) or ())]
    for place, branch in branches:
        yield from _branch_completeness(branch, schema, path, place)


def _branch_completeness(branch: Schema, schema: Schema | None, path: str, where: str) -> Iterator[FieldError]:
    if schema is None:
        yield required(path, f"because it is defined in {where}")
        return
    yield from _completeness(branch, schema, path, where)
    if branch.get("items") is not None:
        yield from _branch_completeness(branch["items"], schema.get("items"), f"{path}.items", f"{where}.items")
    for name, part in (branch.get("properties") or {}).items():
        known = (schema.get("properties") or {}).get(name)
        place = f".properties[{name}]"
        yield from _branch_completeness(part, known, f"{path}{place}", f"{where}{place}")
