"""A claim and a volume become each other's, and are released. Mirrors bind and the protection controllers."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, rfc3339, with_metadata
from kubesim.api.well_known import ANN_BIND_COMPLETED, ANN_BOUND_BY_CONTROLLER
from kubesim.controllers.volume_matching import reserved_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster

COMPONENT = "persistentvolume-controller"


def bind(cluster: Cluster, claim: Obj, volume: Obj) -> None:
    """Note each in the other, and that they are bound. Mirrors bind."""
    volume = cluster.update(reserved_for(volume, claim))
    set_phase(cluster, volume, "Bound")
    notes = {**annotations_of(claim), ANN_BIND_COMPLETED: "yes"}
    if not claim["spec"].get("volumeName"):
        notes[ANN_BOUND_BY_CONTROLLER] = "yes"
    named = {**claim, "spec": {**claim["spec"], "volumeName": volume["metadata"]["name"]}}
    claim = cluster.update(with_metadata(named, annotations=notes))
    spec = volume["spec"]
    status = {"accessModes": spec.get("accessModes"), "capacity": dict(spec.get("capacity") or {}), "phase": "Bound"}
    cluster.update_status(claim, status)


def set_phase(cluster: Cluster, volume: Obj, phase: str, message: str = "") -> None:
    """Mirrors updateVolumePhase: the message is of that phase."""
    status = {name: value for name, value in volume.get("status", {}).items() if name != "message"}
    if status.get("phase") == phase:
        return
    status.update(phase=phase, lastPhaseTransitionTime=rfc3339(cluster.now))
    cluster.update_status(volume, {**status, "message": message} if message else status)


def release(cluster: Cluster, obj: Obj, finalizer: str, *, is_used: bool) -> None:
    """Take a protecting finalizer from a deleted object that nothing uses any more."""
    finalizers = obj["metadata"].get("finalizers") or []
    if finalizer in finalizers and not is_used:
        kept = [name for name in finalizers if name != finalizer]
        cluster.update(with_metadata(obj, finalizers=kept or None))
