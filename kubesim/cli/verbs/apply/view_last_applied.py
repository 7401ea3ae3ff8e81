"""``kubesim apply view-last-applied``. Mirrors kubectl pkg/cmd/apply/apply_view_last_applied.go."""

from __future__ import annotations

from kubesim.cli import options
from kubesim.cli.command import Command, Invocation
from kubesim.cli.pflag import Flag
from kubesim.cli.support.last_applied import last_applied
from kubesim.cli.support.resources import Info, Request
from kubesim.cli.support.session import Session
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.cluster import Cluster


def run(inv: Invocation) -> None:
    session = Session.of(inv)
    cluster = session.read()
    request = Request(
        args=inv.args,
        files=session.files(cluster),
        namespace=session.namespace(cluster),
        selector=str(inv.flag("selector")),
        everything=bool(inv.flag("all")),
    )
    output = str(inv.flag("output"))
    found = [obj for obj in map(_applied, _live(request, cluster)) if obj is not None]
    if found and output not in ("yaml", "json"):
        raise inv.usage_error(f"Unexpected -o output mode: {output}, the flag 'output' must be one of yaml|json")
    inv.out.write_data("".join(_shown(obj, output) for obj in found))


def _live(request: Request, cluster: Cluster) -> list[Info]:
    """The objects as the cluster has them, with the files that named them."""
    return [
        Info(info.names, info.namespace, info.name, info.live(cluster), info.source)
        for info in request.resolve(cluster).infos()
    ]


def _applied(info: Info) -> Any:
    """What was last applied to one object; an object without it is an error only where a file named it."""
    obj = last_applied(info.obj or {})
    if obj is None and info.source:
        missing = f"no last-applied-configuration annotation found on resource: {info.name}\n"
        raise UserError(f'error when {missing} "{info.source}": <nil>')
    return obj


def _shown(obj: Any, output: str) -> str:
    from kubesim.golang.json import dumps
    from kubesim.golang.yaml import dump

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
    flags=(
        *options.FILENAME,
        options.SELECTOR,
        Flag("all", type=bool, help="All objects of the named types."),
        Flag("output", "o", default="yaml", help="yaml or json.", choices=("yaml", "json")),
    ),
    run=run,
)
