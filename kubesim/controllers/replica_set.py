"""The ReplicaSet controller: keeps as many pods of a template as it is told. ReplicationControllers have it, too.

Mirrors pkg/controller/replicaset (replica_set.go, replica_set_utils.go) and pkg/controller/replication.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kubesim.api.meta import (
    SECOND,
    Key,
    Obj,
    condition_of,
    controller_of,
    dig,
    is_terminating,
    key_of,
    labels_of,
    rfc3339,
)
from kubesim.api.selectors import from_label_selector, from_labels
from kubesim.controllers import pod_control, ref_manager
from kubesim.errors import StatusError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kubesim.api.selectors import Selector
    from kubesim.cluster import Change, Cluster

COMPONENTS = {"ReplicaSet": "replicaset-controller", "ReplicationController": "replication-controller"}
BURST_REPLICAS = 500  # pods that one sync creates or deletes at most

# After a refusal the next attempt is made so much later, each time twice as long. Mirrors the queue's rate limiter.
RETRY_FIRST = 1 * SECOND
RETRY_LONGEST = 1000 * SECOND


class ReplicaSetController:
    """Syncs ReplicaSets."""

    name = "replicaset"
    kind = "ReplicaSet"
    rank = 30

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {self.kind: _itself, "Pod": self._of_pod}

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Claim pods, create or delete what is missing or too much, tell the status. Mirrors syncReplicaSet."""
        owner = cluster.find(*key)
        if owner is None:
            return None
        census = _take_census(owner, _claim(cluster, owner), cluster.now)
        refusal = None if is_terminating(owner) else _manage_replicas(cluster, owner, census.active)
        stored = cluster.update_status(owner, _status(owner, census, refusal, cluster.now))
        return _next_look(cluster, stored, census.active)

    def _of_pod(self, cluster: Cluster, change: Change) -> Iterable[Key]:
        """The owners that a change of a pod matters to. Mirrors addPod, updatePod and deletePod."""
        keys = []
        for pod in (change.old, change.new):
            reference = None if pod is None else controller_of(pod)
            if reference is not None and reference["kind"] == self.kind:
                keys.append(Key(self.kind, change.key.namespace, reference["name"]))
        if keys or change.new is None or controller_of(change.new) is not None:
            return dict.fromkeys(keys)
        if change.old is not None and labels_of(change.old) == labels_of(change.new):
            return ()
        return self._matching(cluster, change.new)

    def _matching(self, cluster: Cluster, pod: Obj) -> Iterable[Key]:
        """The owners whose selector matches an orphan. Mirrors getPodReplicaSets."""
        for candidate in cluster.list(self.kind, pod["metadata"]["namespace"]):
            if _selector(candidate).matches(labels_of(pod)):
                yield key_of(candidate)


class ReplicationManager(ReplicaSetController):
    """Syncs ReplicationControllers."""

    name = "replicationcontroller"
    kind = "ReplicationController"


def _itself(cluster: Cluster, change: Change) -> Iterable[Key]:  # noqa: ARG001
    """One that is new or changed, but for its status, which nobody else writes."""
    old, new = change.old, change.new
    if new is None:
        return ()
    if old is not None and old["spec"] is new["spec"] and is_terminating(old) == is_terminating(new):
        return ()
    return (change.key,)


def _selector(owner: Obj) -> Selector:
    selector = owner["spec"]["selector"]
    return from_labels(selector) if owner["kind"] == "ReplicationController" else from_label_selector(selector)


# pods


def _claim(cluster: Cluster, owner: Obj) -> list[Obj]:
    """The pods that are the owner's, once orphans are adopted and what no longer matches is released.

    Pods that end are kept, whatever their labels.  Pods of one template share their labels, which are matched once.
    """
    matches = _matcher(_selector(owner))
    adopting = not is_terminating(owner)
    owned = cluster.owned(owner, "Pod")
    claimed = [pod for pod in owned if matches(pod)]
    if adopting:
        strange = [] if len(claimed) == len(owned) else [pod for pod in owned if not matches(pod)]
        for pod in strange:
            if pod_control.is_active(pod):
                ref_manager.release(cluster, owner, pod)
        orphans = cluster.orphans("Pod", owner["metadata"]["namespace"])
        adopted = [pod for pod in orphans if pod_control.is_active(pod) and matches(pod)]
        claimed += [ref_manager.adopt(cluster, owner, pod) for pod in adopted]
    return claimed


_NO_LABELS: dict[str, str] = {}


def _matcher(selector: Selector) -> Callable[[Obj], bool]:
    """The selector as a function that remembers what it said of the label map that it saw last."""
    last: object = None
    said = False

    def matches(pod: Obj) -> bool:
        nonlocal last, said
        labels = pod["metadata"].get("labels", _NO_LABELS)
        if labels is not last:
            last, said = labels, selector.matches(labels)
        return said

    return matches


