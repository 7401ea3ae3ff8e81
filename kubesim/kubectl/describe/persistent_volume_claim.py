"""The description of a PersistentVolumeClaim. Mirrors describePersistentVolumeClaim."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, dig, labels_of
from kubesim.golang.fmt import text
from kubesim.kinds.common.cells import access_modes
from kubesim.kubectl.describe.common import (
    describe_annotations,
    describe_data_source,
    describe_events,
    describe_labels,
    describe_name,
    phase_text,
    storage_class_of,
)
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Reader


def describe_persistent_volume_claim(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    w = Description()
    spec, status = obj["spec"], obj.get("status") or {}
    describe_name(w, obj)
    w.line("StorageClass:", storage_class_of(obj))
    w.line("Status:", phase_text(obj, now))
    w.line("Volume:", spec.get("volumeName", ""))
    describe_labels(w, labels_of(obj))
    describe_annotations(w, annotations_of(obj))
    w.line("Finalizers:", text(obj["metadata"].get("finalizers") or []))
    is_bound = bool(spec.get("volumeName"))
    w.line("Capacity:", dig(status, "capacity", "storage", default="0") if is_bound else "")
    w.line("Access Modes:", access_modes(status.get("accessModes")) if is_bound else "")
    if "volumeMode" in spec:
        w.line("VolumeMode:", spec["volumeMode"])
    describe_data_source(w, spec.get("dataSource"))
    w.entries("Used By", _users(obj, reader))
    if show_events:
        describe_events(w, reader.events_of(obj), now)
    return w.text()


def _users(claim: Obj, reader: Reader) -> list[str]:
    """The pods that mount the claim."""
    meta = claim["metadata"]
    return [
        pod["metadata"]["name"]
        for pod in reader.list("Pod", meta["namespace"])
        if any(
            dig(volume, "persistentVolumeClaim", "claimName") == meta["name"]
            for volume in pod["spec"].get("volumes") or ()
        )
    ]
