"""The schemas of custom resources, from their definitions. Mirrors apiextensions-apiserver's controller/openapi."""

from __future__ import annotations

from kubesim.api import schema
from kubesim.api.structural.published import CONVENTIONS, TYPE_META, published
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
    if schemas.is_swagger and definition["spec"].get("preserveUnknownFields"):
        given = {}
    metadata = schemas.reference(schema.type_named("meta/v1.ObjectMeta"))
    schemas.made[name] = {
        **published(given, metadata, is_swagger=schemas.is_swagger),
        "type": "object",
        "x-kubernetes-group-version-kind": [group_version_kind(names, names.kind)],
    }
    kind = definition["spec"]["names"].get("listKind") or f"{names.kind}List"
    schemas.made[f"{name}List"] = {
        "description": f"{kind} is a list of {names.kind}",
        "type": "object",
        "required": ["items"],
        "properties": {
            **TYPE_META,
            "items": {
                "description": f"List of {names.plural}. More info: {CONVENTIONS}",
                "type": "array",
                "items": schemas.named(name),
            },
            "metadata": {
                "description": f"Standard list metadata. More info: {CONVENTIONS}#types-kinds",
                **schemas.reference(schema.type_named(LIST_META)),
            },
        },
        "x-kubernetes-group-version-kind": [group_version_kind(names, kind)],
    }
    return name
