"""Filling in a schema's defaults, and dropping nulls. Mirrors apiserver/schema/defaulting."""

from __future__ import annotations

from kubesim.api.meta import copy_of
from kubesim.api.structural.schemas import additional, items_of, member

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.structural.schemas import Schema


def default(value: Any, schema: Schema | None) -> Any:
    """The value with what its schema fills in: fields that are missing, or null where they may not be.

    Mirrors Default.
    """
    if schema is None:
        return value
    if isinstance(value, dict):
        return _defaulted_object(value, schema)
    if isinstance(value, list):
        items = items_of(schema)
        return [default(_filled(item, items), items) for item in value]
    return value


def _defaulted_object(value: dict[str, Any], schema: Schema) -> dict[str, Any]:
    properties = schema.get("properties") or {}
    filled = dict(value)
    for key, prop in properties.items():
        if prop.get("default") is not None and (key not in value or _is_wrong_null(value[key], prop)):
            filled[key] = copy_of(prop["default"])
    any_schema = additional(schema)
    for key, item in filled.items():
        if key in properties:
            filled[key] = default(item, properties[key])
        elif any_schema is not None:
            filled[key] = default(_filled(item, any_schema), any_schema)
    return filled


def _filled(item: Any, schema: Schema | None) -> Any:
    return copy_of(schema.get("default")) if schema and _is_wrong_null(item, schema) else item


def _is_wrong_null(value: Any, schema: Schema) -> bool:
    return value is None and not schema.get("nullable")


def without_nulls(value: Any, schema: Schema | None) -> Any:
    """The value less the fields that are null, may not be and have no default.

    Mirrors PruneNonNullableNullsWithoutDefaults.
    """
    if isinstance(value, dict):
        kept = {}
        for key, item in value.items():
            below = member(schema, key) if schema else None
            if below is None or not _is_wrong_null(item, below) or below.get("default") is not None:
                kept[key] = without_nulls(item, below)
        return kept
    if isinstance(value, list):
        items = items_of(schema)
        return [without_nulls(item, items) for item in value]
    return value
