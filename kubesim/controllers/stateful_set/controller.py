"""The StatefulSet controller: what it watches, the order of its questions, and the status.

Mirrors pkg/controller/statefulset/stateful_set.go and the status of stateful_set_control.go.
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, is_terminating, labels_of
from kubesim.api.selectors import from_label_selector
from kubesim.controllers import controller_history, pod_control, pod_owners, ref_manager, retries
from kubesim.controllers.stateful_set import update
from kubesim.controllers.stateful_set.identity import is_member
from kubesim.controllers.stateful_set.revisions import revisions_of, truncate_history
from kubesim.errors import StatusError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kubesim.cluster import Change, Cluster


class StatefulSetController:
    """Syncs StatefulSets."""

    name = "statefulset"
    kind = "StatefulSet"
    rank = 40

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        owners = pod_owners.owners_of("StatefulSet")
        return {"StatefulSet": _itself, "ControllerRevision": owners, "Pod": owners}

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """One step towards the spec, and the status; returns when to sync again (ms). Mirrors UpdateStatefulSet."""
        obj = cluster.find(*key)
        if obj is None:
            return None
        revisions = revisions_of(cluster, obj)
        members = _claim(cluster, obj)
        step = update.update_of(cluster, obj, revisions, members)
        due = None if is_terminating(obj) else _run(step, key)
        cluster.update_status(obj, _status(step, members))
        truncate_history(cluster, obj, revisions, members)
        return _next_look(step, members, due)


def _itself(cluster: Cluster, change: Change) -> Iterable[Key]:  # noqa: ARG001
    """Its status too: what it is at decides which revisions may go."""
    return () if change.new is None else (change.key,)


def _claim(cluster: Cluster, obj: Obj) -> list[Obj]:
    """The pods that are the StatefulSet's by their labels and names. Mirrors getPodsForStatefulSet."""
    selector = from_label_selector(obj["spec"]["selector"])
    claimed = []
    for pod in cluster.owned(obj, "Pod"):
        if selector.matches(labels_of(pod)) and is_member(obj, pod):
            claimed.append(pod)
        elif not is_terminating(obj):
            ref_manager.release(cluster, obj, pod)
    if not is_terminating(obj):
        orphans = ref_manager.adoptable(selector, cluster.orphans("Pod", obj["metadata"]["namespace"]))
        claimed += [ref_manager.adopt(cluster, obj, pod) for pod in orphans if is_member(obj, pod)]
    return claimed


def _run(step: update.Update, key: Key) -> int | None:
    """Do what is to be done unless that was refused lately; when it is tried again (ms)."""
    due = retries.waits_until(step.cluster, key)
    if due is not None:
        return due
    try:
        update.run(step)
    except StatusError:
        return retries.refused(step.cluster, key)
    retries.succeeded(step.cluster, key)
    return None


# status


def _status(step: update.Update, members: Sequence[Obj]) -> Obj:
    """The pods there were at the beginning, counted. Mirrors updateStatus and completeRollingUpdate."""
    current, target = (revision["metadata"]["name"] for revision in (step.revisions.current, step.revisions.update))
    ready = sum(_is_running_and_ready(pod) for pod in members)
    at_current, at_target = _count(members, current), _count(members, target)
    at_current -= step.deleted_for_update
    wanted = step.obj["spec"]["replicas"]
    is_rolling = step.obj["spec"]["updateStrategy"]["type"] == "RollingUpdate"
    if is_rolling and at_target == ready == len(members) == wanted:
        current, at_current = target, at_target
    counts = {"readyReplicas": ready, "currentReplicas": at_current, "updatedReplicas": at_target}
    return {
        "availableReplicas": sum(_is_running_and_ready(pod) and step.is_available(pod) for pod in members),
        "collisionCount": step.revisions.collisions,
        "currentRevision": current,
        "observedGeneration": step.obj["metadata"].get("generation", 1),
        "replicas": len(members),
        "updateRevision": target,
        **{field: count for field, count in counts.items() if count},
    }


def _is_running_and_ready(pod: Obj) -> bool:
    return pod["status"].get("phase") == "Running" and pod_control.is_ready(pod)


def _count(members: Sequence[Obj], revision: str) -> int:
    """How many pods are of a revision and stay."""
    return sum(controller_history.hash_label(pod) == revision and not is_terminating(pod) for pod in members)


def _next_look(step: update.Update, members: Sequence[Obj], due: int | None) -> int | None:
    instants = [due]
    min_ready = step.obj["spec"].get("minReadySeconds", 0)
    if min_ready:
        instants += [pod_control.available_at(pod, min_ready) for pod in members]
    return min((instant for instant in instants if instant is not None and instant > step.cluster.now), default=None)
