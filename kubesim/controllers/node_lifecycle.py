"""What is wrong with a node stands in its conditions and its taints, and what is not does not.

Mirrors monitorNodeHealth, doNoScheduleTaintingPass and doNoExecuteTaintingPass of pkg/controller/nodelifecycle.  A node
that says itself that it is not ready keeps the taints that it has: no kubelet of this cluster says so.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND, Key, Obj, condition_of, parse_time, rfc3339, with_metadata
from kubesim.api.well_known import (
    TAINT_NODE_DISK_PRESSURE,
    TAINT_NODE_MEMORY_PRESSURE,
    TAINT_NODE_NETWORK_UNAVAILABLE,
    TAINT_NODE_NOT_READY,
    TAINT_NODE_PID_PRESSURE,
    TAINT_NODE_UNREACHABLE,
    TAINT_NODE_UNSCHEDULABLE,
)
from kubesim.cluster.node_lease import LEASE, NAMESPACE

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

COMPONENT = "node-controller"
MONITOR_PERIOD = 5 * SECOND
MONITOR_GRACE_PERIOD = 50 * SECOND  # --node-monitor-grace-period, since Kubernetes 1.32

#: What becomes unknown with a node.
_CONDITIONS = ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")
_UNKNOWN = {"status": "Unknown", "reason": "NodeStatusUnknown", "message": "Kubelet stopped posting node status."}

_Taints = set[tuple[str, str]]  # the keys and the effects


class NodeLifecycleController:
    """Marks nodes that nothing is heard of, and keeps the taints of all: whether they are cordoned, what is wrong."""

    name = "node-lifecycle"
    kind = "Node"
    rank = 4

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {"Node": lambda _, change: () if change.new is None else (change.key,)}

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Reconcile the node's conditions and taints; the instant (ms) of the next check of one that is silent."""
        node = cluster.find(*key)
        if node is None:
            return None
        if cluster.noted("faults"):
            due = _silent_until(cluster, node)
            if due is not None and cluster.now < due:
                return due
            if due is not None:
                node = _mark_unknown(cluster, node)
        ready = _status(node, "Ready")
        if ready not in ("True", "Unknown"):
            return None
        wanted = {(name, "NoSchedule") for name, kind in _PRESSURES.items() if _status(node, kind) == "True"}
        if node["spec"].get("unschedulable"):
            wanted.add((TAINT_NODE_UNSCHEDULABLE, "NoSchedule"))
        due = None
        if ready == "Unknown":
            wanted.add((TAINT_NODE_UNREACHABLE, "NoSchedule"))
            due = _since(node) + MONITOR_PERIOD
            if due <= cluster.now:
                wanted.add((TAINT_NODE_UNREACHABLE, "NoExecute"))
                due = None
        _reconcile_taints(cluster, node, wanted)
        return due


def _status(node: Obj, kind: str) -> str:
    condition = condition_of(node, kind)
    return "" if condition is None else str(condition["status"])


# nodes that nothing is heard of


def _silent_until(cluster: Cluster, node: Obj) -> int | None:
    """When (ms) a node has been silent for so long that it is unknown; None for one that is heard of, or is unknown.

    The controller hears of a kubelet when it checks its lease, every five seconds.
    """
    from kubesim.sim.faults import silent_since

    name = node["metadata"]["name"]
    since = silent_since(cluster, name)
    if since is None or _status(node, "Ready") != "True":
        return None
    lease = cluster.find(LEASE, NAMESPACE, name)
    heard = since if lease is None else parse_time(lease["spec"]["renewTime"])
    return -(-heard // MONITOR_PERIOD) * MONITOR_PERIOD + MONITOR_GRACE_PERIOD


def _mark_unknown(cluster: Cluster, node: Obj) -> Obj:
    """Mark a node as unknown, and its pods as not ready. Mirrors tryUpdateNodeHealth."""
    from kubesim.controllers import event_recorder

    name = node["metadata"]["name"]
    stamp = rfc3339(cluster.now)
    conditions = [
        {**one, **_UNKNOWN, "lastTransitionTime": stamp} if one["type"] in _CONDITIONS else one
        for one in node["status"]["conditions"]
    ]
    marked = cluster.update_status(node, {**node["status"], "conditions": conditions})
    message = f"Node {name} status is now: NodeNotReady"
    event_recorder.record(cluster, marked, "Normal", "NodeNotReady", message, COMPONENT)
    for pod in cluster.list("Pod"):
        if pod["spec"].get("nodeName") == name:
            _mark_pod_not_ready(cluster, pod)
    return marked


def _mark_pod_not_ready(cluster: Cluster, pod: Obj) -> None:
    """Mirrors MarkPodsNotReady."""
    from kubesim.controllers import event_recorder

    ready = condition_of(pod, "Ready")
    if ready is None or ready["status"] == "False":
        return
    changed = {**ready, "status": "False", "lastTransitionTime": rfc3339(cluster.now)}
    conditions = [changed if one is ready else one for one in pod["status"]["conditions"]]
    marked = cluster.update_status(pod, {**pod["status"], "conditions": conditions})
    event_recorder.record(cluster, marked, "Warning", "NodeNotReady", "Node is not ready", COMPONENT)


def _since(node: Obj) -> int:
    """Since when (ms) the node is ready, or is not."""
    ready = condition_of(node, "Ready")
    assert ready is not None
    return parse_time(ready["lastTransitionTime"])


# taints


def _reconcile_taints(cluster: Cluster, node: Obj, wanted: _Taints) -> None:
    taints = node["spec"].get("taints") or []
    kept = [taint for taint in taints if not _is_ours(taint) or (taint["key"], taint["effect"]) in wanted]
    missing = sorted(wanted - {(taint["key"], taint["effect"]) for taint in kept})
    since = rfc3339(cluster.now)
    added = [{"effect": effect, "key": name, "timeAdded": since} for name, effect in missing]
    if not added and kept == taints:
        return
    spec = {name: value for name, value in node["spec"].items() if name != "taints"}
    if kept or added:
        spec["taints"] = [*kept, *added]
    cluster.update({**with_metadata(node), "spec": spec})


def _is_ours(taint: Obj) -> bool:
    if taint["effect"] == "NoExecute":
        return taint["key"] in _UNREADY
    return taint["effect"] == "NoSchedule" and taint["key"] in (*_UNREADY, *_PRESSURES, TAINT_NODE_UNSCHEDULABLE)
