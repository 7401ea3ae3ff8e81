"""The scheduling loop: filter the nodes, score what is left, bind; or record why no node fits.

Mirrors pkg/scheduler/schedule_one.go.
"""

from __future__ import annotations

from kubesim.api.meta import MINUTE, Key, Obj, condition_of, controller_of, dig, is_terminating, key_of, rfc3339
from kubesim.controllers import event_recorder
from kubesim.controllers.node_room import requests_of
from kubesim.controllers.scheduler import claims, filters, queue, usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kubesim.cluster import Change, Cluster

COMPONENT = "default-scheduler"
RETRY = 5 * MINUTE  # a pod that fits nowhere is tried again even if nothing changes


class Scheduler:
    """Binds pods that have no node yet."""

    name = "scheduler"
    kind = "Pod"
    rank = 20

    def __init__(self) -> None:
        self._suitability = filters.Suitability()

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {
            "Pod": _of_pod,
            "Node": _of_node,
            "PersistentVolumeClaim": _of_claim,
            **dict.fromkeys(("PersistentVolume", "StorageClass"), _of_storage),
        }

    @staticmethod
    def waits(cluster: Cluster, key: Key) -> bool:
        """Whether a pod found no node, and is tried again."""
        return queue.name_of(key) in cluster.noted("scheduler").get("waiting", ())

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Find a node for one pod; the instant (ms) at which one that fits nowhere is tried again."""
        pod = cluster.find(*key)
        if pod is None or not _is_waiting(pod):
            queue.forget(cluster, key)
            return None
        used = usage.node_usage(cluster)
        for other in queue.ahead_of(cluster, pod):
            used = _try_ahead(cluster, other, used, self._suitability)
        return _try(cluster, pod, used, self._suitability)


def _try_ahead(cluster: Cluster, key: Key, used: Obj, suitability: filters.Suitability) -> Obj:
    """Find a node for a pod that comes first; what is in use then, before the change has been followed."""
    pod = cluster.find(*key)
    if pod is None or not _is_waiting(pod):
        return used
    _try(cluster, pod, used, suitability)
    bound = cluster.get(*key)
    node = bound["spec"].get("nodeName")
    return usage.imagined(used, node, come=(bound,)) if node else used


def _try(cluster: Cluster, pod: Obj, used: Obj, suitability: filters.Suitability) -> int | None:
    again = queue.waiting(cluster).get(queue.name_of(key_of(pod)))
    is_same = again is not None and again["version"] == queue.version_of(pod)
    if again is not None and is_same and cluster.now < again["due"]:
        return int(again["due"])
    unbound = claims.problem(cluster, pod)
    if unbound is not None:
        return _reject(cluster, pod, unbound, wants_room=False)
    if again is not None and is_same and "node" in again:
        return _bind_in_time(cluster, pod, again)
    attempt = filters.Attempt(cluster, pod, requests_of(pod["spec"]), _reserved(cluster, pod, used), suitability)
    nodes = cluster.list("Node")
    rejections = filters.rejections(attempt, nodes)
    feasible = [node for node in nodes if rejections[node["metadata"]["name"]] is None]
    if feasible:
        return _assign(cluster, pod, min(feasible, key=lambda node: _load(attempt, node)))
    return _preempt(attempt, {name: found for name, found in rejections.items() if found is not None})


def _reserved(cluster: Cluster, pod: Obj, used: Obj) -> Obj:
    """What is in use, with the room that pods of no lower priority are nominated for. Mirrors addGENominatedPods."""
    for other, node in queue.nominated(cluster, pod):
        if usage.priority_of(other) >= usage.priority_of(pod):
            used = usage.imagined(used, node, come=(other,))
    return used


# which pods to sync


def _of_pod(cluster: Cluster, change: Change) -> Iterable[Key]:
    """A pod without a node; and once a pod gives up its room, those that found none."""
    old, new = change.old, change.new
    if usage.is_unaffected(change):
        return () if new is None or new["spec"].get("nodeName") else (change.key,)
    usage.follow(cluster, change)
    if new is not None and not new["spec"].get("nodeName"):
        return (change.key,)
    if (new is None or usage.has_ended(new)) and old is not None and old["spec"].get("nodeName"):
        return queue.wake(cluster, lambda again: bool(again["wants_room"]))
    return ()


def _of_node(cluster: Cluster, change: Change) -> Iterable[Key]:
    old, new = change.old, change.new
    if new is None:
        cluster.notes("scheduler").pop("nodes", None)
    if old is not None and new is not None and _node_facts(old) == _node_facts(new):
        return ()
    return queue.wake(cluster, lambda _: True)


def _of_claim(cluster: Cluster, change: Change) -> Iterable[Key]:
    """The pods that wait for a claim which is new, or changes."""
    if change.new is None:
        return ()
    namespace, name = change.key.namespace, change.key.name
    return queue.wake_pods(cluster, lambda pod: pod["metadata"]["namespace"] == namespace and name in claims.names(pod))


def _of_storage(cluster: Cluster, change: Change) -> Iterable[Key]:
    """The pods that wait for volumes, where there is a new one, or one is not what it was, or a new class of them."""
    old, new = change.old, change.new
    if new is None or (old is not None and old.get("spec") == new.get("spec")):
        return ()
    return queue.wake_pods(cluster, lambda pod: bool(claims.names(pod)))


def _node_facts(node: Obj) -> tuple[object, ...]:
    return node["spec"], node["metadata"].get("labels"), dig(node, "status", "allocatable")


def _is_waiting(pod: Obj) -> bool:
    spec = pod["spec"]
    if spec.get("nodeName") or spec.get("schedulingGates") or is_terminating(pod):
        return False
    is_mine: bool = spec.get("schedulerName", COMPONENT) == COMPONENT
    return is_mine and dig(pod, "status", "phase") != "Failed"


# a node is found


def _load(attempt: filters.Attempt, node: Obj) -> tuple[int, int, int, str]:
    """Least first: pods of the same controller, the share of what is asked for, pods; the name decides."""
    name = node["metadata"]["name"]
    used = attempt.used["nodes"].get(name, {})
    owner = controller_of(attempt.pod)
    alike = 0 if owner is None else attempt.used["owners"].get(owner["uid"], {}).get(name, 0)
    share = 0
    if used.get("cpu") or used.get("memory"):
        given = attempt.suitability.allocatable(node)
        share = sum(1000 * used.get(r, 0) // max(given.get(r, 0), 1) for r in ("cpu", "memory"))
    return alike, share, used.get("pods", 0), name


def _assign(cluster: Cluster, pod: Obj, node: Obj) -> int | None:
    """Bind the pod, unless volumes have to be bound first; until when it waits for them (ms). Mirrors Reserve."""
    name = node["metadata"]["name"]
    if not claims.reserve(cluster, pod, node):
        _bind(cluster, pod, name)
        return None
    due = cluster.now + claims.BIND_TIMEOUT
    queue.add(cluster, pod, due, wants_room=False, node=name, bind_by=due)
    return due


def _bind_in_time(cluster: Cluster, pod: Obj, again: Obj) -> int | None:
    """Bind a pod to the node that was chosen once its volumes are bound there. Mirrors PreBind."""
    if claims.are_bound(cluster, pod):
        _bind(cluster, pod, again["node"])
        return None
    if cluster.now < again["bind_by"]:
        return int(again["bind_by"])
    return _reject(cluster, pod, claims.TIMED_OUT, wants_room=False, reason="SchedulerError")


def _bind(cluster: Cluster, pod: Obj, node: str) -> None:
    meta = pod["metadata"]
    queue.forget(cluster, key_of(pod))
    condition = {"status": "True", "type": "PodScheduled"}
    status = _with_condition(pod, condition, cluster.now)
    status.pop("nominatedNodeName", None)
    bound = cluster.bind(pod, node, status)
    message = f"Successfully assigned {meta['namespace']}/{meta['name']} to {node}"
    event_recorder.record_series(cluster, bound, "Normal", "Scheduled", message, action="Binding", component=COMPONENT)


def _with_condition(pod: Obj, condition: Obj, now: int) -> Obj:
    """The pod's status with PodScheduled so. Mirrors podutil.UpdatePodCondition."""
    status = pod.get("status") or {}
    before = condition_of(pod, "PodScheduled")
    since = rfc3339(now)
    if before is not None and before["status"] == condition["status"]:
        since = before["lastTransitionTime"]
    generation = pod["metadata"].get("generation", 1)
    whole = {"lastProbeTime": None, "lastTransitionTime": since, "observedGeneration": generation, **condition}
    others = [c for c in status.get("conditions") or () if c["type"] != "PodScheduled"]
    return {**status, "conditions": [*others, whole]}


