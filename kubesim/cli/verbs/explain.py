"""``kubesim explain``: the fields of a type. Mirrors kubectl pkg/cmd/explain and pkg/explain/v2's plaintext template.

Names, types and what is required come from the tables that decoding uses; sentences about them are in
``kubesim.kubectl.field_enums``.
"""

from __future__ import annotations

from kubesim import kinds
from kubesim.api import descriptions, schema
from kubesim.cli.command import PROGRAM, Command, Invocation
from kubesim.cli.pflag import Flag
from kubesim.cli.support.resource_names import resource_for
from kubesim.errors import UserError
from kubesim.kubectl.field_enums import ENUMS
from kubesim.kubectl.printers.jsonpath import Action, parse_nodes
from kubesim.kubectl.printers.jsonpath import Field as JsonField

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kubesim.api.schema import Type
    from kubesim.kinds import Names

SUGGESTION = f'Use "{PROGRAM} api-resources" for a complete list of supported resources.'
NO_FIELD = "invalid jsonpath syntax, {}"
FIRST, ALL = "first node must be field node", "all nodes must be field nodes"
FORMATS = ("plaintext", "plaintext-openapiv2")
WIDTH = 76
MOST_VALUES = 4  # of an enumeration in a list of fields

_CUSTOM = {schema.QUANTITY: "Quantity", schema.INT_OR_STRING: "IntOrString"}
_SCALARS = {"string": "string", "bool": "boolean", "float64": "number", "interface": "Object"}


def run(inv: Invocation) -> None:
    if not inv.args:
        raise UserError(f"You must specify the type of resource to explain. {SUGGESTION}\n")
    if len(inv.args) > 1:
        raise UserError("We accept only this format: explain RESOURCE\n")
    output = str(inv.flag("output"))
    if output not in FORMATS:
        raise UserError(f"unrecognized format: {output}")
    names, path = _asked(inv.args[0], has_version=bool(inv.flag("api-version")))
    api_version = str(inv.flag("api-version")) or names.api_version
    if api_version.count("/") > 1:
        raise UserError(f"unexpected GroupVersion string: {api_version}")
    type_ = schema.explained_type_of(api_version, names.kind)
    if type_ is None or kinds.names_for(api_version, names.kind) is None:
        group, _, version = api_version.rpartition("/")
        raise UserError(f'couldn\'t find resource for "{group}/{version}, Resource={names.plural}"')
    inv.out.write(_head(api_version, names.kind))
    inv.out.write("".join(_explained(type_, path, recursive=bool(inv.flag("recursive")))) + "\n")


def _asked(text: str, *, has_version: bool) -> tuple[Names, list[str]]:
    """The type and the path of fields; a group may follow the type: ``deployments.apps.spec``.

    Mirrors SplitAndParseResourceRequestWithMatchingPrefix, and SplitAndParseResourceRequest where a version is given.
    """
    first, *rest = _nodes(text)
    if not isinstance(first, JsonField):
        raise UserError(NO_FIELD.format(FIRST))
    if not first.name:
        raise UserError("a resource must be present, got: /, Resource=")
    names = resource_for(first.name)
    if has_version:
        return names, _fields_of(rest, ALL)
    for called in kinds.called(first.name):
        if text.startswith(called.qualified):
            suffix = text.removeprefix(called.qualified)
            return called, _fields_of(_nodes(suffix)[1:] if suffix else [], FIRST)
    return names, _fields_of(rest, FIRST)


def _nodes(text: str) -> list[Any]:
    """The steps of a path as client-go's jsonpath parses them; UserError."""
    parts = parse_nodes(f"{{.{text.removesuffix('.')}}}")
    if len(parts) != 1 or not isinstance(parts[0], Action):
        raise UserError("must pass in 1 jsonpath string")
    return list(parts[0].steps)


def _fields_of(nodes: list[Any], which: str) -> list[str]:
    if not all(isinstance(node, JsonField) for node in nodes):
        raise UserError(NO_FIELD.format(which))
    return [node.name for node in nodes]


def _head(api_version: str, kind: str) -> str:
    group, _, version = api_version.rpartition("/")
    lines = [f"GROUP:      {group}\n"] if group else []
    return "".join([*lines, f"KIND:       {kind}\n", f"VERSION:    {version}\n\n"])


