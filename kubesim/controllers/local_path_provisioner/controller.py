"""The control loops of the provisioner: one over claims, one over volumes.

A claim that is being provisioned has a record ``{"tries": n, "begun": bool, "due": ms}``: how many tries failed, and
when the one that has begun ends, or else the next one begins.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND, Key, Obj, annotations_of, condition_of, dig, is_terminating, key_of, parse_time
from kubesim.api.well_known import ANN_DYNAMICALLY_PROVISIONED, ANN_SELECTED_NODE, ANN_STORAGE_PROVISIONER
from kubesim.controllers import event_recorder
from kubesim.controllers.local_path_provisioner.volume import NAME, new_volume, problem
from kubesim.controllers.volume_matching import CLAIM, VOLUME, class_name, waits_for_consumer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.cluster import Change, Cluster

# Where its pods are: in the namespace of its own manifests, or as part of the cluster.
NAMESPACES = ("local-path-storage", "kube-system")
LABEL = "local-path-provisioner"  # the value of their label app

WORK_TIME = 2 * SECOND  # the life of the helper pod that makes a folder, or removes it
FIRST_DELAY, LONGEST_DELAY = 15 * SECOND, 1000 * SECOND  # between two tries
TRIES = 15


class Provisioner:
    """Makes volumes for claims."""

    name = "local-path-provisioner"
    kind = CLAIM
    rank = 6

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {CLAIM: _itself, "Pod": _on_its_pod(CLAIM)}

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Begin, end or repeat the provisioning of one claim; the instant (ms) of the next step."""
        claim = cluster.find(*key)
        if claim is None:
            return None
        if not _wants_volume(cluster, claim):
            if cluster.recall(key) is not None:
                cluster.remember(key, None)
            return None
        pod = serving_pod(cluster)
        if pod is None:
            return None
        return _step(cluster, claim, f"{NAME}_{pod['metadata']['name']}_{pod['metadata']['uid']}")


class Deleter:
    """Deletes the volumes that it made once they are released."""

    name = "local-path-deleter"
    kind = VOLUME
    rank = 7

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {VOLUME: _itself, "Pod": _on_its_pod(VOLUME)}

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Delete one volume when its folder is removed; the instant (ms) of that."""
        volume = cluster.find(*key)
        if volume is None or not _is_to_go(volume) or serving_pod(cluster) is None:
            return None
        due = parse_time(volume["status"]["lastPhaseTransitionTime"]) + WORK_TIME
        if cluster.now < due:
            return due
        cluster.delete(*key)
        return None


def _itself(cluster: Cluster, change: Change) -> Iterable[Key]:  # noqa: ARG001
    return () if change.new is None else (change.key,)


def _on_its_pod(kind: str) -> Callable[[Cluster, Change], Iterable[Key]]:
    """Everything of a kind, once the provisioner has a pod that is ready."""

    def on_its_pod(cluster: Cluster, change: Change) -> Iterable[Key]:
        if change.key.namespace not in NAMESPACES or change.new is None or not _serves(change.new):
            return ()
        if change.old is not None and _serves(change.old):
            return ()
        return [key_of(obj) for obj in cluster.list(kind)]

    return on_its_pod


def _serves(pod: Obj) -> bool:
    if dig(pod, "metadata", "labels", "app") != LABEL or is_terminating(pod):
        return False
    ready = condition_of(pod, "Ready")
    return ready is not None and ready["status"] == "True"


def serving_pod(cluster: Cluster) -> Obj | None:
    """The pod that does the work, the first by name."""
    pods = (pod for namespace in NAMESPACES for pod in cluster.list("Pod", namespace))
    return next(filter(_serves, pods), None)


# a claim


def _wants_volume(cluster: Cluster, claim: Obj) -> bool:
    """Mirrors shouldProvision."""
    annotations = annotations_of(claim)
    if claim["spec"].get("volumeName") or is_terminating(claim) or annotations.get(ANN_STORAGE_PROVISIONER) != NAME:
        return False
    return ANN_SELECTED_NODE in annotations or not waits_for_consumer(cluster, claim)


def _step(cluster: Cluster, claim: Obj, component: str) -> int | None:
    """Begin a try, or end the one that is under way."""
    key = key_of(claim)
    record = cluster.recall(key)
    if record is not None and cluster.now < record["due"]:
        return int(record["due"])
    if record is None or not record["begun"]:
        tries = 0 if record is None else record["tries"]
        _begin(cluster, claim, component)
        wrong = problem(cluster, claim)
        if wrong is not None:
            return _fail(cluster, claim, component, wrong, tries + 1)
        due = cluster.now + WORK_TIME
        cluster.remember(key, {"tries": tries, "begun": True, "due": due})
        return due
    volume = cluster.create(new_volume(cluster, claim))
    why = f"Successfully provisioned volume {volume['metadata']['name']}"
    event_recorder.record(cluster, claim, "Normal", "ProvisioningSucceeded", why, component)
    cluster.remember(key, None)
    return None


def _begin(cluster: Cluster, claim: Obj, component: str) -> None:
    meta = claim["metadata"]
    why = f'External provisioner is provisioning volume for claim "{meta["namespace"]}/{meta["name"]}"'
    event_recorder.record(cluster, claim, "Normal", "Provisioning", why, component)


def _fail(cluster: Cluster, claim: Obj, component: str, wrong: str, tries: int) -> int | None:
    """Say why, and try again ever later, so many times."""
    why = f'failed to provision volume with StorageClass "{class_name(claim)}": {wrong}'
    event_recorder.record(cluster, claim, "Warning", "ProvisioningFailed", why, component)
    due = cluster.now + min(FIRST_DELAY << (tries - 1), LONGEST_DELAY)
    cluster.remember(key_of(claim), {"tries": tries, "begun": False, "due": due})
    return due if tries < TRIES else None


# a volume


def _is_to_go(volume: Obj) -> bool:
    """Mirrors shouldDelete."""
    if annotations_of(volume).get(ANN_DYNAMICALLY_PROVISIONED) != NAME or is_terminating(volume):
        return False
    policy, phase = volume["spec"].get("persistentVolumeReclaimPolicy"), dig(volume, "status", "phase")
    return (policy, phase) == ("Delete", "Released")