# none is


def _preempt(attempt: filters.Attempt, rejections: dict[str, filters.Rejection]) -> int:
    """Make room on a node if that is possible and allowed; when to try again (ms). Mirrors Evaluator.Preempt."""
    from kubesim.controllers.scheduler import preemption

    cluster, pod, found = attempt.cluster, attempt.pod, list(rejections.values())
    wants_room = any(not rejection.is_final for rejection in found)
    if not found:
        return _reject(cluster, pod, "no nodes available to schedule pods", wants_room=wants_room)
    message = _fit_error(len(found), [reason for rejection in found for reason in rejection.reasons])
    why_not = preemption.refusal(attempt, rejections)
    chosen, reasons = ([], []) if why_not else preemption.candidates(attempt, rejections)
    if chosen:
        candidate = preemption.best(cluster, chosen)
        preemption.evict(cluster, pod, candidate, COMPONENT)
        _withdraw_nominations(cluster, pod, candidate.node)
        return _reject(cluster, cluster.get(*key_of(pod)), message, wants_room=wants_room, node=candidate.node)
    node = dig(pod, "status", "nominatedNodeName", default="") if why_not else ""
    message = f"{message} no new claims to deallocate, preemption: {why_not or _fit_error(len(found), reasons)}"
    return _reject(cluster, pod, message, wants_room=wants_room, node=node)