def _explained(type_: Type, path: list[str], *, recursive: bool) -> Iterator[str]:
    """The field that the path leads to, or the type itself; UserError for a field that is not there."""
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
    yield f"DESCRIPTION:\n{_indented(about, 4)}    \n" if about else "DESCRIPTION:\n    <empty>\n"
    struct = _struct_of(type_)
    if struct.kind == "struct":
        yield "FIELDS:\n"
        yield from _fields(struct, 1, recursive=recursive, seen=frozenset((struct.name,)))


def _about_struct(type_: Type) -> str:
    struct = _struct_of(type_)
    return descriptions.of_type(struct.name) if struct.kind == "struct" else ""


def _struct_of(type_: Type) -> Type:
    """What a pointer, list or map of it holds; anything else as it is."""
    while not type_.is_custom and type_.kind in ("pointer", "slice", "map"):
        type_ = type_.elem
    return type_ if not type_.is_custom else schema.type_named("string")


def _fields(struct: Type, level: int, *, recursive: bool, seen: frozenset[str]) -> Iterator[str]:
    indent = "  " * level
    for name in sorted(struct.json_fields):
        field = struct.json_fields[name]
        required = " -required-" if schema.is_required(struct, field) else ""
        yield f"{indent}{name}\t<{type_text(field.type)}>{required}{_enum_in_short(struct, name, indent)}\n"
        below = _struct_of(field.type)
        if not recursive:
            about = descriptions.of_field(struct.name, name) or "<no description>"
            yield f"{_indented(about, 2 * level + 2)}\n"
        elif below.kind == "struct" and below.name not in seen:
            yield from _fields(below, level + 1, recursive=True, seen=seen | {below.name})


def type_text(type_: Type) -> str:
    """The type as explain calls it: ``[]Container``, ``map[string]string``, ``integer``."""
    if type_.name in _CUSTOM:
        return _CUSTOM[type_.name]
    if type_.is_custom:
        return type_.short_name if type_.name in schema.RAW else "string"
    if type_.kind == "pointer":
        return type_text(type_.elem)
    if type_.kind == "slice":
        return "string" if type_.elem.kind == "uint8" else f"[]{type_text(type_.elem)}"
    if type_.kind == "map":
        return f"map[string]{type_text(type_.elem)}"
    return type_.short_name if type_.kind == "struct" else _SCALARS.get(type_.kind, "integer")


def _enum_in_short(owner: Type, name: str, indent: str) -> str:
    values = ENUMS.get((owner.short_name, name))
    if not values:
        return ""
    more = ", ...." if len(values) > MOST_VALUES else ""
    return f"\n{indent}enum: {', '.join(values[:MOST_VALUES])}{more}"


def _enum_in_full(owner: Type, name: str) -> str:
    values = ENUMS.get((owner.short_name, name), ())
    return "ENUM:" + "".join(f"\n    {value}" for value in values) if values else ""


def _indented(text: str, indent: int) -> str:
    from textwrap import wrap

    lines = [line for part in text.split("\n") for line in wrap(part, WIDTH + 4 - indent)]
    return "".join(f"{' ' * indent}{line}\n" for line in lines)


COMMAND = Command(
    name="explain",
    use=(
        "explain TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] "
        "[-o|--output=plaintext|plaintext-openapiv2]"
    ),
    short="Get documentation for a resource",
    long=(
        "Show the fields of a type of object, or what is below one of them: their names, their types, and which are "
        "required.\n\n"
        "A path of fields follows the type: deployment.spec.strategy."
    ),
    examples=(
        ("A Deployment's fields", "explain deployment"),
        ("How it rolls out", "explain deployment.spec.strategy.rollingUpdate"),
        ("All fields below a pod's containers, without a word", "explain pod.spec.containers --recursive"),
    ),
    flags=(
        Flag("api-version", help="The group and version of the type: autoscaling/v1."),
        Flag("output", "o", default="plaintext", help="How to show it.", choices=FORMATS),
        Flag("recursive", "R", type=bool, help="Show the fields of fields."),
    ),
    run=run,
)
