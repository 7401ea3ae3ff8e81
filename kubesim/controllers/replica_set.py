"""The ReplicaSet controller: keeps as many pods as the spec has replicas. ReplicationControllers have it, too.

Mirrors pkg/controller/replicaset (replica_set.go, replica_set_utils.go) and pkg/controller/replication.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND, Key, Obj, condition_of, dig, is_terminating, key_of, labels_of, rfc3339
from kubesim.api.selectors import from_labels
from kubesim.controllers import pod_control, pod_owners, ref_manager
from kubesim.controllers.census import Census, first_to_delete, per_node
from kubesim.errors import StatusError
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kubesim.api.selectors import Selector
    from kubesim.cluster import Change, Cluster
    from kubesim.controllers.census import Sorts

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

    def __init__(self) -> None:
        self._censuses: dict[str, Census] = {}

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {self.kind: self._of_itself, "Pod": self._of_pod}

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Claim pods, create what is missing or delete what is too much, write the status. Mirrors syncReplicaSet."""
        owner = cluster.find(*key)
        if owner is None:
            return None
        claimed = _claim(cluster, owner, self._census(cluster, owner))
        counts = _count(owner, claimed, cluster.now)
        refusal = None if is_terminating(owner) else self._manage_replicas(cluster, owner, claimed, counts.active)
        stored = cluster.update_status(owner, _status(owner, counts, refusal, cluster.now))
        return _next_look(cluster, stored, claimed)

    def _census(self, cluster: Cluster, owner: Obj) -> Census:
        """The pods of a ReplicaSet: counted once, and from then on followed change by change."""
        uid = owner["metadata"]["uid"]
        if uid not in self._censuses:
            self._censuses[uid] = Census(cluster.owned(owner, "Pod"))
        return self._censuses[uid]

    def _of_itself(self, cluster: Cluster, change: Change) -> Iterable[Key]:
        if change.new is None and change.old is not None:
            self._censuses.pop(change.old["metadata"]["uid"], None)
        return pod_owners.itself(cluster, change)

    def _of_pod(self, cluster: Cluster, change: Change) -> Iterable[Key]:
        before, after = pod_owners.controllers(change)
        if before is not None and before is after and change.new is not None:
            if (census := self._censuses.get(after["uid"])) is not None:
                census.put(change.new)
            return (Key(self.kind, change.key.namespace, after["name"]),) if after["kind"] == self.kind else ()
        left, joined = self._census_with(before), self._census_with(after)
        if left is not None and left is not joined:
            left.take(change.key.name)
        if joined is not None and change.new is not None:
            joined.put(change.new)
        return pod_owners.owners(cluster, change, self.kind, before, after)

    def _census_with(self, reference: Obj | None) -> Census | None:
        """The census of the pods of a controller, if that was taken."""
        return None if reference is None else self._censuses.get(reference["uid"])

    def _manage_replicas(self, cluster: Cluster, owner: Obj, claimed: Sorts, active: int) -> StatusError | None:
        """Create or delete pods, up to 500; what refused a new pod, if anything did. Mirrors manageReplicas."""
        missing = owner["spec"]["replicas"] - active
        if missing < 0:
            for pod in self._to_delete(cluster, owner, claimed, min(-missing, BURST_REPLICAS)):
                pod_control.delete_pod(cluster, owner, pod, COMPONENTS[owner["kind"]])
            return None
        if missing == 0:
            _forget_refusal(cluster, owner)
            return None
        return _create(cluster, owner, min(missing, BURST_REPLICAS))

    def _to_delete(self, cluster: Cluster, owner: Obj, claimed: Sorts, count: int) -> Sequence[Obj]:
        """Mirrors getPodsToDelete: no rank is needed where all go."""
        active = {sort: pods for sort, pods in claimed.items() if sort.is_active}
        if count == sum(map(len, active.values())):
            every = [pod for pods in active.values() for pod in pods]
            return sorted(every, key=lambda pod: str(pod["metadata"]["name"]))
        related = [self._census(cluster, sibling) for sibling in pod_control.siblings(cluster, owner)]
        return first_to_delete(active, per_node(related), cluster.now, count)


class ReplicationManager(ReplicaSetController):
    """Syncs ReplicationControllers."""

    name = "replicationcontroller"
    kind = "ReplicationController"


# pods


def _claim(cluster: Cluster, owner: Obj, census: Census) -> Sorts:
    """The pods that are the owner's, once orphans are adopted and what no longer matches is released.

    Pods that end are kept, whatever their labels.
    """
    selector = pod_owners.selector_of(owner)
    if not is_terminating(owner):
        _release(cluster, owner, census, selector)
        orphans = cluster.orphans("Pod", owner["metadata"]["namespace"])
        for pod in orphans:
            if pod_control.is_active(pod) and selector.matches(labels_of(pod)):
                census.put(ref_manager.adopt(cluster, owner, pod))
    return {sort: pods.values() for sort, pods in census.sorts.items() if selector.matches(dict(sort.labels))}


def _release(cluster: Cluster, owner: Obj, census: Census, selector: Selector) -> None:
    strange = [alike for sort, alike in census.active().items() if not selector.matches(dict(sort.labels))]
    for pod in [pod for alike in strange for pod in alike]:
        ref_manager.release(cluster, owner, pod)
        census.take(pod["metadata"]["name"])


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


# status


class _Counts(NamedTuple):
    """How many pods live, and how many there are of each sort."""

    active: int
    terminating: int
    labelled: int
    ready: int
    available: int


def _count(owner: Obj, claimed: Sorts, now: int) -> _Counts:
    """Mirrors the counting half of calculateStatus."""
    min_ready = owner["spec"].get("minReadySeconds", 0)
    labels = from_labels(dig(owner, "spec", "template", "metadata", "labels"))
    active = terminating = labelled = ready = available = 0
    for sort, pods in claimed.items():
        many = len(pods)
        if sort.is_active:
            active += many
            labelled += many * labels.matches(dict(sort.labels))
            ready += many * (sort.ready_since is not None)
            available += many * sort.is_available(min_ready, now)
        elif sort.phase not in pod_control.TERMINAL_PHASES:
            terminating += many
    return _Counts(active, terminating, labelled, ready, available)


def _status(owner: Obj, counts: _Counts, refusal: StatusError | None, now: int) -> Obj:
    """Mirrors calculateStatus and updateReplicaSetStatus."""
    status: Obj = {"replicas": counts.active}
    if owner["kind"] == "ReplicaSet":
        status["terminatingReplicas"] = counts.terminating
    of_active = {
        "fullyLabeledReplicas": counts.labelled,
        "readyReplicas": counts.ready,
        "availableReplicas": counts.available,
    }
    status.update((name, count) for name, count in of_active.items() if count)
    conditions = _conditions(owner, counts.active, refusal, now)
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


def _next_look(cluster: Cluster, owner: Obj, claimed: Sorts) -> int | None:
    """When the next pod turns available, or a refused one is tried again."""
    instants = []
    kept = cluster.recall(key_of(owner))
    if kept is not None:
        instants.append(kept["retry"])
    min_ready = owner["spec"].get("minReadySeconds", 0)
    if min_ready:
        since = {sort.ready_since for sort in claimed if sort.is_active and sort.ready_since is not None}
        due = (ready_since + min_ready * SECOND for ready_since in since)
        instants += [instant for instant in due if instant > cluster.now]
    return min(instants, default=None)
