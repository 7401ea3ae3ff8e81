"""The control loop of volumes: their phase, and what becomes of one after its claim is deleted. Mirrors syncVolume."""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, annotations_of, dig, is_terminating, with_metadata
from kubesim.api.well_known import ANN_BOUND_BY_CONTROLLER, ANN_DYNAMICALLY_PROVISIONED, PV_PROTECTION_FINALIZER
from kubesim.controllers import event_recorder
from kubesim.controllers.persistent_volume.binding import COMPONENT, release, set_phase
from kubesim.controllers.volume_matching import CLAIM, VOLUME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.cluster import Change, Cluster


class VolumeController:
    """Keeps the phase of volumes, and reclaims those that are released."""

    name = "persistentvolume"
    kind = VOLUME
    rank = 7

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {
            VOLUME: lambda _, change: () if change.new is None else (change.key,),
            CLAIM: _volume_of_claim,
        }

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Bring one volume to its phase; there is nothing to wait for."""
        volume = cluster.find(*key)
        if volume is None:
            return None
        phase = _phase_of(cluster, volume)
        if is_terminating(volume):
            release(cluster, volume, PV_PROTECTION_FINALIZER, is_used=phase == "Bound")
        elif phase == "Released":
            _reclaim(cluster, volume)
        elif phase == "Unbound":
            _unbind(cluster, volume)
        else:
            set_phase(cluster, volume, phase)
        return None


def _volume_of_claim(cluster: Cluster, change: Change) -> Iterable[Key]:  # noqa: ARG001
    names = {dig(claim, "spec", "volumeName") for claim in (change.old, change.new) if claim is not None}
    return [Key(VOLUME, "", name) for name in sorted(filter(None, names))]


def _phase_of(cluster: Cluster, volume: Obj) -> str:
    """The phase that a volume ought to have; Unbound where its claim has another volume. Mirrors syncVolume."""
    reference = volume["spec"].get("claimRef")
    if reference is None or not reference.get("uid"):
        return "Available"
    claim = cluster.find(CLAIM, reference["namespace"], reference["name"])
    if claim is None or claim["metadata"]["uid"] != reference["uid"]:
        return "Released"
    name = claim["spec"].get("volumeName")
    if not name:  # which the claim's own sync will mend
        return str(dig(volume, "status", "phase", default="Pending"))
    return "Bound" if name == volume["metadata"]["name"] else "Unbound"


def _unbind(cluster: Cluster, volume: Obj) -> None:
    """Free a volume after its claim was bound to another one. Mirrors unbindVolume."""
    spec, annotations = volume["spec"], annotations_of(volume)
    if ANN_BOUND_BY_CONTROLLER in annotations:
        spec = {name: value for name, value in spec.items() if name != "claimRef"}
        annotations = {name: value for name, value in annotations.items() if name != ANN_BOUND_BY_CONTROLLER}
    else:
        spec = {**spec, "claimRef": {k: v for k, v in spec["claimRef"].items() if k != "uid"}}
    freed = with_metadata({**volume, "spec": spec}, annotations=annotations or None)
    set_phase(cluster, cluster.update(freed), "Available")


def _reclaim(cluster: Cluster, volume: Obj) -> None:
    """Mirrors reclaimVolume and deleteVolumeOperation: provisioners delete what they made."""
    if dig(volume, "status", "phase") != "Failed":
        set_phase(cluster, volume, "Released")
    provisioner = annotations_of(volume).get(ANN_DYNAMICALLY_PROVISIONED, "")
    is_external = "csi" in volume["spec"] or (provisioner and not provisioner.startswith("kubernetes.io/"))
    if volume["spec"].get("persistentVolumeReclaimPolicy") != "Delete" or is_external:
        return
    wrong = _undeletable(volume)
    if wrong is None:
        cluster.delete(VOLUME, "", volume["metadata"]["name"])
    elif dig(volume, "status", "phase") != "Failed":
        volume = cluster.get(VOLUME, "", volume["metadata"]["name"])
        set_phase(cluster, volume, "Failed", wrong)
        event_recorder.record(cluster, volume, "Warning", "VolumeFailedDelete", wrong, COMPONENT)


def _undeletable(volume: Obj) -> str | None:
    """Why the controller cannot delete what is behind a volume: of hostPath, it deletes temporary folders alone."""
    path = dig(volume, "spec", "hostPath", "path")
    if path is None:
        name = volume["metadata"]["name"]
        return f'error getting deleter volume plugin for volume "{name}": no deletable volume plugin matched'
    if path.startswith("/tmp/") and len(path) > len("/tmp/"):
        return None
    return f"host_path deleter only supports /tmp/.+ but received provided {path}"
