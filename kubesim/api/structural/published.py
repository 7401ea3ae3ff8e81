"""A custom resource's schema as the API server publishes it: with what every object has beside what was defined.

Mirrors apiextensions-apiserver's controller/openapi/builder.
"""

from __future__ import annotations

from kubesim.api.structural.schemas import EMBEDDED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.structural.schemas import Schema

CONVENTIONS = "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md"
_PRESERVES = "x-kubernetes-preserve-unknown-fields"
_METADATA = f"Standard object's metadata. More info: {CONVENTIONS}#metadata"

#: The fields of every object and of every list.
TYPE_META: Schema = {
    "apiVersion": {
        "type": "string",
        "description": (
            "APIVersion defines the versioned schema of this representation of an object. Servers should convert "
            "recognized schemas to the latest internal value, and may reject unrecognized values. More info: "
            f"{CONVENTIONS}#resources"
        ),
    },
    "kind": {
        "type": "string",
        "description": (
            "Kind is a string value representing the REST resource this object represents. Servers may infer this from "
            f"the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: {CONVENTIONS}"
            "#types-kinds"
        ),
    },
}
#: Those of an object within an object.
_EMBEDDED_TYPE_META: Schema = {
    "apiVersion": {
        "type": "string",
        "description": (
            "apiVersion defines the versioned schema of this representation of an object. More info: "
            f"{CONVENTIONS}#resources"
        ),
    },
    "kind": {
        "type": "string",
        "description": (
            "kind is a string value representing the type of this object. In CamelCase. More info: "
            f"{CONVENTIONS}#types-kinds"
        ),
    },
}


def published(schema: Schema | None, metadata: Schema, *, is_swagger: bool = False) -> Schema:
    """A definition's schema with the fields that every object has; without a schema only that it is an object's.

    ``metadata`` refers to the schema of metadata.  Readers of OpenAPI 2, which ``is_swagger`` is for, take for unknown
    what is not listed, so nothing is listed there of an object that may have any field.
    """
    if not schema or (is_swagger and schema.get(_PRESERVES)):
        return {"type": "object"}
    described = {**metadata, "description": _METADATA}
    within = _with_embedded(schema, described, is_swagger=is_swagger)
    return {**within, "properties": {**(within.get("properties") or {}), **TYPE_META, "metadata": described}}


def _with_embedded(schema: Schema, metadata: Schema, *, is_swagger: bool) -> Schema:
    """The schema with the fields of the objects that are within. Mirrors addEmbeddedProperties."""
    made = dict(schema)
    if schema.get("properties"):
        made["properties"] = {
            name: _with_embedded(field, metadata, is_swagger=is_swagger) for name, field in schema["properties"].items()
        }
    for word in ("items", "additionalProperties"):
        if isinstance(schema.get(word), dict):
            made[word] = _with_embedded(schema[word], metadata, is_swagger=is_swagger)
    if not schema.get(EMBEDDED) or (is_swagger and schema.get(_PRESERVES)):
        return made
    required = list(schema.get("required") or ())
    made["required"] = [*required, *(name for name in ("kind", "apiVersion") if name not in required)]
    made["properties"] = {**(made.get("properties") or {}), **_EMBEDDED_TYPE_META, "metadata": metadata}
    return made
