"""The scheduling loop: filter the nodes, score what is left, bind; or tell why no node will do.

Mirrors pkg/scheduler/schedule_one.go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.api.meta import MINUTE, Key, Obj, condition_of, controller_of, dig, is_terminating, key_of, rfc3339
from kubesim.controllers.scheduler import claims, filters, usage
from kubesim.sim import events

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

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {
            "Pod": _of_pod,
            "Node": _of_node,
            "PersistentVolumeClaim": _of_claim,
            **dict.fromkeys(("PersistentVolume", "StorageClass"), _of_storage),
        }

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Find a node for one pod; the instant (ms) at which one that fits nowhere is tried again."""
        pod = cluster.find(*key)
        if pod is None or not _is_waiting(pod):
            cluster.noted("scheduler").get("waiting", {}).pop(_name(key), None)
            return None
        used = usage.node_usage(cluster)
        again = _waiting(cluster).get(_name(key))
        if again is not None and again["version"] == _version(pod) and cluster.now < again["due"]:
            return int(again["due"])
        unbound = claims.problem(cluster, pod)
        if unbound is not None:
            return _reject(cluster, pod, unbound, wants_room=False)
        if again is not None and again["version"] == _version(pod) and "node" in again:
            return _bind_in_time(cluster, pod, again)
        attempt = filters.Attempt(cluster, pod, usage.requests_of(pod["spec"]), used)
        nodes = cluster.list("Node")
        rejections = {node["metadata"]["name"]: filters.rejection(attempt, node) for node in nodes}
        feasible = [node for node in nodes if rejections[node["metadata"]["name"]] is None]
        if feasible:
            return _assign(cluster, pod, min(feasible, key=lambda node: _load(attempt, node)))
        found = [rejection for rejection in rejections.values() if rejection is not None]
        wants_room = any(not rejection.is_final for rejection in found)
        return _reject(cluster, pod, failure_message(pod, found), wants_room=wants_room)


# which pods to look at


def _of_pod(cluster: Cluster, change: Change) -> Iterable[Key]:
    """A pod without a node; and once a pod gives up its room, those that found none."""
    usage.follow(cluster, change)
    if change.new is not None and not change.new["spec"].get("nodeName"):
        return (change.key,)
    has_left = change.new is None or dig(change.new, "status", "phase") in ("Succeeded", "Failed")
    if has_left and change.old is not None and change.old["spec"].get("nodeName"):
        return _try_again(cluster, is_room_wanted=True)
    return ()


def _of_node(cluster: Cluster, change: Change) -> Iterable[Key]:
    old, new = change.old, change.new
    if new is None:
        cluster.notes("scheduler").pop("nodes", None)
    if old is not None and new is not None and _node_facts(old) == _node_facts(new):
        return ()
    return _try_again(cluster)


def _of_claim(cluster: Cluster, change: Change) -> Iterable[Key]:
    """The pods that wait for a claim which is new, or changes."""
    if change.new is None:
        return ()
    namespace, name = change.key.namespace, change.key.name
    return _help(cluster, lambda pod: pod["metadata"]["namespace"] == namespace and name in claims.names(pod))


def _of_storage(cluster: Cluster, change: Change) -> Iterable[Key]:
    """The pods that wait for volumes, where there is a new one, or one is not what it was, or a new class of them."""
    old, new = change.old, change.new
    if new is None or (old is not None and old.get("spec") == new.get("spec")):
        return ()
    return _help(cluster, lambda pod: bool(claims.names(pod)))


def _help(cluster: Cluster, is_helped: Callable[[Obj], bool]) -> list[Key]:
    """Those pods that found no node, each due at once, to which that applies."""
    waiting = [(name, cluster.find("Pod", *name.split("/"))) for name in _waiting(cluster)]
    helped = [name for name, pod in waiting if pod is not None and is_helped(pod)]
    for name in helped:
        _waiting(cluster)[name]["due"] = cluster.now
    return [Key("Pod", *name.split("/")) for name in helped]


def _node_facts(node: Obj) -> tuple[object, ...]:
    return node["spec"], node["metadata"].get("labels"), dig(node, "status", "allocatable")


