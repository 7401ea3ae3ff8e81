"""A provisioner for the classes of others: whatever makes volumes in the cluster that is meant, it is taken to work."""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, annotations_of, is_terminating, rfc3339
from kubesim.api.well_known import ANN_DYNAMICALLY_PROVISIONED, ANN_SELECTED_NODE, ANN_STORAGE_PROVISIONER
from kubesim.controllers.local_path_provisioner import volume as local_path
from kubesim.controllers.volume_matching import (
    CLAIM,
    NO_PROVISIONER,
    VOLUME,
    class_name,
    class_of,
    requested,
    waits_for_consumer,
)
from kubesim.sim.engine import Registered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.cluster import Change, Cluster

#: What a class has that is taken to be there.
ANY = "kubesim.dev/any"


class Provisioner:
    """Makes a volume for each claim of a class whose provisioner does not run here, as soon as it is wanted."""

    name = "any-provisioner"
    kind = CLAIM
    rank = 6

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {CLAIM: _itself}

    def sync(self, cluster: Cluster, key: Key) -> None:
        """Make the volume of one claim, if it wants one."""
        claim = cluster.find(*key)
        if claim is not None and _wants_volume(cluster, claim):
            volume = _volume(cluster, claim)
            if cluster.find(VOLUME, "", volume["metadata"]["name"]) is None:
                cluster.create(volume)


#: How the engine knows it.
PROVISIONER = Registered(Provisioner.name, CLAIM, Provisioner.rank, Provisioner, frozenset((CLAIM,)))


def _itself(cluster: Cluster, change: Change) -> Iterable[Key]:  # noqa: ARG001
    return () if change.new is None else (change.key,)


def _wants_volume(cluster: Cluster, claim: Obj) -> bool:
    annotations = annotations_of(claim)
    by = annotations.get(ANN_STORAGE_PROVISIONER, local_path.NAME)
    if claim["spec"].get("volumeName") or is_terminating(claim) or by in (local_path.NAME, NO_PROVISIONER):
        return False
    return ANN_SELECTED_NODE in annotations or not waits_for_consumer(cluster, claim)


def _volume(cluster: Cluster, claim: Obj) -> Obj:
    meta, spec = claim["metadata"], claim["spec"]
    by, name = annotations_of(claim)[ANN_STORAGE_PROVISIONER], f"pvc-{meta['uid']}"
    reference = {field: meta[field] for field in ("name", "namespace", "resourceVersion", "uid")}
    return {
        "apiVersion": "v1",
        "kind": VOLUME,
        "metadata": {"annotations": {ANN_DYNAMICALLY_PROVISIONED: by}, "name": name},
        "spec": {
            "accessModes": list(spec.get("accessModes") or ()),
            "capacity": {"storage": requested(claim)},
            "claimRef": {"apiVersion": "v1", "kind": CLAIM, **reference},
            "csi": {"driver": by, "volumeHandle": name},
            "persistentVolumeReclaimPolicy": (class_of(cluster, claim) or {}).get("reclaimPolicy", "Delete"),
            "storageClassName": class_name(claim),
            "volumeMode": spec.get("volumeMode", "Filesystem"),
        },
        "status": {"lastPhaseTransitionTime": rfc3339(cluster.now), "phase": "Pending"},
    }
