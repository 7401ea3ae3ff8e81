"""What is wrong with a pod's volumes and a container's mounts of them.

Mirrors ValidateVolumes, ValidateVolumeMounts and ValidateVolumeDevices of pkg/apis/core/validation.
"""

from __future__ import annotations

from kubesim.api import names, quantity
from kubesim.api.fields import FieldError, duplicate, forbidden, invalid, invalid_for_each, not_found, one_of, required
from kubesim.kinds.pod_spec.environment import VOLUME_FIELDS, validate_field_ref, validate_resource_field_ref
from kubesim.kinds.pod_spec.paths import (
    validate_descending,
    validate_file_mode,
    validate_no_backsteps,
    validate_not_reserved,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kubesim.api.meta import Obj

HOST_PATH_TYPES = (
    "",
    "BlockDevice",
    "CharDevice",
    "Directory",
    "DirectoryOrCreate",
    "File",
    "FileOrCreate",
    "Socket",
)

# The sources in the order in which upstream validates them.
SOURCES = (
    "emptyDir",
    "hostPath",
    "gitRepo",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "secret",
    "nfs",
    "iscsi",
    "glusterfs",
    "flocker",
    "persistentVolumeClaim",
    "rbd",
    "cinder",
    "cephfs",
    "quobyte",
    "downwardAPI",
    "fc",
    "flexVolume",
    "configMap",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "storageos",
    "projected",
    "scaleIO",
    "csi",
    "ephemeral",
    "image",
)

# What upstream calls the sources that are one too many, where it calls them otherwise.
_SECOND_NAMES = {"cephfs": "cephFS", "downwardAPI": "downwarAPI"}

# Sources of which no more is asked than that a field is there.
_REQUIRED_FIELDS = {"gitRepo": ("repository",), "persistentVolumeClaim": ("claimName",)}


def validate_volumes(volumes: Iterable[Obj], path: str, pod_name: str = "") -> tuple[dict[str, Obj], list[FieldError]]:
    """The volumes that are right, by name, and everything that is wrong with the others.

    ``pod_name`` is "" in templates: it says which claims ephemeral volumes will make.
    """
    volumes = list(volumes)
    made = {f"{pod_name}-{volume.get('name', '')}" for volume in volumes if pod_name and "ephemeral" in volume}
    found: dict[str, Obj] = {}
    wrong: list[FieldError] = []
    for index, volume in enumerate(volumes):
        at = f"{path}[{index}]"
        errors = _validate_source(volume, at) + _validate_name(volume.get("name", ""), found, f"{at}.name")
        if not errors:
            found[volume["name"]] = volume
        wrong += errors
        claim = (volume.get("persistentVolumeClaim") or {}).get("claimName")
        if claim in made:
            why = "must not reference a PVC that gets created for an ephemeral volume"
            wrong.append(invalid(f"{at}.persistentVolumeClaim.claimName", claim, why))
    return found, wrong


def _validate_name(name: str, found: Mapping[str, Obj], path: str) -> list[FieldError]:
    wrong = invalid_for_each(path, name, names.is_dns_1123_label(name)) if name else [required(path)]
    return [*wrong, duplicate(path, name)] if name in found else wrong


def _validate_source(volume: Obj, path: str) -> list[FieldError]:
    """Exactly one source; of several only the first is validated."""
    kinds = [kind for kind in SOURCES if kind in volume]
    if not kinds:
        return [required(path, "must specify a volume type")]
    second = [_SECOND_NAMES.get(kind, kind) for kind in kinds[1:]]
    wrong = [forbidden(f"{path}.{kind}", "may not specify more than 1 volume type") for kind in second]
    kind = kinds[0]
    validate = _VALIDATORS.get(kind)
    errors = validate(volume[kind], f"{path}.{kind}") if validate else _validate_other(kind, volume[kind], path)
    return errors + wrong


def _validate_other(kind: str, source: Obj, path: str) -> list[FieldError]:
    """A source that few pods have."""
    from kubesim.kinds.pod_spec.volume_sources import validate_volume_source

    if kind in _REQUIRED_FIELDS:
        return [required(f"{path}.{kind}.{name}") for name in _REQUIRED_FIELDS[kind] if not source.get(name)]
    return validate_volume_source(kind, source, path)


def _validate_empty_dir(source: Obj, path: str) -> list[FieldError]:
    limit = source.get("sizeLimit")
    if limit is not None and quantity.compare(limit, "0") < 0:
        return [forbidden(f"{path}.sizeLimit", "SizeLimit field must be a valid resource quantity")]
    return []


def validate_host_path(source: Obj, path: str) -> list[FieldError]:
    target = source.get("path", "")
    if not target:
        return [required(f"{path}.path")]
    wrong = validate_no_backsteps(target, f"{path}.path")
    return wrong + one_of(f"{path}.type", source.get("type", ""), HOST_PATH_TYPES)


def validate_nfs(source: Obj, path: str) -> list[FieldError]:
    target = source.get("path", "")
    wrong = [required(f"{path}.{name}") for name in ("server", "path") if not source.get(name)]
    if not target.startswith("/"):
        wrong.append(invalid(f"{path}.path", target, "must be an absolute path"))
    return wrong


def _validate_secret(source: Obj, path: str) -> list[FieldError]:
    wrong = [] if source.get("secretName") else [required(f"{path}.secretName")]
    return wrong + _validate_files(source, path)


def _validate_config_map(source: Obj, path: str) -> list[FieldError]:
    wrong = [] if source.get("name") else [required(f"{path}.name")]
    return wrong + _validate_files(source, path)


def _validate_files(source: Obj, path: str) -> list[FieldError]:
    wrong = validate_file_mode(source.get("defaultMode"), f"{path}.defaultMode")
    for index, item in enumerate(source.get("items") or ()):
        wrong += _validate_item(item, f"{path}.items[{index}]")
    return wrong


def _validate_item(item: Obj, path: str) -> list[FieldError]:
    """Mirrors validateKeyToPath."""
    wrong = [required(f"{path}.{name}") for name in ("key", "path") if not item.get(name)]
    wrong += validate_not_reserved(item.get("path", ""), f"{path}.path")
    return wrong + validate_file_mode(item.get("mode"), f"{path}.mode")


def _validate_downward(source: Obj, path: str) -> list[FieldError]:
    wrong = validate_file_mode(source.get("defaultMode"), f"{path}.defaultMode")
    for file in source.get("items") or ():
        wrong += _validate_downward_file(file, path)
    return wrong


def _validate_downward_file(file: Obj, path: str) -> list[FieldError]:
    wrong = [] if file.get("path") else [required(f"{path}.path")]
    wrong += validate_not_reserved(file.get("path", ""), f"{path}.path")
    if "fieldRef" in file:
        wrong += validate_field_ref(file["fieldRef"], VOLUME_FIELDS, f"{path}.fieldRef")
        if "resourceFieldRef" in file:
            why = "fieldRef and resourceFieldRef can not be specified simultaneously"
            wrong.append(invalid(path, "resource", why))
    elif "resourceFieldRef" in file:
        wrong += validate_resource_field_ref(file["resourceFieldRef"], f"{path}.resourceFieldRef", in_volume=True)
    else:
        wrong.append(required(path, "one of fieldRef and resourceFieldRef is required"))
    return wrong + validate_file_mode(file.get("mode"), f"{path}.mode")


_PROJECTIONS = ("secret", "configMap", "downwardAPI", "serviceAccountToken", "clusterTrustBundle", "podCertificate")


def _validate_projected(source: Obj, path: str) -> list[FieldError]:
    wrong = validate_file_mode(source.get("defaultMode"), f"{path}.defaultMode")
    used: set[str] = set()
    for index, projection in enumerate(source.get("sources") or ()):
        at = f"{path}.sources[{index}]"
        kinds = [kind for kind in _PROJECTIONS if kind in projection]
        for kind in kinds:
            wrong += _validate_projection(kind, projection[kind], f"{at}.{kind}", path)
            wrong += _validate_unique_paths(kind, projection[kind], used, path)
        if len(kinds) > 1:
            wrong.append(forbidden(at, "may not specify more than 1 volume type per source"))
    return wrong


def _validate_projection(kind: str, projection: Obj, path: str, volume_path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    if kind in ("secret", "configMap"):
        wrong += [] if projection.get("name") else [required(f"{path}.name")]
        for index, item in enumerate(projection.get("items") or ()):
            wrong += _validate_item(item, f"{path}.items[{index}]")
    elif kind == "downwardAPI":
        for file in projection.get("items") or ():
            wrong += _validate_downward_file(file, path)
    elif kind == "serviceAccountToken":
        wrong += _validate_token(projection, path, volume_path)
    return wrong


def _validate_token(token: Obj, path: str, volume_path: str) -> list[FieldError]:
    seconds, at = token.get("expirationSeconds", 0), f"{path}.expirationSeconds"
    wrong: list[FieldError] = []
    if seconds < 600:
        wrong.append(invalid(at, seconds, "may not specify a duration less than 10 minutes"))
    if seconds > 2**32:
        wrong.append(invalid(at, seconds, "may not specify a duration larger than 2^32 seconds"))
    target = token.get("path", "")
    at = f"{volume_path}.path"
    return wrong + (validate_not_reserved(target, at) if target else [required(at)])


def _validate_unique_paths(kind: str, projection: Obj, used: set[str], path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    for item in projection.get("items") or ():
        target = item.get("path", "")
        if target in used:
            shown = target if kind == "downwardAPI" else projection.get("name", "")
            wrong.append(invalid(path, shown, "conflicting duplicate paths"))
        elif target:
            used.add(target)
    return wrong


def _validate_ephemeral(source: Obj, path: str) -> list[FieldError]:
    at = f"{path}.volumeClaimTemplate"
    if "volumeClaimTemplate" not in source:
        return [required(at)]
    from kubesim.kinds.validation.persistent_volume_claim import validate_claim_spec

    return validate_claim_spec(source["volumeClaimTemplate"].get("spec") or {}, f"{at}.spec")


def _validate_image(source: Obj, path: str) -> list[FieldError]:
    wrong = [] if source.get("reference") else [required(f"{path}.reference")]
    policy = source.get("pullPolicy", "")
    return wrong + one_of(f"{path}.pullPolicy", policy, ("Always", "IfNotPresent", "Never"))


_VALIDATORS: dict[str, Callable[[Obj, str], list[FieldError]]] = {
    "configMap": _validate_config_map,
    "downwardAPI": _validate_downward,
    "emptyDir": _validate_empty_dir,
    "ephemeral": _validate_ephemeral,
    "hostPath": validate_host_path,
    "image": _validate_image,
    "nfs": validate_nfs,
    "projected": _validate_projected,
    "secret": _validate_secret,
}


# mounts


def validate_mounts(container: Obj, volumes: Mapping[str, Obj], path: str) -> list[FieldError]:
    """What is wrong with ``volumeMounts``, ``path`` being the list's."""
    devices = {device.get("name"): device.get("devicePath") for device in container.get("volumeDevices") or ()}
    seen: set[str] = set()
    wrong: list[FieldError] = []
    for index, mount in enumerate(container.get("volumeMounts") or ()):
        at, name, target = f"{path}[{index}]", mount.get("name", ""), mount.get("mountPath", "")
        wrong += [] if name else [required(f"{at}.name")]
        wrong += [] if name in volumes else [not_found(f"{at}.name", name)]
        wrong += [] if target else [required(f"{at}.mountPath")]
        if target in seen:
            wrong.append(invalid(f"{at}.mountPath", target, "must be unique"))
        seen.add(target)
        if name in devices:
            wrong.append(invalid(f"{at}.name", name, "must not already exist in volumeDevices"))
        if target in devices.values():
            why = "must not already exist as a path in volumeDevices"
            wrong.append(invalid(f"{at}.mountPath", target, why))
        wrong += _validate_mount_options(mount, container, at, path)
    return wrong


def _validate_mount_options(mount: Obj, container: Obj, path: str, list_path: str) -> list[FieldError]:
    sub_path, expression = mount.get("subPath", ""), mount.get("subPathExpr", "")
    wrong = validate_descending(sub_path, f"{list_path}.subPath") if sub_path else []
    if expression:
        if sub_path:
            why = "subPathExpr and subPath are mutually exclusive"
            wrong.append(invalid(f"{path}.subPathExpr", expression, why))
        wrong += validate_descending(expression, f"{list_path}.subPathExpr")
    if "mountPropagation" in mount:
        wrong += _validate_propagation(mount["mountPropagation"], container, f"{list_path}.mountPropagation")
    if "recursiveReadOnly" in mount:
        wrong += _validate_recursive_read_only(mount, f"{list_path}.recursiveReadOnly")
    return wrong


def _validate_propagation(mode: str, container: Obj, path: str) -> list[FieldError]:
    wrong = one_of(path, mode, ("Bidirectional", "HostToContainer", "None"))
    if mode == "Bidirectional" and not (container.get("securityContext") or {}).get("privileged"):
        why = "Bidirectional mount propagation is available only to privileged containers"
        wrong.append(forbidden(path, why))
    return wrong


def _validate_recursive_read_only(mount: Obj, path: str) -> list[FieldError]:
    mode = mount["recursiveReadOnly"]
    if mode == "Disabled":
        return []
    if mode not in ("Enabled", "IfPossible"):
        return one_of(path, mode, ("Disabled", "Enabled", "IfPossible"))
    wrong = [] if mount.get("readOnly") else [forbidden(path, "may only be specified when readOnly is true")]
    if mount.get("mountPropagation", "None") != "None":
        why = "may only be specified when mountPropagation is None or not specified"
        wrong.append(forbidden(path, why))
    return wrong


def validate_devices(container: Obj, volumes: Mapping[str, Obj], path: str) -> list[FieldError]:
    """What is wrong with ``volumeDevices``, ``path`` being the list's."""
    mounts = {mount.get("name"): mount.get("mountPath") for mount in container.get("volumeMounts") or ()}
    seen: set[str] = set()
    places: set[str] = set()
    wrong: list[FieldError] = []
    for index, device in enumerate(container.get("volumeDevices") or ()):
        at, name, target = f"{path}[{index}]", device.get("name", ""), device.get("devicePath", "")
        wrong += _validate_device_name(name, seen, volumes, f"{at}.name")
        wrong += [] if target else [required(f"{at}.devicePath")]
        if target in places:
            wrong.append(invalid(f"{at}.devicePath", target, "must be unique"))
        if ".." in target.split("/"):
            wrong.append(invalid(f"{at}.devicePath", target, "can not contain backsteps ('..')"))
        else:
            places.add(target)
        if name in mounts:
            wrong.append(invalid(f"{at}.name", name, "must not already exist in volumeMounts"))
        if target in mounts.values():
            wrong.append(invalid(f"{at}.devicePath", target, "must not already exist as a path in volumeMounts"))
        seen.update([name] if name else ())
    return wrong


def _validate_device_name(name: str, seen: set[str], volumes: Mapping[str, Obj], path: str) -> list[FieldError]:
    wrong = [] if name else [required(path)]
    if name in seen:
        wrong.append(invalid(path, name, "must be unique"))
    volume = volumes.get(name)
    if volume is None:
        wrong.append(not_found(path, name))
    elif "persistentVolumeClaim" not in volume and "ephemeral" not in volume:
        why = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
        wrong.append(invalid(path, name, why))
    return wrong
