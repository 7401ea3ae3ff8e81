"""What is wrong with a PersistentVolume. Mirrors ValidatePersistentVolumeSpec, in its order."""

from __future__ import annotations

import posixpath

from kubesim.api import names, quantity
from kubesim.api.fields import (
    NOT_POSITIVE,
    FieldError,
    forbidden,
    immutable,
    invalid,
    invalid_for_each,
    not_supported,
    one_of,
    required,
)
from kubesim.kinds.pod_spec.paths import validate_no_backsteps
from kubesim.kinds.pod_spec.scheduling import validate_node_selector
from kubesim.kinds.pod_spec.volume_sources import validate_volume_source
from kubesim.kinds.pod_spec.volumes import validate_host_path, validate_nfs
from kubesim.kinds.validation.persistent_volume_claim import validate_access_modes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.api.meta import Obj

#: The sources, in the order in which they are validated.
SOURCES = (
    *("hostPath", "gcePersistentDisk", "awsElasticBlockStore", "glusterfs", "flocker", "nfs", "rbd", "quobyte"),
    *("cephfs", "iscsi", "cinder", "fc", "flexVolume", "azureFile", "vsphereVolume", "photonPersistentDisk"),
    *("portworxVolume", "azureDisk", "scaleIO", "local", "storageos", "csi"),
)
_POLICIES = ("Delete", "Recycle", "Retain")
_MODES = ("Block", "Filesystem")
_INLINE = "in the context of inline volumes"


def validate_persistent_volume(obj: Obj) -> list[FieldError]:
    """Mirrors ValidatePersistentVolume."""
    return _validate_spec(obj["spec"])


def _validate_spec(spec: Obj) -> list[FieldError]:
    """``spec`` has its defaults."""
    policy, name = spec["persistentVolumeReclaimPolicy"], spec.get("storageClassName")
    modes = spec.get("accessModes") or ()
    wrong = [] if modes else [required("spec.accessModes")]
    wrong += validate_access_modes(modes, "spec.accessModes")
    wrong += _validate_capacity(spec.get("capacity") or {}, "spec.capacity")
    wrong += one_of("spec.persistentVolumeReclaimPolicy", policy, _POLICIES) if policy else []
    if "nodeAffinity" in spec:
        wrong += _validate_affinity(spec["nodeAffinity"], "spec.nodeAffinity")
    wrong += _validate_sources(spec, "spec")
    path = (spec.get("hostPath") or {}).get("path", "")
    if path and policy == "Recycle" and posixpath.normpath(path).lstrip("/") == "":
        why = "may not be 'recycle' for a hostPath mount of '/'"
        wrong.append(forbidden("spec.persistentVolumeReclaimPolicy", why))
    if name:
        wrong += invalid_for_each("spec.storageClassName", name, names.is_dns_1123_subdomain(name))
    wrong += one_of("spec.volumeMode", spec["volumeMode"], _MODES)
    attributes = spec.get("volumeAttributesClassName")
    return wrong if attributes is None else wrong + _validate_attributes_class(attributes, spec)


def _validate_attributes_class(name: str, spec: Obj) -> list[FieldError]:
    path = "spec.volumeAttributesClassName"
    wrong = invalid_for_each(path, name, names.is_dns_1123_subdomain(name)) if name else []
    wrong += [] if name else [required(path, "an empty string is disallowed")]
    why = "has to be specified when using volumeAttributesClassName"
    return wrong if "csi" in spec else [*wrong, required("spec.csi", why)]


def validate_inline_volume(spec: Obj, path: str) -> list[FieldError]:
    """A volume that no object stands for, as a VolumeAttachment may have it."""
    wrong = [
        forbidden(f"{path}.{field}", f"may not be specified {_INLINE}")
        for field in ("claimRef", "capacity")
        if spec.get(field)
    ]
    wrong += [] if "csi" in spec else [required(f"{path}.csi", f"has to be specified {_INLINE}")]
    modes, policy = spec.get("accessModes") or (), spec.get("persistentVolumeReclaimPolicy")
    wrong += [] if modes else [required(f"{path}.accessModes")]
    wrong += validate_access_modes(modes, f"{path}.accessModes")
    if policy and policy != "Retain":
        wrong.append(forbidden(f"{path}.persistentVolumeReclaimPolicy", f"may only be Retain {_INLINE}"))
    if "nodeAffinity" in spec:
        wrong.append(forbidden(f"{path}.nodeAffinity", f"may not be specified {_INLINE}"))
    wrong += _validate_sources(spec, path)
    if spec.get("storageClassName"):
        wrong.append(forbidden(f"{path}.storageClassName", f"may not be specified {_INLINE}"))
    if spec.get("volumeMode", "Filesystem") != "Filesystem":
        why = f"may not specify volumeMode other than Filesystem {_INLINE}"
        wrong.append(forbidden(f"{path}.volumeMode", why))
    return wrong


def _validate_capacity(capacity: Obj, path: str) -> list[FieldError]:
    wrong = [] if capacity else [required(path)]
    if "storage" not in capacity or len(capacity) > 1:
        wrong.append(not_supported(path, capacity or None, ("storage",)))
    for name in sorted(capacity):
        at, amount = f"{path}[{name}]", capacity[name]
        if quantity.compare(amount, "0") < 0:
            wrong.append(invalid(at, quantity.value(amount), "must be a valid resource quantity"))
        if quantity.compare(amount, "0") <= 0:
            wrong.append(invalid(at, amount, NOT_POSITIVE))
    return wrong


def _validate_affinity(affinity: Obj, path: str) -> list[FieldError]:
    needed = affinity.get("required")
    if needed is None:
        return [required(f"{path}.required", "must specify required node constraints")]
    return validate_node_selector(needed, f"{path}.required")


def _validate_sources(spec: Obj, path: str) -> list[FieldError]:
    given = [source for source in SOURCES if source in spec]
    if not given:
        return [required(path, "must specify a volume type")]
    first, *others = given
    if first in _RULES:
        wrong = _RULES[first](spec[first], f"{path}.{first}")
    else:
        wrong = validate_volume_source(first, spec[first], path, of_volume=True)
    if first == "local" and "nodeAffinity" not in spec:
        wrong.append(required(f"{path}.nodeAffinity", "Local volume requires node affinity"))
    others = ["cephFS" if other == "cephfs" else other for other in others]
    return wrong + [forbidden(f"{path}.{other}", "may not specify more than 1 volume type") for other in others]


def _validate_local(source: Obj, path: str) -> list[FieldError]:
    target = source.get("path", "")
    return validate_no_backsteps(target, f"{path}.path") if target else [required(f"{path}.path")]


_RULES: dict[str, Callable[[Obj, str], list[FieldError]]] = {
    "hostPath": validate_host_path,
    "nfs": validate_nfs,
    "local": _validate_local,
}


def validate_persistent_volume_update(new: Obj, old: Obj) -> list[FieldError]:
    """The source and the mode of a volume cannot change. Mirrors ValidatePersistentVolumeUpdate."""
    wrong = validate_persistent_volume(new)
    spec, before = new["spec"], old["spec"]
    if any(spec.get(source) != before.get(source) for source in SOURCES):
        from kubesim.kinds.pod_spec.internal_form import difference, volume_source_struct

        shown = difference(volume_source_struct(before), volume_source_struct(spec))
        why = f"spec.persistentvolumesource is immutable after creation\n{shown}"
        wrong.append(forbidden("spec.persistentvolumesource", why))
    return wrong + immutable("volumeMode", spec["volumeMode"], before["volumeMode"])
