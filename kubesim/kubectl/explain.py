"""The fields of a type in words: what ``explain`` prints. Mirrors pkg/explain/v2's plaintext template.

Names, types and what is required come from the tables that decoding uses, and the sentences from upstream's types.
"""

from __future__ import annotations

from kubesim.api import descriptions, schema
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.api.schema import Type

WIDTH = 76

MOST_VALUES = 4  # of an enumeration in a list of fields

_SCALARS = {"string": "string", "bool": "boolean", "float64": "number", "interface": "Object"}


def heading(api_version: str, kind: str) -> str:
    """The lines that name the group, the kind and the version."""
    group, _, version = api_version.rpartition("/")
    lines = [f"GROUP:      {group}\n"] if group else []
    return "".join([*lines, f"KIND:       {kind}\n", f"VERSION:    {version}\n\n"])


def explanation(type_: Type, path: list[str], *, recursive: bool) -> str:
    """The text about a type, or about the field that ``path`` leads to; UserError for a field that is not there.

    ``recursive`` lists the fields of fields, without their descriptions.
    """
    return "".join(explained(type_, path, recursive=recursive)) + "\n"


def explained(type_: Type, path: list[str], *, recursive: bool) -> Iterator[str]:
    """The parts of that text."""
    about = descriptions.of_type(type_.name)
    owner = type_
    for step in path:
        owner = _struct_of(type_)
        field = owner.json_fields.get(step) if owner.kind == "struct" else None
        if field is None:
            raise UserError(f'field "{path[-1]}" does not exist')
        type_ = field.type
        texts = (descriptions.of_field(owner.name, step), _about_struct(type_))
        about = "\n".join(dict.fromkeys(filter(None, texts)))
    if path:
        yield f"FIELD: {path[-1]} <{type_text(type_)}>\n{_enum_in_full(owner, path[-1])}\n\n"
    yield f"DESCRIPTION:\n{indented(about, 4)}    \n" if about else "DESCRIPTION:\n    <empty>\n"
    struct = _struct_of(type_)
    if struct.kind == "struct":
        yield "FIELDS:\n"
        yield from fields_of(struct, 1, recursive=recursive, seen=frozenset((struct.name,)))


def _about_struct(type_: Type) -> str:
    struct = _struct_of(type_)
    return descriptions.of_type(struct.name) if struct.kind == "struct" else ""


def _struct_of(type_: Type) -> Type:
    """What a pointer, list or map of it holds; anything else as it is."""
    while not type_.is_custom and type_.kind in ("pointer", "slice", "map"):
        type_ = type_.elem
    return type_ if not type_.is_custom else schema.type_named("string")


def fields_of(struct: Type, level: int, *, recursive: bool, seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """A line or more for each field of a struct; structs that were ``seen`` are not gone into again."""
    indent = "  " * level
    for name in sorted(struct.json_fields):
        field = struct.json_fields[name]
        required = " -required-" if schema.is_required(struct, field) else ""
        yield f"{indent}{name}\t<{type_text(field.type)}>{required}{_enum_in_short(struct, name, indent)}\n"
        below = _struct_of(field.type)
        if not recursive:
            about = descriptions.of_field(struct.name, name) or "<no description>"
            yield f"{indented(about, 2 * level + 2)}\n"
        elif below.kind == "struct" and below.name not in seen:
            yield from fields_of(below, level + 1, recursive=True, seen=seen | {below.name})


def type_text(type_: Type) -> str:
    """The type as explain calls it: ``[]Container``, ``map[string]string``, ``integer``."""
    if type_.is_custom:
        return "string" if type_.name in (schema.TIME, schema.MICRO_TIME) else type_.short_name
    if type_.kind == "pointer":
        return type_text(type_.elem)
    if type_.kind == "slice":
        return "string" if type_.elem.kind == "uint8" else f"[]{type_text(type_.elem)}"
    if type_.kind == "map":
        return f"map[string]{type_text(type_.elem)}"
    return type_.short_name if type_.kind == "struct" else _SCALARS.get(type_.kind, "integer")


def _values_of(owner: Type, name: str) -> list[str]:
    """Mirrors the template's extractEnum, which sees no list's items; an empty value is quoted."""
    if owner.json_fields[name].type.kind == "slice":
        return []
    return [value or '""' for value in schema.enum_of(owner, name)]


def _enum_in_short(owner: Type, name: str, indent: str) -> str:
    values = _values_of(owner, name)
    if not values:
        return ""
    more = ", ...." if len(values) > MOST_VALUES else ""
    return f"\n{indent}enum: {', '.join(values[:MOST_VALUES])}{more}"


def _enum_in_full(owner: Type, name: str) -> str:
    values = _values_of(owner, name)
    return "ENUM:" + "".join(f"\n    {value}" for value in values) if values else ""


def indented(text: str, indent: int) -> str:
    """The text in lines of some 80 characters."""
    from textwrap import wrap

    width = WIDTH + 4 - indent
    parts = (
        wrap(part, width, break_long_words=False, break_on_hyphens=False) or [""]
        for part in text.removesuffix("\n").split("\n")
    )
    lines = [line for part in parts for line in part]
    return "".join(f"{' ' * indent}{line}\n" for line in lines)