def _try_again(cluster: Cluster, *, is_room_wanted: bool = False) -> list[Key]:
    """The pods that found no node, each due at once; or only those that more room may help."""
    waiting = _waiting(cluster)
    helped = {name: again for name, again in waiting.items() if again["wants_room"] or not is_room_wanted}
    for again in helped.values():
        again["due"] = cluster.now
    return [Key("Pod", *name.split("/")) for name in helped]


def _waiting(cluster: Cluster) -> dict[str, Obj]:
    """The pods that found no node: ``{"namespace/name": {"due": ms, "version": ..., "wants_room": ...}}``.

    Those whose volumes are being made for the ``node`` that was chosen wait until ``bind_by``.
    """
    waiting: dict[str, Obj] = cluster.notes("scheduler").setdefault("waiting", {})
    return waiting


def _name(key: Key) -> str:
    return f"{key.namespace}/{key.name}"


def _version(pod: Obj) -> list[object]:
    """What of a pod a change of which calls for another try."""
    meta = pod["metadata"]
    return [meta["uid"], meta.get("generation"), meta.get("labels")]


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
        given = usage.allocatable(node)
        share = sum(1000 * used.get(r, 0) // max(given.get(r, 0), 1) for r in ("cpu", "memory"))
    return alike, share, used.get("pods", 0), name


def _assign(cluster: Cluster, pod: Obj, node: Obj) -> int | None:
    """Bind the pod, unless volumes have to be bound first; until when it waits for them (ms). Mirrors Reserve."""
    name = node["metadata"]["name"]
    if not claims.reserve(cluster, pod, node):
        _bind(cluster, pod, name)
        return None
    due = cluster.now + claims.BIND_TIMEOUT
    again = {"due": due, "version": _version(pod), "wants_room": False, "node": name, "bind_by": due}
    _waiting(cluster)[_name(key_of(pod))] = again
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
    _waiting(cluster).pop(_name(key_of(pod)), None)
    condition = {"status": "True", "type": "PodScheduled"}
    bound = cluster.bind(pod, node, _with_condition(pod, condition, cluster.now))
    told = f"Successfully assigned {meta['namespace']}/{meta['name']} to {node}"
    events.record_series(cluster, bound, "Normal", "Scheduled", told, action="Binding", component=COMPONENT)


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


def _reject(cluster: Cluster, pod: Obj, message: str, *, wants_room: bool, reason: str = "Unschedulable") -> int:
    """Tell that the pod fits nowhere; when to try again (ms). Mirrors handleSchedulingFailure."""
    events.record_series(cluster, pod, "Warning", "FailedScheduling", message, action="Scheduling", component=COMPONENT)
    condition = {"message": message, "reason": reason, "status": "False", "type": "PodScheduled"}
    due = cluster.now + RETRY
    again = {"due": due, "version": _version(pod), "wants_room": wants_room}
    _waiting(cluster)[_name(key_of(pod))] = again
    cluster.update_status(pod, _with_condition(pod, condition, cluster.now))
    return due


def failure_message(pod: Obj, rejections: Sequence[filters.Rejection]) -> str:
    """Why no node will do, and why removing other pods would not help. Mirrors FitError.Error, Evaluator.Preempt."""
    if not rejections:
        return "no nodes available to schedule pods"
    reasons = [reason for rejection in rejections for reason in rejection.reasons]
    head = f"0/{len(rejections)} nodes are available: "
    return f"{head}{_histogram(reasons)}. no new claims to deallocate, preemption: {_preemption(pod, head, rejections)}"


def _preemption(pod: Obj, head: str, rejections: Sequence[filters.Rejection]) -> str:
    if pod["spec"].get("preemptionPolicy") == "Never":
        return "not eligible due to preemptionPolicy=Never."
    unhelpful, no_victims = "Preemption is not helpful for scheduling", "No preemption victims found for incoming pod"
    return f"{head}{_histogram([unhelpful if found.is_final else no_victims for found in rejections])}."


def _histogram(reasons: Sequence[str]) -> str:
    """Each reason behind how often it was given, sorted as text."""
    return ", ".join(sorted(f"{reasons.count(reason)} {reason}" for reason in set(reasons)))
