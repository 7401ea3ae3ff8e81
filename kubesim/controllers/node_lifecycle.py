"""What is wrong with a node stands in its taints, and what is not does not.

Mirrors doNoScheduleTaintingPass and markNodeAsReachable of pkg/controller/nodelifecycle.  A node that is not ready
keeps the taints that it has: no node of this cluster turns unready by itself.
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, condition_of, rfc3339, with_metadata
from kubesim.api.well_known import (
    TAINT_NODE_DISK_PRESSURE,
    TAINT_NODE_MEMORY_PRESSURE,
    TAINT_NODE_NETWORK_UNAVAILABLE,
    TAINT_NODE_NOT_READY,
    TAINT_NODE_PID_PRESSURE,
    TAINT_NODE_UNREACHABLE,
    TAINT_NODE_UNSCHEDULABLE,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.cluster import Change, Cluster

_UNREADY = (TAINT_NODE_NOT_READY, TAINT_NODE_UNREACHABLE)
_PRESSURES = {
    TAINT_NODE_DISK_PRESSURE: "DiskPressure",
    TAINT_NODE_MEMORY_PRESSURE: "MemoryPressure",
    TAINT_NODE_NETWORK_UNAVAILABLE: "NetworkUnavailable",
    TAINT_NODE_PID_PRESSURE: "PIDPressure",
}


class NodeLifecycleController:
    """Keeps the taints of nodes that are ready: whether they are cordoned, and what their conditions say."""

    name = "node-lifecycle"
    kind = "Node"
    rank = 4

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {"Node": lambda _, change: () if change.new is None else (change.key,)}

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Reconcile the taints with the node's spec and conditions; nothing here waits for a later instant."""
        node = cluster.find(*key)
        if node is None or not _has(node, "Ready"):
            return None
        wanted = {name for name, condition in _PRESSURES.items() if _has(node, condition)}
        wanted |= {TAINT_NODE_UNSCHEDULABLE} if node["spec"].get("unschedulable") else set()
        taints = node["spec"].get("taints") or []
        kept = [taint for taint in taints if not _is_ours(taint) or _is_wanted(taint, wanted)]
        missing = sorted(wanted - {taint["key"] for taint in kept if _is_ours(taint)})
        since = rfc3339(cluster.now)
        added = [{"effect": "NoSchedule", "key": name, "timeAdded": since} for name in missing]
        if added or kept != taints:
            _update_taints(cluster, node, [*kept, *added])
        return None


def _has(node: Obj, kind: str) -> bool:
    condition = condition_of(node, kind)
    return condition is not None and bool(condition["status"] == "True")


def _is_ours(taint: Obj) -> bool:
    if taint["effect"] == "NoExecute":
        return taint["key"] in _UNREADY
    return taint["effect"] == "NoSchedule" and taint["key"] in (*_UNREADY, *_PRESSURES, TAINT_NODE_UNSCHEDULABLE)


def _is_wanted(taint: Obj, wanted: set[str]) -> bool:
    return taint["effect"] == "NoSchedule" and taint["key"] in wanted


def _update_taints(cluster: Cluster, node: Obj, taints: list[Obj]) -> None:
    spec = {name: value for name, value in node["spec"].items() if name != "taints"}
    if taints:
        spec["taints"] = taints
    cluster.update({**with_metadata(node), "spec": spec})
