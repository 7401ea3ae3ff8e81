"""Every schema in a schema. Mirrors apiextensions/validation's SchemaHas."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.api.structural.schemas import Schema


def every_schema(schema: Schema) -> Iterator[Schema]:
    """A schema, then those in it: items, branches, properties by name, values of maps."""
    yield schema
    if isinstance(schema.get("items"), dict):
        yield from every_schema(schema["items"])
    for field in ("allOf", "anyOf", "oneOf"):
        for branch in schema.get(field) or ():
            yield from every_schema(branch)
    if schema.get("not") is not None:
        yield from every_schema(schema["not"])
    for name in sorted(schema.get("properties") or ()):
        yield from every_schema(schema["properties"][name])
    if isinstance(schema.get("additionalProperties"), dict):
        yield from every_schema(schema["additionalProperties"])
