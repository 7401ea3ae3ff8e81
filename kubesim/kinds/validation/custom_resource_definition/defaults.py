"""Whether the defaults in a schema are values that it would take. Mirrors schema/defaulting's ValidateDefaults."""

from __future__ import annotations

from kubesim.api.fields import FieldError, invalid
from kubesim.api.structural.correlation import same
from kubesim.api.structural.decoding import MetadataError, with_typed_metadata
from kubesim.api.structural.embedded import validate_embedded
from kubesim.api.structural.pruning import prune_value
from kubesim.api.structural.schemas import EMBEDDED, INT_OR_STRING, META_FIELDS, as_resource, items_of
from kubesim.api.structural.validation import has_rules_beside, validate_schema
from kubesim.errors import aggregated
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.api.structural.schemas import Schema

_ITEM = 0


class _Surrounding(NamedTuple):
    """The object around a schema: its own schema, and the steps from it, member names or _ITEM."""

    schema: Schema
    steps: tuple[str | int, ...] = ()
    in_metadata: bool = False

    def object_with(self, value: Any) -> Obj:
        """The object with the value in its place, and nothing else. Mirrors SurroundingObjectFunc."""
        for step in reversed(self.steps):
            value = [value] if step == _ITEM else {step: value}
        obj: Obj = {"kind": "Validation", "apiVersion": "validation/v1", **value}
        return obj


def validate_defaults(schema: Schema, path: str) -> list[FieldError]:
    """What is wrong with the defaults of a resource's schema."""
    root = as_resource(schema)
    return list(_validate(root, path, _Surrounding(root)))


def _validate(schema: Schema, path: str, around: _Surrounding) -> Iterator[FieldError]:
    if schema.get(EMBEDDED):
        around = _Surrounding(schema)
    value = schema.get("default")
    if value is not None:
        check = _validate_in_metadata if around.in_metadata else _validate_value
        yield from check(value, schema, f"{path}.default", around)
    items = items_of(schema)
    if items is not None:
        yield from _validate(items, f"{path}.items", around._replace(steps=(*around.steps, _ITEM)))
    properties = schema.get("properties") or {}
    for name in sorted(properties):
        in_metadata = around.in_metadata or (bool(schema.get(EMBEDDED)) and name in META_FIELDS)
        below = around._replace(steps=(*around.steps, name), in_metadata=in_metadata)
        yield from _validate(properties[name], f"{path}.properties[{name}]", below)


def _validate_in_metadata(value: Any, schema: Schema, path: str, around: _Surrounding) -> list[FieldError]:
    """A default within metadata must make good metadata."""
    try:
        obj = with_typed_metadata(around.object_with(value), as_resource(around.schema), "", [])
    except MetadataError as error:
        return [invalid(path, value, f"must result in valid metadata: {error}")]
    wrong = validate_embedded(obj, as_resource(around.schema))
    if wrong:
        return [invalid(path, value, f"must result in valid metadata: {aggregated(map(str, wrong))}")]
    return _validate_by_schema(value, schema, path)


def _validate_value(value: Any, schema: Schema, path: str, _: _Surrounding) -> list[FieldError]:
    wrong: list[FieldError] = []
    if not same(prune_value(value, schema), value):
        wrong.append(invalid(path, value, "must not have unknown fields"))
    try:
        typed = with_typed_metadata(value, schema, path, [])
    except MetadataError as error:
        return [*wrong, error.field_error]
    return wrong + (validate_embedded(typed, schema, path) or _validate_by_schema(typed, schema, path))


def _validate_by_schema(value: Any, schema: Schema, path: str) -> list[FieldError]:
    wrong = validate_schema(value, _without_int_or_string(schema), base=path)
    if wrong or not has_rules_beside(value, schema):
        return wrong
    from kubesim.api.cel.rules import validate_rules

    return validate_rules(schema, value, path)


def _without_int_or_string(schema: Schema) -> Schema:
    """The schema by which a default is judged: upstream forgets in it what int-or-string says of the type."""
    bare = {field: value for field, value in schema.items() if field != INT_OR_STRING}
    if bare.get("properties"):
        bare["properties"] = {name: _without_int_or_string(part) for name, part in bare["properties"].items()}
    for field in ("items", "additionalProperties"):
        if isinstance(bare.get(field), dict):
            bare[field] = _without_int_or_string(bare[field])
    return bare
