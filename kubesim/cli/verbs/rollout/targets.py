"""What the sub-commands of ``rollout`` share: how they find the objects that the command line names."""

from __future__ import annotations

from kubesim.cli.support.resource_builder import Info, Request, Result, fetch
from kubesim.cli.support.typed_objects import require_type
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.cli.command import Invocation
    from kubesim.cli.options import FilenameOptions
    from kubesim.cli.support.session import Session
    from kubesim.cluster import Client

APPLIED_BEFORE = (
    "resource {plural}/{name} was previously managed with 'kubectl apply'. Rolling back will not update the "
    "kubectl.kubernetes.io/last-applied-configuration annotation, which may cause unexpected behavior on future "
    "'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration file instead."
)


def resolve(inv: Invocation, files: FilenameOptions, selector: str, session: Session, cluster: Client) -> Result:
    """The objects that the command line names; UserError where it names none."""
    if not inv.args and not files.are_given:
        raise UserError("required resource not specified")
    request = Request(
        args=inv.args,
        files=session.files(cluster, typed=True),
        namespace=session.namespace(cluster),
        selector=selector,
        everything=True,
    )
    return request.resolve(cluster)


def visit_live(
    inv: Invocation,
    files: FilenameOptions,
    selector: str,
    session: Session,
    cluster: Client,
    act: Callable[[Info], None],
    *,
    reports_none: bool = False,
) -> None:
    """Do ``act`` to each object as the cluster has it; ``reports_none`` writes a line if there is none."""

    def live(info: Info) -> None:
        obj = fetch(cluster, info.names, info.namespace, info.name)
        require_type(obj)
        act(Info(info.names, info.namespace, info.name, obj, info.source))

    result = resolve(inv, files, selector, session, cluster)
    result.visit(live)
    if reports_none and not result.items:
        inv.err.write(f"No resources found in {session.namespace(cluster)} namespace.\n")
