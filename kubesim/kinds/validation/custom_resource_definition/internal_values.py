"""How parts of a definition are shown in errors: the API server's internal types have no names for JSON.

Fields have Go's names, all of them are shown, and pointers, lists and maps that are not there are null. Mirrors
apiextensions' types.go and types_jsonschema.go.
"""

from __future__ import annotations

from kubesim.api.fields import Struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kubesim.api.meta import Obj

# A field's name here and in JSON, and what stands for it where it is not there.
_VERSION = (
    ("Name", "name", ""),
    ("Served", "served", False),
    ("Storage", "storage", False),
    ("Deprecated", "deprecated", False),
    ("DeprecationWarning", "deprecationWarning", None),
    ("Schema", "schema", None),
    ("Subresources", "subresources", None),
    ("AdditionalPrinterColumns", "additionalPrinterColumns", None),
    ("SelectableFields", "selectableFields", None),
)
_COLUMN = (
    *(("Name", "name", ""), ("Type", "type", ""), ("Format", "format", ""), ("Description", "description", "")),
    *(("Priority", "priority", 0), ("JSONPath", "jsonPath", "")),
)
_SCALE = (
    *(("SpecReplicasPath", "specReplicasPath", ""), ("StatusReplicasPath", "statusReplicasPath", "")),
    ("LabelSelectorPath", "labelSelectorPath", None),
)
_RULE = (
    *(("Rule", "rule", ""), ("Message", "message", ""), ("MessageExpression", "messageExpression", "")),
    *(("Reason", "reason", None), ("FieldPath", "fieldPath", ""), ("OptionalOldSelf", "optionalOldSelf", None)),
)
_DOCS = (("Description", "description", ""), ("URL", "url", ""))
_SCHEMA = (
    *(("ID", "id", ""), ("Schema", "$schema", ""), ("Ref", "$ref", None), ("Description", "description", "")),
    *(("Type", "type", ""), ("Nullable", "nullable", False), ("Format", "format", ""), ("Title", "title", "")),
    *(("Default", "default", None), ("Maximum", "maximum", None), ("ExclusiveMaximum", "exclusiveMaximum", False)),
    *(("Minimum", "minimum", None), ("ExclusiveMinimum", "exclusiveMinimum", False), ("MaxLength", "maxLength", None)),
    *(("MinLength", "minLength", None), ("Pattern", "pattern", ""), ("MaxItems", "maxItems", None)),
    *(("MinItems", "minItems", None), ("UniqueItems", "uniqueItems", False), ("MultipleOf", "multipleOf", None)),
    *(("Enum", "enum", None), ("MaxProperties", "maxProperties", None), ("MinProperties", "minProperties", None)),
    *(("Required", "required", None), ("Items", "items", None), ("AllOf", "allOf", None), ("OneOf", "oneOf", None)),
    *(("AnyOf", "anyOf", None), ("Not", "not", None), ("Properties", "properties", None)),
    *(("AdditionalProperties", "additionalProperties", None), ("PatternProperties", "patternProperties", None)),
    *(("Dependencies", "dependencies", None), ("AdditionalItems", "additionalItems", None)),
    *(("Definitions", "definitions", None), ("ExternalDocs", "externalDocs", None), ("Example", "example", None)),
    ("XPreserveUnknownFields", "x-kubernetes-preserve-unknown-fields", None),
    ("XEmbeddedResource", "x-kubernetes-embedded-resource", False),
    ("XIntOrString", "x-kubernetes-int-or-string", False),
    ("XListMapKeys", "x-kubernetes-list-map-keys", None),
    ("XListType", "x-kubernetes-list-type", None),
    ("XMapType", "x-kubernetes-map-type", None),
    ("XValidations", "x-kubernetes-validations", None),
)


def versions_value(versions: Sequence[Obj]) -> list[Struct]:
    """The versions of a hoisted spec."""
    return [_version(version) for version in versions]


def schema_value(schema: Obj) -> Struct:
    """A schema with everything in it."""
    shown = _struct(schema, _SCHEMA)
    for field in ("AllOf", "OneOf", "AnyOf"):
        shown[field] = _each(shown[field], schema_value)
    shown["Not"] = _one(shown["Not"], schema_value)
    shown["Items"] = _one(shown["Items"], items_value)
    for field in ("AdditionalProperties", "AdditionalItems"):
        shown[field] = _one(shown[field], _additional)
    for field in ("Properties", "PatternProperties", "Definitions"):
        shown[field] = _members(shown[field], schema_value)
    shown["Dependencies"] = _members(shown["Dependencies"], _dependency)
    shown["ExternalDocs"] = _one(shown["ExternalDocs"], lambda docs: _struct(docs, _DOCS))
    shown["XValidations"] = _each(shown["XValidations"], rule_value)
    return shown


def said_in(schema: Obj) -> list[str]:
    """The fields of a schema that say anything, as its Go type calls them, in its order."""
    return [name for name, json, empty in _SCHEMA if not _is_zero(schema.get(json), empty)]


def _is_zero(value: Any, empty: Any) -> bool:
    """Whether a field has its zero value: of a pointer that is nil alone, and null is nil."""
    return value is None or (empty is not None and value == empty)


def items_value(items: Any) -> Struct:
    """The items of a list: one schema, or several."""
    if isinstance(items, list):
        return Struct(Schema=None, JSONSchemas=[schema_value(item) for item in items])
    return Struct(Schema=schema_value(items), JSONSchemas=None)


def rule_value(rule: Obj) -> Struct:
    """One of a schema's x-kubernetes-validations."""
    return _struct(rule, _RULE)


def _version(version: Obj) -> Struct:
    shown = _struct(version, _VERSION)
    shown["Schema"] = _one(shown["Schema"], _validation)
    shown["Subresources"] = _one(shown["Subresources"], _subresources)
    shown["AdditionalPrinterColumns"] = _each(
        shown["AdditionalPrinterColumns"], lambda column: _struct(column, _COLUMN)
    )
    shown["SelectableFields"] = _each(
        shown["SelectableFields"], lambda field: Struct(JSONPath=field.get("jsonPath", ""))
    )
    return shown


def _validation(holder: Obj) -> Struct:
    return Struct(OpenAPIV3Schema=_one(holder.get("openAPIV3Schema"), schema_value))


def _subresources(subresources: Obj) -> Struct:
    status, scale = subresources.get("status"), subresources.get("scale")
    return Struct(Status=None if status is None else {}, Scale=_one(scale, lambda found: _struct(found, _SCALE)))


def _additional(more: Any) -> Struct:
    is_schema = isinstance(more, dict)
    return Struct(Allows=is_schema or bool(more), Schema=schema_value(more) if is_schema else None)


def _dependency(dependency: Any) -> Struct:
    if isinstance(dependency, list):
        return Struct(Schema=None, Property=dependency)
    return Struct(Schema=schema_value(dependency), Property=None)


def _struct(value: Obj, fields: Sequence[tuple[str, str, Any]]) -> Struct:
    return Struct({name: empty if value.get(json) is None else value[json] for name, json, empty in fields})


def _one(value: Any, shown: Any) -> Any:
    return None if value is None else shown(value)


def _members(values: Any, shown: Any) -> Any:
    return None if values is None else {name: shown(values[name]) for name in sorted(values)}


def _each(values: Any, shown: Any) -> Any:
    return None if values is None else [shown(value) for value in values]