def _manage_replicas(cluster: Cluster, owner: Obj, active: Sequence[Obj]) -> StatusError | None:
    """Create or delete pods, up to 500; what refused a new pod, if anything did. Mirrors manageReplicas."""
    missing = owner["spec"]["replicas"] - len(active)
    if missing < 0:
        for pod in _to_delete(cluster, owner, active, min(-missing, BURST_REPLICAS)):
            pod_control.delete_pod(cluster, owner, pod, COMPONENTS[owner["kind"]])
        return None
    if missing == 0:
        _forget_refusal(cluster, owner)
        return None
    return _create(cluster, owner, min(missing, BURST_REPLICAS))


def _create(cluster: Cluster, owner: Obj, count: int) -> StatusError | None:
    """Create pods, unless one was refused lately; the refusal, if any."""
    kept = cluster.recall(key_of(owner))
    if kept is not None and cluster.now < kept["retry"]:
        return StatusError("Forbidden", kept["message"], 403)
    prototype, component = pod_control.shared_prototype(cluster, owner), COMPONENTS[owner["kind"]]
    try:
        pod_control.slow_start(count, lambda: pod_control.create_pod(cluster, owner, component, prototype=prototype))
    except StatusError as refusal:
        wait = RETRY_FIRST if kept is None else min(2 * kept["wait"], RETRY_LONGEST)
        record = {"message": str(refusal), "retry": cluster.now + wait, "wait": wait}
        cluster.remember(key_of(owner), record)
        return refusal
    _forget_refusal(cluster, owner)
    return None


def _forget_refusal(cluster: Cluster, owner: Obj) -> None:
    if cluster.recall(key_of(owner)) is not None:
        cluster.remember(key_of(owner), None)


def _to_delete(cluster: Cluster, owner: Obj, active: Sequence[Obj], count: int) -> Sequence[Obj]:
    """Mirrors getPodsToDelete: no rank is needed where all go."""
    if count == len(active):
        return sorted(active, key=lambda pod: str(pod["metadata"]["name"]))
    related = [pod for sibling in pod_control.siblings(cluster, owner) for pod in cluster.owned(sibling, "Pod")]
    return pod_control.by_deletion_order(active, related, cluster.now)[:count]


# status


class _Census(NamedTuple):
    """The pods that live, and how many there are of each sort."""

    active: list[Obj]
    terminating: int
    labelled: int
    ready: int
    available: int


def _take_census(owner: Obj, pods: Sequence[Obj], now: int) -> _Census:
    """One pass over what may be thousands of pods. Mirrors the counting half of calculateStatus."""
    min_ready = owner["spec"].get("minReadySeconds", 0)
    has_labels = _matcher(from_labels(dig(owner, "spec", "template", "metadata", "labels")))
    active: list[Obj] = []
    terminating = labelled = ready = available = 0
    for pod in pods:
        if pod["status"].get("phase") in pod_control.TERMINAL_PHASES:
            continue
        if "deletionTimestamp" in pod["metadata"]:
            terminating += 1
            continue
        active.append(pod)
        labelled += has_labels(pod)
        if pod_control.is_ready(pod):
            ready += 1
            available += not min_ready or (pod_control.available_at(pod, min_ready) or 0) <= now
    return _Census(active, terminating, labelled, ready, available)


def _status(owner: Obj, census: _Census, refusal: StatusError | None, now: int) -> Obj:
    """Mirrors calculateStatus and updateReplicaSetStatus."""
    status: Obj = {"replicas": len(census.active)}
    if owner["kind"] == "ReplicaSet":
        status["terminatingReplicas"] = census.terminating
    counts = {
        "fullyLabeledReplicas": census.labelled,
        "readyReplicas": census.ready,
        "availableReplicas": census.available,
    }
    status.update((name, count) for name, count in counts.items() if count)
    conditions = _conditions(owner, len(census.active), refusal, now)
    if conditions:
        status["conditions"] = conditions
    status["observedGeneration"] = owner["metadata"].get("generation", 1)
    return status


def _conditions(owner: Obj, active: int, refusal: StatusError | None, now: int) -> list[Obj]:
    """ReplicaFailure while pods are refused; other conditions are kept."""
    before = condition_of(owner, "ReplicaFailure")
    others = [c for c in dig(owner, "status", "conditions", default=()) if c["type"] != "ReplicaFailure"]
    if refusal is None:
        return others
    if before is not None:
        return [*others, before]
    failure = {
        "lastTransitionTime": rfc3339(now),
        "message": str(refusal),
        "reason": "FailedCreate" if active < owner["spec"]["replicas"] else "FailedDelete",
        "status": "True",
        "type": "ReplicaFailure",
    }
    return [*others, failure]


def _next_look(cluster: Cluster, owner: Obj, active: Sequence[Obj]) -> int | None:
    """When the next pod turns available, or a refused one is tried again."""
    instants = []
    kept = cluster.recall(key_of(owner))
    if kept is not None:
        instants.append(kept["retry"])
    min_ready = owner["spec"].get("minReadySeconds", 0)
    if min_ready:
        due = (pod_control.available_at(pod, min_ready) for pod in active)
        instants += [instant for instant in due if instant is not None and instant > cluster.now]
    return min(instants, default=None)
