"""The schemas of custom resources, from their definitions. Mirrors apiextensions-apiserver's controller/openapi."""

from __future__ import annotations

from kubesim.api import descriptions, schema
from kubesim.rest.openapi.schemas import LIST_META, Schemas, group_version_kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster import Client
    from kubesim.kinds import Names


def add(client: Client, schemas: Schemas, names: Names) -> str:
    """Make the schema of a custom resource and of its lists; its name, empty where its definition is not there."""
    definition = client.find("CustomResourceDefinition", "", names.qualified)
    if definition is None:
        return ""
    version: Obj = next((one for one in definition["spec"]["versions"] if one["name"] == names.version), {})
    given = (version.get("schema") or {}).get("openAPIV3Schema") or {}
    name = f"{'.'.join(reversed(names.group.split('.')))}.{names.version}.{names.kind}"
    preserves = given.get("x-kubernetes-preserve-unknown-fields") or definition["spec"].get("preserveUnknownFields")
    schemas.made[name] = {
        **({} if not given or (schemas.is_swagger and preserves) else _of_object(schemas, given)),
        "type": "object",
        "x-kubernetes-group-version-kind": [group_version_kind(names, names.kind)],
    }
    kind = definition["spec"]["names"].get("listKind") or f"{names.kind}List"
    schemas.made[f"{name}List"] = {
        "description": f"{kind} is a list of {names.kind}",
        "type": "object",
        "required": ["items"],
        "properties": {
            **_type_meta(),
            "items": {"type": "array", "items": schemas.wrapped(f"#/components/schemas/{name}")},
            "metadata": schemas.reference(schema.type_named(LIST_META)),
        },
        "x-kubernetes-group-version-kind": [group_version_kind(names, kind)],
    }
    return name


def _of_object(schemas: Schemas, given: Obj) -> Obj:
    """The given schema with what every object has.

    Not for one that has any field in OpenAPI 2, whose readers take for unknown what is not listed.
    """
    meta = schemas.reference(schema.type_named("meta/v1.ObjectMeta"))
    return {**given, "properties": {**(given.get("properties") or {}), **_type_meta(), "metadata": meta}}


def _type_meta() -> Obj:
    return {
        field: {"description": descriptions.of_field("meta/v1.TypeMeta", field), "type": "string"}
        for field in ("apiVersion", "kind")
    }
