"""What the faults' commands have in common: how a fault begins, whom it befalls, and how it is described."""

from __future__ import annotations

from kubesim.api.meta import dig, labels_of
from kubesim.cli.signature import Annotated, Duration, Option
from kubesim.cluster import CONTROLLER, Client
from kubesim.cluster.faults import API, IMAGE, NODE_DOWN, NODE_FULL, NODE_PRESSURE, READINESS, SLOW_START, Fault
from kubesim.errors import UserError
from kubesim.golang.durations import duration_text
from kubesim.life.faults import begin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.cli.command import Invocation
    from kubesim.cli.support.session import Session
    from kubesim.cluster import Cluster
    from kubesim.life.live_cluster import LiveCluster

For = Annotated[Duration, Option(help="How long it lasts; until it is cleared if that is left out.")]

_TEXTS = {
    NODE_DOWN: "{target} is down",
    NODE_FULL: "{target} has room for no more than its {pods} pods",
    NODE_PRESSURE: "the {what} of {target} is used up",
    IMAGE: "{target} cannot be pulled",
    READINESS: "readiness probes of {target} fail",
    SLOW_START: "containers of {target} listen {length} later than they start",
    API: "{share}% of the requests to the API server fail with {reason}",
}


def described(fault: Fault) -> str:
    """A fault in a sentence without its end."""
    length = duration_text(int(fault.details.get("length", 0)))
    what = "memory" if fault.details.get("resource") == "memory" else "disk"
    return _TEXTS[fault.kind].format(**{**fault.details, "target": fault.target, "length": length, "what": what})


def befall(inv: Invocation, life: LiveCluster, kind: str, target: str, lasting: int, **details: Any) -> None:
    """Let a fault begin that lasts for so long (ms), or until it is cleared if that is 0, and report it."""
    now = life.cluster.now
    fault = Fault(kind, target, now, now + lasting if lasting else None, details)
    number = begin(life, fault)
    length = f" for {duration_text(lasting)}" if lasting else ""
    inv.out.write(f"fault {number}: {described(fault)}{length}\n")


def one_argument(inv: Invocation, what: str) -> str:
    """The only argument; UserError if there is none, or more."""
    if len(inv.args) != 1:
        raise inv.usage_error(f"exactly one {what} is required")
    return inv.args[0]


def node_named(cluster: Cluster, name: str) -> Obj:
    """The node of that name, or of ``node/NAME``; StatusError NotFound."""
    return cluster.get("Node", "", name.removeprefix("node/").removeprefix("nodes/"))


def named(session: Session, cluster: Cluster, argument: str) -> Obj:
    """The object that ``TYPE/NAME`` means; UserError, StatusError NotFound."""
    from kubesim.cli.support.resource_builder import Request

    client = Client(cluster, CONTROLLER)  # to which no fault happens
    result = Request(args=[argument], namespace=session.namespace(client), single_type=True).resolve(client)
    return next(iter(result)).live(client)


def pods_meant(obj: Obj) -> dict[str, Any]:
    """By what a fault knows the pods of an object: their namespace with a name or a selector. UserError for others."""
    meta = obj["metadata"]
    if obj["kind"] == "Pod":
        return {"namespace": meta["namespace"], "name": meta["name"]}
    selector = dig(obj, "spec", "selector")
    if not selector or not (labels_of(dig(obj, "spec", "template", default=obj)) or obj["kind"] == "Service"):
        raise UserError(f"{obj['kind'].lower()}/{meta['name']} has no pods: name a pod, or what makes pods")
    if obj["kind"] in ("Service", "ReplicationController"):
        selector = {"matchLabels": selector}
    return {"namespace": meta["namespace"], "selector": selector}
