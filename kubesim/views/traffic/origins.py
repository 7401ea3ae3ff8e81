"""What the pods behind a Service come from, and whether a rollout of it is under way."""

from __future__ import annotations

from kubesim.api.meta import Obj, controller_of, dig, labels_of
from kubesim.api.revisions import known_revision_of
from kubesim.api.selectors import from_labels
from kubesim.api.well_known import CONTROLLER_REVISION_HASH_LABEL_KEY
from kubesim.errors import UserError
from kubesim.kubectl.rollout_kinds import WITH_ROLLOUTS
from kubesim.kubectl.rollout_status import status
from kubesim.views.traffic.model import Origin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Cluster


def origin_of(cluster: Cluster, pod: Obj) -> Origin:
    """What a pod comes from, by the revision that its owner has now."""
    namespace, owner = pod["metadata"]["namespace"], controller_of(pod)
    if owner is None:
        return Origin(f"pod/{pod['metadata']['name']}", 0)
    if owner["kind"] == "ReplicaSet":
        return _of_replica_set(cluster, namespace, owner["name"])
    revision = _of_controller_revision(cluster, namespace, owner, labels_of(pod))
    return Origin(f"{owner['kind'].lower()}/{owner['name']}", revision)


def _of_replica_set(cluster: Cluster, namespace: str, name: str) -> Origin:
    replica_set = cluster.find("ReplicaSet", namespace, name)
    owner = None if replica_set is None else controller_of(replica_set)
    if replica_set is None or owner is None:
        return Origin(f"replicaset/{name}", 0)
    return Origin(f"{owner['kind'].lower()}/{owner['name']}", known_revision_of(replica_set) or 0)


def _of_controller_revision(cluster: Cluster, namespace: str, owner: Obj, labels: dict[str, str]) -> int:
    """The number of the revision that a StatefulSet or DaemonSet made a pod with those labels of."""
    hashed = labels.get(CONTROLLER_REVISION_HASH_LABEL_KEY)
    for revision in cluster.list("ControllerRevision", namespace) if hashed else ():
        names = (revision["metadata"]["name"], labels_of(revision).get(CONTROLLER_REVISION_HASH_LABEL_KEY))
        by = controller_of(revision)
        if hashed in names and by is not None and by["uid"] == owner["uid"]:
            return int(revision["revision"])
    return 0


def is_rolling_out(cluster: Cluster, service: Obj) -> bool:
    """Whether ``rollout status`` waits for a workload behind the Service; a paused one will not go on by itself."""
    return any(_is_under_way(obj) for obj in workloads_behind(cluster, service) if not dig(obj, "spec", "paused"))


def is_recreated(cluster: Cluster, service: Obj) -> bool:
    """Whether a workload behind the Service ends its old pods before it makes new ones."""
    return any(dig(obj, "spec", "strategy", "type") == "Recreate" for obj in workloads_behind(cluster, service))


def workloads_behind(cluster: Cluster, service: Obj) -> Iterator[Obj]:
    """The objects with rollouts the pods of which the Service selects."""
    namespace, selector = service["metadata"]["namespace"], from_labels(dig(service, "spec", "selector"))
    for kind in WITH_ROLLOUTS:
        for obj in cluster.list(kind, namespace):
            if selector.matches(labels_of(obj["spec"]["template"])):
                yield obj


def _is_under_way(workload: Obj) -> bool:
    try:
        return not status(workload).done
    except UserError:  # it has failed, or is one that is updated by hand
        return False
