"""``kubesim explain``: the fields of a type. Mirrors kubectl pkg/cmd/explain."""

from __future__ import annotations

from kubesim.api.jsonpath.nodes import Action
from kubesim.api.jsonpath.nodes import Field as JsonField
from kubesim.api.jsonpath.parser import parse_nodes
from kubesim.cli.command import PROGRAM, Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.resource_types import resource_for
from kubesim.cli.support.session import Session
from kubesim.errors import UserError
from kubesim.kubectl.explain import explanation, heading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.cluster import Kinds
    from kubesim.kinds import Names

SUGGESTION = f'Use "{PROGRAM} api-resources" for a complete list of supported resources.'
NO_FIELD = "invalid jsonpath syntax, {}"
FIRST, ALL = "first node must be field node", "all nodes must be field nodes"
FORMATS = ("plaintext", "plaintext-openapiv2")


def run(
    inv: Invocation,
    *,
    api_version: Annotated[str, Option(help="The group and version of the type: autoscaling/v1.")] = "",
    output: Annotated[str, Option("o", help="How to show it.", choices=FORMATS)] = "plaintext",
    recursive: Annotated[bool, Option("R", help="Show the fields of fields.")] = False,
) -> None:
    if not inv.args:
        raise UserError(f"You must specify the type of resource to explain. {SUGGESTION}\n")
    if len(inv.args) > 1:
        raise UserError("We accept only this format: explain RESOURCE\n")
    if output not in FORMATS:
        raise UserError(f"unrecognized format: {output}")
    kinds = Session.of(inv).kinds()
    names, path = _asked(kinds, inv.args[0], has_version=bool(api_version))
    api_version = api_version or names.api_version
    if api_version.count("/") > 1:
        raise UserError(f"unexpected GroupVersion string: {api_version}")
    served = kinds.names_for(api_version, names.kind)
    if served is None:
        group, _, version = api_version.rpartition("/")
        raise UserError(f'couldn\'t find resource for "{group}/{version}, Resource={names.plural}"')
    inv.out.write(heading(api_version, names.kind))
    inv.out.write(_explanation(kinds, served, path, recursive=recursive))


def _explanation(kinds: Kinds, names: Names, path: list[str], *, recursive: bool) -> str:
    if names.is_custom:
        from kubesim.api.structural.published import published
        from kubesim.kubectl import explain_schema

        schema = published(kinds.custom_resource_of(names).schema, explain_schema.METADATA)
        return explain_schema.explanation(schema, path, recursive=recursive)
    return explanation(kinds.explained_type(names), path, recursive=recursive)


def _asked(kinds: Kinds, text: str, *, has_version: bool) -> tuple[Names, list[str]]:
    """The type and the path of fields; a group may follow the type: ``deployments.apps.spec``.

    Mirrors SplitAndParseResourceRequestWithMatchingPrefix, and SplitAndParseResourceRequest where a version is given.
    """
    first, *rest = _nodes(text)
    if not isinstance(first, JsonField):
        raise UserError(NO_FIELD.format(FIRST))
    if not first.name:
        raise UserError("a resource must be present, got: /, Resource=")
    names = resource_for(kinds, first.name)
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
    run=run,
)
