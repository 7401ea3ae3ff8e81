"""The fields of a custom resource in words, from its definition's schema. Mirrors pkg/explain/v2's plaintext template.

The API server adds to a schema what every object has: see ``api.structural.published``.
"""

from __future__ import annotations

from kubesim.api import schema as go_types
from kubesim.errors import UserError
from kubesim.kubectl.explain import MOST_VALUES, explained, fields_of, indented

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kubesim.api.structural.schemas import Schema

_OBJECT_META = "ObjectMeta"
_HEADING = "DESCRIPTION:\n"
#: What refers to the schema of metadata, in a schema that is explained here.
METADATA: Schema = {"$ref": _OBJECT_META}


def explanation(schema: Schema, path: list[str], *, recursive: bool) -> str:
    """The text about a resource, or about the field that ``path`` leads to; UserError for a field that is not there.

    ``recursive`` lists the fields of fields, without their descriptions.
    """
    lines = _followed(schema, path, recursive=recursive)
    if lines is None:
        raise UserError(f'field "{path[-1]}" does not exist')
    return f"{lines}\n"


def _followed(schema: Schema, path: list[str], *, recursive: bool) -> str | None:
    """What there is to say at the end of a path; None where it leads nowhere."""
    if not path:
        return "".join(_about(schema, recursive=recursive))
    properties = _properties(schema)
    if path[0] in properties:
        field = properties[path[0]]
        if field.get("$ref"):
            return _about_metadata(field, path[1:], recursive=recursive)
        below = _followed(field, path[1:], recursive=recursive)
        if len(path) > 1 or below is None:
            return below
        return f"FIELD: {path[0]} <{_type_text(field)}>\n{_enum_in_full(field)}\n\n{below}"
    for inner in (*_elements(schema), *(schema.get("allOf") or ())):
        found = _followed(inner, path, recursive=recursive)
        if found is not None:
            return found
    return None


def _about_metadata(field: Schema, path: list[str], *, recursive: bool) -> str:
    """What is known of the metadata of all objects."""
    about = "".join(explained(go_types.type_named("meta/v1.ObjectMeta"), path, recursive=recursive))
    if path:
        return about
    heading = f"{_HEADING}{indented(field['description'], 4)}"
    return f"FIELD: metadata <{_OBJECT_META}>\n\n\n{heading}{about.removeprefix(_HEADING)}"


def _about(schema: Schema, *, recursive: bool) -> Iterator[str]:
    about = "".join(_descriptions(schema))
    yield f"DESCRIPTION:\n{indented(about, 4)}    \n" if about else "DESCRIPTION:\n    <empty>\n"
    fields = "".join(_fields(schema, 1, recursive=recursive))
    if fields:
        yield f"FIELDS:\n{fields}"


def _descriptions(schema: Schema) -> Iterator[str]:
    if schema.get("description"):
        yield f"{schema['description']}\n"
    for inner in (*(schema.get("allOf") or ()), *_elements(schema)):
        yield from _descriptions(inner)


def _fields(schema: Schema, level: int, *, recursive: bool) -> Iterator[str]:
    indent = "  " * level
    required = schema.get("required") or ()
    for name, field in sorted(_properties(schema).items()):
        mark = " -required-" if name in required else ""
        yield f"{indent}{name}\t<{_type_text(field)}>{mark}{_enum_in_short(field, indent)}\n"
        if not recursive:
            about = field.get("description") or "<no description>"
            yield f"{indented(about, 2 * level + 2)}\n"
        elif field.get("$ref"):
            yield from fields_of(go_types.type_named("meta/v1.ObjectMeta"), level + 1, recursive=True)
        else:
            yield from _fields(field, level + 1, recursive=True)
    for inner in (*(schema.get("allOf") or ()), *_elements(schema)):
        yield from _fields(inner, level, recursive=recursive)


def _properties(schema: Schema) -> Schema:
    return schema.get("properties") or {}


def _elements(schema: Schema) -> list[Schema]:
    """The schemas of what a list or a map holds."""
    inner = (schema.get("items"), schema.get("additionalProperties"))
    return [one for one in inner if isinstance(one, dict)]


def _type_text(schema: Schema) -> str:
    """Mirrors the template's typeGuess."""
    items, values, all_of = schema.get("items"), schema.get("additionalProperties"), list(schema.get("allOf") or ())
    if items:
        return f"[]{_type_text(items)}"
    if isinstance(values, dict):
        return f"map[string]{_type_text(values)}"
    if len(all_of) == 1 and not schema.get("properties"):
        return _type_text(all_of[0])
    if schema.get("$ref"):
        return _OBJECT_META
    kind = schema.get("type") or "object"
    return "Object" if kind == "object" else str(kind)


def _enum_in_short(schema: Schema, indent: str) -> str:
    values = schema.get("enum") or ()
    if not values:
        return ""
    more = ", ...." if len(values) > MOST_VALUES else ""
    return f"\n{indent}enum: {', '.join(map(_value_text, values[:MOST_VALUES]))}{more}"


def _enum_in_full(schema: Schema) -> str:
    values = schema.get("enum") or ()
    return "ENUM:" + "".join(f"\n    {_value_text(value)}" for value in values) if values else ""


def _value_text(value: Any) -> str:
    from kubesim.golang import fmt

    return fmt.text(value) if value != "" else '""'
