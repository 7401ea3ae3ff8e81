"""What a schema says of the parts of a value. Mirrors apiserver/schema's Structural."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Schema = dict[str, Any]

PRESERVE = "x-kubernetes-preserve-unknown-fields"
EMBEDDED = "x-kubernetes-embedded-resource"
INT_OR_STRING = "x-kubernetes-int-or-string"
LIST_TYPE = "x-kubernetes-list-type"
LIST_MAP_KEYS = "x-kubernetes-list-map-keys"
MAP_TYPE = "x-kubernetes-map-type"
VALIDATIONS = "x-kubernetes-validations"

#: The fields that every object has, embedded ones among them.
META_FIELDS = ("apiVersion", "kind", "metadata")


def additional(schema: Schema) -> Schema | None:
    """The schema of the values of a map; None where there is none, or only ``true``."""
    found = schema.get("additionalProperties")
    return found if isinstance(found, dict) else None


def has_additional(schema: Schema) -> bool:
    """Whether any key may be there: ``additionalProperties`` is ``true`` or a schema.

    ``false`` counts as well: upstream's structural schema keeps that there is something.
    """
    return schema.get("additionalProperties") is not None


def member(schema: Schema, key: str) -> Schema | None:
    """The schema of an object's member: of its property, or of any."""
    found = (schema.get("properties") or {}).get(key)
    return found if found is not None else additional(schema)


def items_of(schema: Schema | None) -> Schema | None:
    """The schema of a list's items."""
    found = schema.get("items") if schema else None
    return found if isinstance(found, dict) else None


def child(path: str, key: str) -> str:
    """The path of an object's member, as errors print it; the path of the whole is empty."""
    return f"{path}.{key}" if path else key


def as_resource(schema: Schema | None) -> Schema:
    """The schema of a whole resource, which has a resource's metadata whether it says so or not."""
    return {**(schema or {}), EMBEDDED: True}
