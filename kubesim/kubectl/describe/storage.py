"""The descriptions of volumes, of claims to them, and of their classes.

Mirrors describePersistentVolume, describePersistentVolumeClaim and describeStorageClass.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, dig, is_terminating, labels_of
from kubesim.golang.fmt import text
from kubesim.kinds.common.cells import access_modes, format_labels, since
from kubesim.kubectl.describe.common import (
    describe_annotations,
    describe_attributes,
    describe_data_source,
    describe_events,
    describe_labels,
    describe_name,
    storage_class_of,
)
from kubesim.kubectl.describe.volumes import SOURCES, describe_fields
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from kubesim.kinds.base import Look

DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"

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


def describe_persistent_volume(obj: Obj, look: Look, now: int, *, show_events: bool) -> str:
    w = Description()
    meta, spec = obj["metadata"], obj["spec"]
    w.line("Name:", meta["name"])
    describe_labels(w, labels_of(obj))
    describe_annotations(w, annotations_of(obj))
    w.line("Finalizers:", text(meta.get("finalizers") or []))
    w.line("StorageClass:", storage_class_of(obj))
    w.line("Status:", _status(obj, now))
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
        describe_events(w, look.events_of(obj), now)
    return w.text()


def _status(obj: Obj, now: int) -> str:
    if is_terminating(obj):
        return f"Terminating (lasts {since(obj['metadata']['deletionTimestamp'], now)})"
    return str(dig(obj, "status", "phase", default=""))


def _describe_node_affinity(w: Description, needed: Obj | None) -> None:
    """Mirrors printVolumeNodeAffinity."""
    if needed is None:
        w.line("Node Affinity:", "<none>")
        return
    w.line("Node Affinity:", "")
    w.line("Required Terms:", "", level=1)
    for index, term in enumerate(needed.get("nodeSelectorTerms") or ()):
        told = [_requirement(one) for one in term.get("matchExpressions") or ()]
        _describe_term(w, f"Term {index}", told, level=2)


def _requirement(one: Obj) -> str:
    values = one.get("values")
    told = f"{one.get('key', '')} {one.get('operator', '').lower()}"
    return f"{told} [{', '.join(values)}]" if values else told


def _describe_term(w: Description, title: str, told: Iterable[str], level: int) -> None:
    for index, requirement in enumerate(told or ("<none>",)):
        w.line(*((f"{title}:",) if index == 0 else ("",)), requirement, level=level)


def _describe_source(w: Description, spec: Obj) -> None:
    name = next((name for name in _VOLUME_SOURCES if name in spec), None)
    if name is None:
        w.line("<unknown>", level=1)
        return
    what, fields = _VOLUME_SOURCES[name]
    describe_fields(w, what, spec[name], fields)
    if name == "csi":
        describe_attributes(w, spec[name].get("volumeAttributes"))


def describe_persistent_volume_claim(obj: Obj, look: Look, now: int, *, show_events: bool) -> str:
    w = Description()
    spec, status = obj["spec"], obj.get("status") or {}
    describe_name(w, obj)
    w.line("StorageClass:", storage_class_of(obj))
    w.line("Status:", _status(obj, now))
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
    w.entries("Used By", _users(obj, look))
    if show_events:
        describe_events(w, look.events_of(obj), now)
    return w.text()


def _users(claim: Obj, look: Look) -> list[str]:
    """The pods that mount the claim."""
    meta = claim["metadata"]
    return [
        pod["metadata"]["name"]
        for pod in look.list("Pod", meta["namespace"])
        if any(
            dig(volume, "persistentVolumeClaim", "claimName") == meta["name"]
            for volume in pod["spec"].get("volumes") or ()
        )
    ]


def describe_storage_class(obj: Obj, look: Look, now: int, *, show_events: bool) -> str:
    w = Description()
    w.line("Name:", obj["metadata"]["name"])
    w.line("IsDefaultClass:", "Yes" if annotations_of(obj).get(DEFAULT_CLASS) == "true" else "No")
    w.line("Annotations:", format_labels(annotations_of(obj)))
    w.line("Provisioner:", obj.get("provisioner", ""))
    w.line("Parameters:", format_labels(obj.get("parameters")))
    expansion = obj.get("allowVolumeExpansion")
    w.line("AllowVolumeExpansion:", "<unset>" if expansion is None else str(expansion))
    options = obj.get("mountOptions") or ()
    w.line("MountOptions:", *(() if options else ("<none>",)))
    for option in options:
        w.line(option, level=1)
    for title, field in (("ReclaimPolicy:", "reclaimPolicy"), ("VolumeBindingMode:", "volumeBindingMode")):
        if field in obj:
            w.line(title, obj[field])
    if "allowedTopologies" in obj:
        w.line("AllowedTopologies:", "")
        for index, term in enumerate(obj["allowedTopologies"]):
            told = [_requirement({**one, "operator": "In"}) for one in term.get("matchLabelExpressions") or ()]
            _describe_term(w, f"Term {index}", told, level=1)
    if show_events:
        describe_events(w, look.events_of(obj), now)
    return w.text()
