"""The description of a PersistentVolume. Mirrors describePersistentVolume."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, dig, labels_of
from kubesim.golang.fmt import text
from kubesim.kinds.common.cells import access_modes
from kubesim.kubectl.describe.common import (
    describe_annotations,
    describe_attributes,
    describe_events,
    describe_labels,
    describe_term,
    phase_text,
    requirement_text,
    storage_class_of,
)
from kubesim.kubectl.describe.volumes import SOURCES, describe_fields
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.kinds.base import Reader

# Sources that pods do not have, or that have more fields in volumes.
_VOLUME_SOURCES: dict[str, tuple[str, tuple[tuple[str, str, Any], ...]]] = {
    **SOURCES,
    "azureFile": (
        "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
        (
            ("SecretName:", "secretName", ""),
            ("SecretNamespace:", "secretNamespace", ""),
            ("ShareName:", "shareName", ""),
            ("ReadOnly:", "readOnly", False),
        ),
    ),
    "glusterfs": (
        "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
        (
            ("EndpointsName:", "endpoints", ""),
            ("EndpointsNamespace:", "endpointsNamespace", "<unset>"),
            ("Path:", "path", ""),
            ("ReadOnly:", "readOnly", False),
        ),
    ),
    "local": ("LocalVolume (a persistent volume backed by local storage on a node)", (("Path:", "path", ""),)),
    "csi": (
        "CSI (a Container Storage Interface (CSI) volume source)",
        (
            ("Driver:", "driver", ""),
            ("FSType:", "fsType", ""),
            ("VolumeHandle:", "volumeHandle", ""),
            ("ReadOnly:", "readOnly", False),
        ),
    ),
}


def describe_persistent_volume(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    w = Description()
    meta, spec = obj["metadata"], obj["spec"]
    w.line("Name:", meta["name"])
    describe_labels(w, labels_of(obj))
    describe_annotations(w, annotations_of(obj))
    w.line("Finalizers:", text(meta.get("finalizers") or []))
    w.line("StorageClass:", storage_class_of(obj))
    w.line("Status:", phase_text(obj, now))
    claim = spec.get("claimRef")
    w.line("Claim:", f"{claim.get('namespace', '')}/{claim.get('name', '')}" if claim else "")
    w.line("Reclaim Policy:", spec.get("persistentVolumeReclaimPolicy", ""))
    w.line("Access Modes:", access_modes(spec.get("accessModes")))
    if "volumeMode" in spec:
        w.line("VolumeMode:", spec["volumeMode"])
    w.line("Capacity:", dig(spec, "capacity", "storage", default="0"))
    _describe_node_affinity(w, dig(spec, "nodeAffinity", "required"))
    w.line("Message:", dig(obj, "status", "message", default=""))
    w.line("Source:")
    _describe_source(w, spec)
    if show_events:
        describe_events(w, reader.events_of(obj), now)
    return w.text()


def _describe_node_affinity(w: Description, needed: Obj | None) -> None:
    """Mirrors printVolumeNodeAffinity."""
    if needed is None:
        w.line("Node Affinity:", "<none>")
        return
    w.line("Node Affinity:", "")
    w.line("Required Terms:", "", level=1)
    for index, term in enumerate(needed.get("nodeSelectorTerms") or ()):
        requirements = [requirement_text(one) for one in term.get("matchExpressions") or ()]
        describe_term(w, f"Term {index}", requirements, level=2)


def _describe_source(w: Description, spec: Obj) -> None:
    name = next((name for name in _VOLUME_SOURCES if name in spec), None)
    if name is None:
        w.line("<unknown>", level=1)
        return
    what, fields = _VOLUME_SOURCES[name]
    describe_fields(w, what, spec[name], fields)
    if name == "csi":
        describe_attributes(w, spec[name].get("volumeAttributes"))
