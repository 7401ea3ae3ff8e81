"""``kubesim apply view-last-applied``. Mirrors kubectl pkg/cmd/apply/apply_view_last_applied.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import FilenameOptions, Selector
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.last_applied import last_applied
from kubesim.cli.support.resource_builder import Info, Request
from kubesim.cli.support.session import Session
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.cluster import Client


def run(
    inv: Invocation,
    *,
    files: FilenameOptions,
    selector: Selector = "",
    all_: Annotated[bool, Option(help="All objects of the named types.")] = False,
    output: Annotated[str, Option("o", help="yaml or json.", choices=("yaml", "json"))] = "yaml",
) -> None:
    session = Session.of(inv, files)
    cluster = session.read()
    request = Request(
        args=inv.args,
        files=session.files(cluster),
        namespace=session.namespace(cluster),
        selector=selector,
        everything=all_,
    )
    found = [obj for obj in map(_applied, _live(request, cluster)) if obj is not None]
    if found and output not in ("yaml", "json"):
        raise inv.usage_error(f"Unexpected -o output mode: {output}, the flag 'output' must be one of yaml|json")
    inv.out.write_data("".join(_shown(obj, output) for obj in found))


def _live(request: Request, cluster: Client) -> list[Info]:
    """The live objects, with the files that named them."""
    return [
        Info(info.names, info.namespace, info.name, info.live(cluster), info.source)
        for info in request.resolve(cluster).infos()
    ]


def _applied(info: Info) -> Any:
    """The object that was applied last; None without the annotation, UserError if a file named such an object."""
    obj = last_applied(info.obj or {})
    if obj is None and info.source:
        missing = f"no last-applied-configuration annotation found on resource: {info.name}\n"
        raise UserError(f'error when {missing} "{info.source}": <nil>')
    return obj


def _shown(obj: Any, output: str) -> str:
    from kubesim.golang.json import dumps
    from kubesim.golang.yaml.emitter import dump

    return dump(obj) if output == "yaml" else f"{dumps(obj, indent=2)}\n"


COMMAND = Command(
    name="view-last-applied",
    use="apply view-last-applied (TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)",
    short="View the latest last-applied-configuration annotations of a resource/object",
    long="Show what was last applied to an object, as the annotation keeps it.",
    examples=(
        ("As YAML", "apply view-last-applied deployment/myapp-deployment"),
        ("Of what a file names, as JSON", "apply view-last-applied -f deployment-definition.yml -o json"),
    ),
    run=run,
)
