"""What ``cordon``, ``uncordon`` and ``drain`` have in common: nodes are picked and opened or closed to new pods.

Mirrors kubectl pkg/cmd/drain/drain.go and pkg/drain/cordon.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, dig
from kubesim.cli.support.reporter import CLIENT, NONE, SERVER, dry_run_of
from kubesim.cli.support.resource_builder import Request
from kubesim.cli.support.session import Session
from kubesim.errors import UserError
from kubesim.kubectl.printers.objects import NamePrinter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.command import Invocation
    from kubesim.cluster import Client

SUFFIXES = {NONE: "", CLIENT: " (dry run)", SERVER: " (server dry run)"}


def run(inv: Invocation, selector: str, dry_run: str, *, unschedulable: bool) -> None:
    """Open or close the nodes that the command line names."""
    check_arguments(inv, selector)
    dry_run = dry_run_of(inv, dry_run)
    session = Session.of(inv)
    with session.acting(dry_run=dry_run != NONE) as cluster:
        cordon(inv, cluster, picked(inv, selector, cluster), unschedulable, dry_run)


def check_arguments(inv: Invocation, selector: str) -> None:
    """UserError unless there are either nodes or a selector."""
    if not inv.args and not inv.changed("selector"):
        raise inv.usage_error(f"USAGE: {inv.command.use} [flags]")
    if inv.args and selector:
        raise inv.usage_error("error: cannot specify both a node name and a --selector option")


def picked(inv: Invocation, selector: str, cluster: Client) -> list[Obj]:
    """The nodes that the command line names; StatusError NotFound for the first that is not there."""
    words = ["nodes"] if selector else [word if "/" in word else f"nodes/{word}" for word in inv.args]
    infos = Request(words, selector=selector, everything=True, single_type=True).resolve(cluster).infos()
    for names in (info.names for info in infos):
        if names.key != "Node":
            group_version = f"{names.group}/{names.version}" if names.group else f"/{names.version}"
            raise UserError(f'expected resource of type node, got "{group_version}, Resource={names.plural}"')
    return [info.live(cluster) for info in infos]


def cordon(inv: Invocation, cluster: Client, nodes: list[Obj], unschedulable: bool, dry_run: str) -> None:
    """Close the nodes to new pods, or open them again, and say so of each."""
    word = "cordoned" if unschedulable else "uncordoned"
    for node in nodes:
        if bool(dig(node, "spec", "unschedulable", default=False)) == unschedulable:
            report(inv, node, f"already {word}", dry_run)
            continue
        if dry_run != CLIENT:
            cluster.update(_marked(node, unschedulable))
        report(inv, node, word, dry_run)


def report(inv: Invocation, obj: Obj, operation: str, dry_run: str) -> None:
    """Say that ``operation`` was done to the object: ``node/worker cordoned``."""
    inv.out.write(NamePrinter(f"{operation}{SUFFIXES[dry_run]}").print(obj))


def _marked(node: Obj, unschedulable: bool) -> Obj:
    spec = {field: value for field, value in node["spec"].items() if field != "unschedulable"}
    return {**node, "spec": {**spec, "unschedulable": True} if unschedulable else spec}
