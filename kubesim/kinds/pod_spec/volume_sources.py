"""What is wrong with the sources of volumes that lie on a network: those of pods and of PersistentVolumes.

Mirrors the validate...VolumeSource functions of pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

import re

from kubesim.api import names
from kubesim.api.fields import FieldError, invalid, invalid_for_each, not_supported, one_of, required, too_long

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kubesim.api.meta import Obj

    Rule = Callable[[Obj, str, bool], list[FieldError]]

# Fields that must be there.
_REQUIRED = {
    "awsElasticBlockStore": ("volumeID",),
    "azureFile": ("secretName", "shareName"),
    "cephfs": ("monitors",),
    "cinder": ("volumeID",),
    "flexVolume": ("driver",),
    "gcePersistentDisk": ("pdName",),
    "glusterfs": ("endpoints", "path"),
    "photonPersistentDisk": ("pdID",),
    "portworxVolume": ("volumeID",),
    "rbd": ("monitors", "image"),
    "scaleIO": ("gateway", "system", "volumeName"),
    "vsphereVolume": ("volumePath",),
}
_PAIRS = "must be a host:port pair or multiple pairs separated by commas"
_RESERVED = "kubernetes.io and k8s.io namespaces are reserved"
_INITIATORS = {
    "iqn": re.compile(r"iqn\.\d{4}-\d{2}\.([0-9A-Za-z\-.]+)(:[^,;*&$|\s]+)$"),
    "eui": re.compile(r"^eui.[0-9A-Za-z]{16}$"),
    "naa": re.compile(r"^naa.[0-9A-Za-z]{32}$"),
}
_LONGEST_DRIVER_NAME = 63


def validate_volume_source(kind: str, source: Obj, path: str, *, of_volume: bool = False) -> list[FieldError]:
    """``kind`` is the field that holds the source; ``of_volume`` says that a PersistentVolume has it, and no pod."""
    path = f"{path}.persistentDisk" if kind == "gcePersistentDisk" else f"{path}.{kind}"
    wrong = _missing(source, path, _REQUIRED.get(kind, ()))
    rule = _RULES.get(kind)
    return wrong + rule(source, path, of_volume) if rule else wrong


def _missing(source: Obj, path: str, fields: Sequence[str]) -> list[FieldError]:
    return [required(f"{path}.{name}") for name in fields if not source.get(name)]


def _validate_partition(source: Obj, path: str, of_volume: bool) -> list[FieldError]:  # noqa: ARG001
    partition = source.get("partition", 0)
    return [] if 0 <= partition <= 255 else [invalid(f"{path}.partition", partition, *names.in_range(0, 1, 255))]


def _validate_glusterfs(source: Obj, path: str, of_volume: bool) -> list[FieldError]:
    namespace, path = source.get("endpointsNamespace"), f"{path}.endpointsNamespace"
    if not of_volume or namespace is None:
        return []
    if not namespace:
        return [invalid(path, namespace, "if the endpointnamespace is set, it must be a valid namespace name")]
    return invalid_for_each(path, namespace, names.is_dns_1123_label(namespace))


def _validate_flocker(source: Obj, path: str, of_volume: bool) -> list[FieldError]:  # noqa: ARG001
    name, uuid = source.get("datasetName", ""), source.get("datasetUUID")
    wrong: list[FieldError] = []
    if not name and not uuid:
        wrong.append(required(path, "one of datasetName and datasetUUID is required"))
    if name and uuid:
        wrong.append(invalid(path, "resource", "datasetName and datasetUUID can not be specified simultaneously"))
    if "/" in name:
        wrong.append(invalid(f"{path}.datasetName", name, "must not contain '/'"))
    return wrong


def _validate_quobyte(source: Obj, path: str, of_volume: bool) -> list[FieldError]:  # noqa: ARG001
    registry = source.get("registry", "")
    wrong: list[FieldError] = []
    if not registry:
        wrong.append(required(f"{path}.registry", _PAIRS))
    elif len(source.get("tenant", "").encode()) >= 65:
        wrong.append(required(f"{path}.tenant", "must be a UUID and may not exceed a length of 64 characters"))
    else:
        pairs = registry.split(",")
        wrong += [invalid(f"{path}.registry", registry, _PAIRS) for pair in pairs if pair.count(":") != 1]
    return wrong + _missing(source, path, ("volume",))


def _validate_iscsi(source: Obj, path: str, of_volume: bool) -> list[FieldError]:
    iqn, lun = source.get("iqn", ""), source.get("lun", 0)
    wrong = _missing(source, path, ("targetPortal", "iqn"))
    wrong += _validate_initiator(iqn, f"{path}.iqn", of_volume) if iqn else []
    wrong += invalid_for_each(f"{path}.lun", lun, names.in_range(lun, 0, 255))
    has_secret = source.get("secretRef") is not None
    if (source.get("chapAuthDiscovery") or source.get("chapAuthSession")) and not has_secret:
        wrong.append(required(f"{path}.secretRef"))
    if of_volume and has_secret:
        wrong += _missing(source["secretRef"], f"{path}.secretRef", ("name",))
    initiator = source.get("initiatorName")
    return wrong if initiator is None else wrong + _validate_initiator(initiator, f"{path}.initiatorname", of_volume)


def _validate_initiator(name: str, path: str, of_volume: bool) -> list[FieldError]:
    form = _INITIATORS.get(name[:3])
    if form is None:
        return [invalid(path, name, "must be valid format" + ("" if of_volume else " starting with iqn, eui, or naa"))]
    return [] if form.search(name) else [invalid(path, name, "must be valid format")]


def _validate_cinder(source: Obj, path: str, of_volume: bool) -> list[FieldError]:
    secret = source.get("secretRef")
    fields = ("name", "namespace") if of_volume else ("name",)
    return [] if secret is None else _missing(secret, f"{path}.secretRef", fields)


def _validate_fc(source: Obj, path: str, of_volume: bool) -> list[FieldError]:  # noqa: ARG001
    targets, wwids, lun = source.get("targetWWNs"), source.get("wwids"), source.get("lun")
    wrong: list[FieldError] = []
    if not targets and not wwids:
        wrong.append(required(f"{path}.targetWWNs", "must specify either targetWWNs or wwids, but not both"))
    if targets and wwids:
        why = "targetWWNs and wwids can not be specified simultaneously"
        wrong.append(invalid(f"{path}.targetWWNs", targets, why))
    if targets and lun is None:
        wrong.append(required(f"{path}.lun", "lun is required if targetWWNs is specified"))
    elif targets:
        wrong += invalid_for_each(f"{path}.lun", lun, names.in_range(lun or 0, 0, 255))
    return wrong


def _validate_flex(source: Obj, path: str, of_volume: bool) -> list[FieldError]:  # noqa: ARG001
    wrong: list[FieldError] = []
    for key in sorted(source.get("options") or ()):
        prefix, slash, _ = key.partition("/")
        if f".{(prefix if slash else key).lower()}".endswith((".kubernetes.io", ".k8s.io")):
            wrong.append(invalid(f"{path}.options[{key}]", key, _RESERVED))
    return wrong


def _validate_azure_file(source: Obj, path: str, of_volume: bool) -> list[FieldError]:
    is_empty = of_volume and source.get("secretNamespace") == ""
    return [required(f"{path}.secretNamespace")] if is_empty else []


def _validate_azure_disk(source: Obj, path: str, of_volume: bool) -> list[FieldError]:  # noqa: ARG001
    uri, mode, kind = source.get("diskURI", ""), source.get("cachingMode"), source.get("kind")
    wrong = _missing(source, path, ("diskName", "diskURI"))
    if mode is not None:
        wrong += one_of(f"{path}.cachingMode", mode, ("None", "ReadOnly", "ReadWrite"))
    if kind is None:
        return wrong
    wrong += one_of(f"{path}.kind", kind, ("Dedicated", "Managed", "Shared"))
    managed = "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"
    blob = "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"
    begin, form = ("/subscriptions/", managed) if kind == "Managed" else ("https://", blob)
    return wrong if uri.startswith(begin) else [*wrong, not_supported(f"{path}.diskURI", uri, (form,))]


def _validate_storage_os(source: Obj, path: str, of_volume: bool) -> list[FieldError]:
    wrong = _missing(source, path, ("volumeName",))
    for field in ("volumeName", "volumeNamespace"):
        value = source.get(field)
        wrong += invalid_for_each(f"{path}.{field}", value, names.is_dns_1123_label(value)) if value else []
    return wrong + _validate_cinder(source, path, of_volume)


def _validate_csi(source: Obj, path: str, of_volume: bool) -> list[FieldError]:
    wrong = validate_csi_driver_name(source.get("driver", ""), f"{path}.driver")
    if of_volume:
        wrong += _missing(source, path, ("volumeHandle",))
        for action in ("controllerPublish", "controllerExpand", "nodePublish", "nodeExpand"):
            secret = source.get(f"{action}SecretRef")
            wrong += [] if secret is None else _validate_secret(secret, f"{path}.{action}SecretRef")
        return wrong
    secret = source.get("nodePublishSecretRef")
    if secret is None:
        return wrong
    name = secret.get("name", "")
    if not name:
        return [*wrong, required(f"{path}.nodePublishSecretRef.name")]
    return wrong + invalid_for_each(f"{path}.name", name, names.is_dns_1123_subdomain(name))


def validate_csi_driver_name(name: str, path: str) -> list[FieldError]:
    """Mirrors ValidateCSIDriverName."""
    if not name:
        return [required(path)]
    wrong = [too_long(path, _LONGEST_DRIVER_NAME)] if len(name.encode()) > _LONGEST_DRIVER_NAME else []
    return wrong + invalid_for_each(path, name, names.is_dns_1123_subdomain(name.lower()))


def _validate_secret(secret: Obj, path: str) -> list[FieldError]:
    """Mirrors validatePVSecretReference."""
    wrong: list[FieldError] = []
    for field, rule in (("name", names.is_dns_1123_subdomain), ("namespace", names.is_dns_1123_label)):
        value = secret.get(field, "")
        wrong += invalid_for_each(f"{path}.{field}", value, rule(value)) if value else [required(f"{path}.{field}")]
    return wrong


_RULES: dict[str, Rule] = {
    "awsElasticBlockStore": _validate_partition,
    "azureDisk": _validate_azure_disk,
    "azureFile": _validate_azure_file,
    "cinder": _validate_cinder,
    "csi": _validate_csi,
    "fc": _validate_fc,
    "flexVolume": _validate_flex,
    "flocker": _validate_flocker,
    "gcePersistentDisk": _validate_partition,
    "glusterfs": _validate_glusterfs,
    "iscsi": _validate_iscsi,
    "quobyte": _validate_quobyte,
    "storageos": _validate_storage_os,
}
