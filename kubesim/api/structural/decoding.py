"""Reading a custom resource by its schema: unknown fields go, embedded metadata is typed.

Mirrors apiextensions-apiserver's unstructuredSchemaCoercer and schema/objectmeta's Coerce.
"""

from __future__ import annotations

from kubesim.api.decode import DecodeError, read_object_meta
from kubesim.api.fields import invalid
from kubesim.api.structural.defaulting import without_nulls
from kubesim.api.structural.pruning import prune
from kubesim.api.structural.schemas import EMBEDDED, additional, items_of
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.api.structural.schemas import Schema


class MetadataError(DecodeError):
    """Embedded metadata that cannot be read: a value at a path."""

    def __init__(self, path: str, value: Any, why: str) -> None:
        self.field_error = invalid(path, value, why)
        super().__init__(str(self.field_error))


class Coerced(NamedTuple):
    """A resource as its schema has it, and the paths of what was dropped: ``spec.colour``."""

    obj: Obj
    unknown: list[str]


def coerce(obj: Obj, schema: Schema | None, *, preserve: bool = False) -> Coerced:
    """The resource without unknown fields and wrong nulls; its own metadata was read before, and stays as it is.

    ``preserve`` is the definition's preserveUnknownFields. DecodeError where embedded metadata cannot be read.
    """
    unknown: list[str] = []
    if not preserve:
        obj, unknown = prune(obj, schema)
        obj = {**without_nulls(obj, schema), **{key: obj[key] for key in ("metadata",) if key in obj}}
    embedded: list[str] = []
    coerced: Obj = with_typed_metadata(obj, schema, "", embedded)
    if "metadata" in obj:
        coerced["metadata"] = obj["metadata"]
    return Coerced(coerced, unknown + sorted(embedded))


def with_typed_metadata(value: Any, schema: Schema | None, path: str, unknown: list[str]) -> Any:
    """The value at ``path`` with the metadata of embedded objects read; its unknown fields are added to ``unknown``.

    MetadataError for what cannot be read. Mirrors Coerce.
    """
    if schema is None:
        return value
    if isinstance(value, list):
        items = items_of(schema)
        return [with_typed_metadata(item, items, f"{path}[{index}]", unknown) for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    if schema.get(EMBEDDED):
        value = _with_meta(value, path, unknown)
    properties, any_schema = schema.get("properties") or {}, additional(schema)
    typed = dict(value)
    for key, item in value.items():
        if key in properties:
            typed[key] = with_typed_metadata(item, properties[key], f"{path}.{key}" if path else key, unknown)
        elif any_schema is not None:
            typed[key] = with_typed_metadata(item, any_schema, f"{path}[{key}]", unknown)
    return typed


def _with_meta(value: Obj, path: str, unknown: list[str]) -> Obj:
    """An embedded object with its metadata as its Go type prints it."""
    for key in ("apiVersion", "kind"):
        if key in value and not isinstance(value[key], str):
            raise MetadataError(f"{path}.{key}" if path else key, value[key], "must be a string")
    if "metadata" not in value:
        return value
    where = f"{path}.metadata" if path else "metadata"
    try:
        read = read_object_meta(value["metadata"])
    except DecodeError as error:
        raise MetadataError(where, value["metadata"], str(error)) from error
    unknown += [f"{where}.{field}" for field in read.unknown]
    return {**value, "metadata": {key: item for key, item in read.obj.items() if item is not None}}
