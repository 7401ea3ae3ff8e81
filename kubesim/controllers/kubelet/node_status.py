"""What a node's kubelet reports of the node itself: that it is back after an outage, and for how many pods it has room.

Beside the node is noted since when its machine is down, ``{"down": ms}``; once it is up again, when it went down and
came up, ``{"died": ms, "booted": ms}``, from which its pods go on; for how many pods it had room before it was full,
``{"room": "110"}``; and what ``eviction.py`` says.  Mirrors pkg/kubelet/kubelet_node_status.go, nodestatus/setters.go.
"""

from __future__ import annotations

from kubesim.api.meta import condition_of, key_of, rfc3339
from kubesim.controllers import event_recorder
from kubesim.controllers.kubelet.pod_work import COMPONENT, node_notes
from kubesim.sim.faults import node_down, node_full, shortages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from kubesim.api.meta import Key, Obj
    from kubesim.cluster import Change, Cluster

READY = "Ready"
#: The conditions that a kubelet posts as it starts: status, reason, message, and the reason of the event about it.
_HEALTHY = {
    "MemoryPressure": (
        *("False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
        "NodeHasSufficientMemory",
    ),
    "DiskPressure": ("False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure", "NodeHasNoDiskPressure"),
    "PIDPressure": (
        *("False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
        "NodeHasSufficientPID",
    ),
    READY: ("True", "KubeletReady", "kubelet is posting ready status", "NodeReady"),
}


class NodeStatus:
    """Syncs nodes that a fault befalls, or did."""

    name = "node-status"
    kind = "Node"
    rank = 3

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {"Node": lambda _, change: (change.key,) if change.old is None else ()}

    @staticmethod
    def waits(cluster: Cluster, key: Key) -> bool:
        """Whether a fault befalls the node, or something is noted of one."""
        is_befallen = node_down(cluster, key.name) or node_full(cluster, key.name) or shortages(cluster, key.name)
        return bool(is_befallen) or cluster.recall(key) is not None

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Let the machine go down, boot it when that is over, and report its room; until when that holds (ms)."""
        node = cluster.find(*key)
        if node is None:
            return None
        record, down = cluster.recall(key) or {}, node_down(cluster, key.name)
        if down is not None:
            if "down" not in record:
                cluster.remember(key, {**_room_of(record), "down": cluster.now})
            return down.until
        if "down" in record:
            cluster.remember(key, {**_room_of(record), "died": record["down"], "booted": cluster.now})
            node = _boot(cluster, node, record["down"])
        instants = (_report_room(cluster, node), _see_to_pressure(cluster, key))
        return min((instant for instant in instants if instant is not None), default=None)


def _room_of(record: Obj) -> dict[str, Any]:
    """What stays of a node's record when it goes down or comes up: its room, and what is in its folders."""
    return {name: record[name] for name in ("room", "volumes") if name in record}


def _boot(cluster: Cluster, node: Obj, died: int) -> Obj:
    """Report that the machine is up again, and forget what had not been pulled when it went down."""
    name = node["metadata"]["name"]
    images = node_notes(cluster, name)["images"]
    for image in [image for image, arrival in images.items() if arrival > died]:
        del images[image]
    ready = condition_of(node, READY)
    was_ready = ready is not None and ready["status"] == "True"
    boot_id = cluster.new_uid()
    _record(cluster, node, "Starting", "Starting kubelet.")
    for kind, (*_, reason) in _HEALTHY.items():
        if kind == READY:
            message = f"Node {name} has been rebooted, boot id: {boot_id}"
            _record(cluster, node, "Rebooted", message, event_type="Warning")
        if kind != READY or not was_ready:
            _record(cluster, node, reason, f"Node {name} status is now: {reason}")
    status = node["status"]
    conditions = [_healthy(condition, cluster.now) for condition in status.get("conditions") or ()]
    info = {**(status.get("nodeInfo") or {}), "bootID": boot_id}
    return cluster.update_status(node, {**status, "conditions": conditions, "nodeInfo": info})


#: The conditions that a kubelet posts when it is short of something: reason, message, and the event's reason.
_PRESSED = {
    "MemoryPressure": (
        *("KubeletHasInsufficientMemory", "kubelet has insufficient memory available"),
        "NodeHasInsufficientMemory",
    ),
    "DiskPressure": ("KubeletHasDiskPressure", "kubelet has disk pressure", "NodeHasDiskPressure"),
}


def _see_to_pressure(cluster: Cluster, key: Key) -> int | None:
    """Report what the node is short of, and let pods be evicted; the instant (ms) of the next look."""
    if "pressure" not in (cluster.recall(key) or {}) and not shortages(cluster, key.name):
        return None
    from kubesim.controllers.kubelet import eviction

    for kind, holds in eviction.observe(cluster, cluster.get(*key)).items():
        _report_pressure(cluster, cluster.get(*key), kind, holds=holds)
    return eviction.synchronize(cluster, cluster.get(*key))


def _report_pressure(cluster: Cluster, node: Obj, kind: str, *, holds: bool) -> None:
    """Post a condition that has changed, and record it. Mirrors nodestatus.DiskPressureCondition."""
    before, stamp = condition_of(node, kind), rfc3339(cluster.now)
    if before is None or (before["status"] == "True") is holds:
        return
    reason, message, event = _PRESSED[kind] if holds else _HEALTHY[kind][1:]
    posted = {"status": "True" if holds else "False", "reason": reason, "message": message}
    after = {**before, **posted, "lastHeartbeatTime": stamp, "lastTransitionTime": stamp}
    conditions = [after if condition is before else condition for condition in node["status"]["conditions"]]
    cluster.update_status(node, {**node["status"], "conditions": conditions})
    _record(cluster, node, event, f"Node {node['metadata']['name']} status is now: {event}")


def _healthy(condition: Obj, now: int) -> Obj:
    """A condition as a kubelet posts it as it starts."""
    if condition["type"] not in _HEALTHY:
        return condition
    status, reason, message, _ = _HEALTHY[condition["type"]]
    stamp = rfc3339(now)
    since = stamp if condition["status"] != status else condition["lastTransitionTime"]
    posted = {"status": status, "reason": reason, "message": message}
    return {**condition, **posted, "lastHeartbeatTime": stamp, "lastTransitionTime": since}


def _record(cluster: Cluster, node: Obj, reason: str, message: str, *, event_type: str = "Normal") -> None:
    host = node["metadata"]["name"]
    event_recorder.record(cluster, node, event_type, reason, message, COMPONENT, host=host)


def _report_room(cluster: Cluster, node: Obj) -> int | None:
    """Report for how many pods there is room; until when (ms) that is as it is."""
    key, full = key_of(node), node_full(cluster, node["metadata"]["name"])
    record = cluster.recall(key) or {}
    status = node["status"]
    given = status.get("allocatable") or {}
    if full is not None:
        room = str(full.details["pods"])
        if "room" not in record:
            cluster.remember(key, {**record, "room": given.get("pods", "0")})
    elif "room" in record:
        room = record["room"]
        cluster.remember(key, {name: value for name, value in record.items() if name != "room"} or None)
    else:
        return None
    cluster.update_status(node, {**status, "allocatable": {**given, "pods": room}})
    return None if full is None else full.until
