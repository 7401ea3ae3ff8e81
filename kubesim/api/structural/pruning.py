"""Dropping the fields that a schema does not have. Mirrors apiserver/schema/pruning."""

from __future__ import annotations

from kubesim.api.structural.schemas import (
    EMBEDDED,
    META_FIELDS,
    PRESERVE,
    additional,
    as_resource,
    child,
    has_additional,
    items_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.api.structural.schemas import Schema


def prune(obj: Obj, schema: Schema | None) -> tuple[Obj, list[str]]:
    """A resource without unknown fields, and their paths: ``spec.colour``, ``spec.list[0].x``, sorted."""
    unknown: list[str] = []
    pruned: Obj = _pruned(obj, as_resource(schema), "", unknown)
    return pruned, sorted(unknown)


def prune_value(value: Any, schema: Schema) -> Any:
    """A part of a resource without unknown fields."""
    return _pruned(value, schema, "", [])


def _pruned(value: Any, schema: Schema | None, path: str, unknown: list[str]) -> Any:
    """A value without what is unknown; without a schema nothing in it is known."""
    if isinstance(value, dict):
        return _pruned_object(value, schema, path, unknown)
    if isinstance(value, list):
        items = items_of(schema)
        if schema and schema.get(PRESERVE):
            return [_kept_item(item, items, f"{path}[{index}]", unknown) for index, item in enumerate(value)]
        return [_pruned(item, items, f"{path}[{index}]", unknown) for index, item in enumerate(value)]
    return value


def _pruned_object(value: Obj, schema: Schema | None, path: str, unknown: list[str]) -> Obj:
    if schema is None:
        unknown += [child(path, key) for key in value]
        return {}
    properties = schema.get("properties") or {}
    is_embedded, preserves = schema.get(EMBEDDED), schema.get(PRESERVE)
    is_open, any_schema = has_additional(schema), additional(schema)
    kept: Obj = {}
    for key, item in value.items():
        if is_embedded and key in META_FIELDS:
            kept[key] = item
        elif key in properties:
            kept[key] = _pruned(item, properties[key], child(path, key), unknown)
        elif is_open:
            kept[key] = _pruned(item, any_schema, child(path, key), unknown)
        elif preserves:
            kept[key] = item
        elif key not in META_FIELDS or path:
            unknown.append(child(path, key))
    return kept


def _kept_item(value: Any, schema: Schema | None, path: str, unknown: list[str]) -> Any:
    """An item of a list that keeps unknown fields: so do its items, but what their schema names is pruned."""
    if schema is None:
        return value
    return _pruned(value, {**schema, PRESERVE: True}, path, unknown)
