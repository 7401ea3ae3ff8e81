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
    for name, definition in _map(definitions).items():
        _add(types, name, _map(definition))
        for gvk in map(_map, _map(definition).get(_GVK) or ()):
            version = f"{gvk.get('group') or ''}/{gvk.get('version')}".removeprefix("/")
            kinds[f"{version} {gvk.get('kind')}"] = name
    return kinds, types


def _map(value: Any) -> dict[str, Any]:
    """The value if it is a map, as the parts of a document should be."""
    return value if isinstance(value, dict) else {}


def _add(types: Types, name: str, definition: dict[str, Any]) -> None:
    """The rows of a definition, and those of what is defined within it under a name of its own."""
    properties = _map(definition.get("properties"))
    types[name] = {field: _row(types, f"{name}.{field}", _map(schema)) for field, schema in properties.items()}


def _row(types: Types, name: str, schema: dict[str, Any]) -> str:
    if "items" in schema or schema.get("type") == "array":
        if "merge" not in str(schema.get("x-kubernetes-patch-strategy")).split(","):
            return ""
        keys = schema.get("x-kubernetes-list-map-keys") or [schema.get("x-kubernetes-patch-merge-key", "")]
        return f"[]{_type(types, name, _map(schema.get('items')))} {','.join(map(str, keys))}".strip()
    return _type(types, name, schema)


def _type(types: Types, name: str, schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "properties" in schema:
        _add(types, name, schema)
        return name
    return ""