def _withdraw_nominations(cluster: Cluster, pod: Obj, node: str) -> None:
    """Pods of lower priority that were nominated there lose the nomination. Mirrors prepareCandidate."""
    for other, theirs in queue.nominated(cluster, pod):
        if theirs == node and usage.priority_of(other) < usage.priority_of(pod):
            queue.nominate(cluster, key_of(other), "")
            status = {name: value for name, value in other["status"].items() if name != "nominatedNodeName"}
            cluster.update_status(other, status)


def _reject(
    cluster: Cluster, pod: Obj, message: str, *, wants_room: bool, node: str = "", reason: str = "Unschedulable"
) -> int:
    """Report that the pod fits nowhere yet, and the ``node`` that it is nominated for; when to try again (ms).

    Mirrors handleSchedulingFailure.
    """
    event_recorder.record_series(
        cluster, pod, "Warning", "FailedScheduling", message, action="Scheduling", component=COMPONENT
    )
    condition = {"message": message, "reason": reason, "status": "False", "type": "PodScheduled"}
    due = cluster.now + RETRY
    queue.add(cluster, pod, due, wants_room=wants_room)
    queue.nominate(cluster, key_of(pod), node)
    status = _with_condition(pod, condition, cluster.now)
    status.pop("nominatedNodeName", None)
    cluster.update_status(pod, {**status, "nominatedNodeName": node} if node else status)
    return due


def _fit_error(nodes: int, reasons: Sequence[str]) -> str:
    """Each reason behind how often it was given, sorted as text. Mirrors FitError.Error."""
    counted = sorted(f"{reasons.count(reason)} {reason}" for reason in set(reasons))
    return f"0/{nodes} nodes are available: {', '.join(counted)}."
