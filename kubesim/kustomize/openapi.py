"""Rows (see schema.py) out of an OpenAPI document that a kustomization brings."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Types = dict[str, dict[str, str]]

_GVK = "x-kubernetes-group-version-kind"


def tables_of(document: Any) -> tuple[dict[str, str], Types]:
    """The types of kinds and the rows of types, of an OpenAPI document's definitions."""
    kinds: dict[str, str] = {}
    types: Types = {}
    definitions = document.get("definitions") if isinstance(document, dict) else None
    for name, definition in (definitions or {}).items():
        _add(types, name, definition)
        for gvk in definition.get(_GVK) or ():
            version = f"{gvk.get('group') or ''}/{gvk['version']}".removeprefix("/")
            kinds[f"{version} {gvk['kind']}"] = name
    return kinds, types


def _add(types: Types, name: str, definition: dict[str, Any]) -> None:
    """The rows of a definition, and those of what is defined within it under a name of its own."""
    properties = definition.get("properties") or {}
    types[name] = {field: _row(types, f"{name}.{field}", schema) for field, schema in properties.items()}


def _row(types: Types, name: str, schema: dict[str, Any]) -> str:
    if "items" in schema or schema.get("type") == "array":
        if "merge" not in schema.get("x-kubernetes-patch-strategy", "").split(","):
            return ""
        keys = schema.get("x-kubernetes-list-map-keys") or [schema.get("x-kubernetes-patch-merge-key", "")]
        return f"[]{_type(types, name, schema.get('items') or {})} {','.join(keys)}".strip()
    return _type(types, name, schema)


def _type(types: Types, name: str, schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "properties" in schema:
        _add(types, name, schema)
        return name
    return ""
