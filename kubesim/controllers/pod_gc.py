"""Pods of nodes that are not there are collected. Mirrors pkg/controller/podgc (gcOrphaned).

Upstream checks every 20 seconds, waits 40 more for the node to show up, and checks again. When a node was deleted is
noted, ``{node: ms}``; all else follows from the pods.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND, Key, Obj, dig, key_of, parse_time, rfc3339

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.cluster import Change, Cluster

PATIENCE = 60 * SECOND
REASON, MESSAGE = "DeletionByPodGC", "PodGC: node no longer exists"


class PodGarbageCollector:
    """Deletes pods of nodes that are not there."""

    name = "pod-gc"
    kind = "Pod"
    rank = 9

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {"Pod": _newly_bound, "Node": _pods_of_node}

    @staticmethod
    def waits(cluster: Cluster, key: Key) -> bool:
        """Whether a pod is without its node."""
        pod = cluster.find(*key)
        return pod is not None and _is_orphaned(cluster, pod)

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Delete a pod that has been without its node for long enough; when that will be (ms)."""
        pod = cluster.find(*key)
        if pod is None or not _is_orphaned(cluster, pod):
            return None
        gone = cluster.noted("pod-gc").get(pod["spec"]["nodeName"], 0)
        due = max(gone, parse_time(pod["metadata"]["creationTimestamp"])) + PATIENCE
        if cluster.now < due:
            return int(due)
        _mark_failed(cluster, pod)
        cluster.delete(*key, grace=0)
        return None


def _newly_bound(cluster: Cluster, change: Change) -> Iterable[Key]:
    old, new = change.old, change.new
    if new is None or (old is not None and old["spec"].get("nodeName")) or not _is_orphaned(cluster, new):
        return ()
    return (change.key,)


def _is_orphaned(cluster: Cluster, pod: Obj) -> bool:
    node = pod["spec"].get("nodeName")
    return bool(node) and cluster.find("Node", "", node) is None


def _pods_of_node(cluster: Cluster, change: Change) -> Iterable[Key]:
    """The pods of a node that is gone; of one that is new, that it was gone once is forgotten."""
    name = change.key.name
    if change.new is not None:
        if change.old is None:
            cluster.noted("pod-gc").pop(name, None)
        return ()
    pods = [key_of(pod) for pod in cluster.list("Pod") if pod["spec"].get("nodeName") == name]
    if pods:
        cluster.notes("pod-gc")[name] = cluster.now
    return pods


def _mark_failed(cluster: Cluster, pod: Obj) -> None:
    """Mirrors markFailedAndDeletePodWithCondition."""
    if dig(pod, "status", "phase") in ("Succeeded", "Failed"):
        return
    condition = {
        "lastProbeTime": None,
        "lastTransitionTime": rfc3339(cluster.now),
        "message": MESSAGE,
        "observedGeneration": pod["metadata"].get("generation", 1),
        "reason": REASON,
        "status": "True",
        "type": "DisruptionTarget",
    }
    status = pod.get("status") or {}
    conditions = [*(status.get("conditions") or ()), condition]
    cluster.update_status(pod, {**status, "conditions": conditions, "phase": "Failed"})
