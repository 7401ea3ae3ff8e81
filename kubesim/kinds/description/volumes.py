"""The volumes of a pod or a pod template. Mirrors describeVolumes and its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kubesim.api.gofmt import text
from kubesim.kinds.description.common import describe_annotations, describe_labels

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kubesim.api.meta import Obj
    from kubesim.kinds.description.writer import Description

# Of each volume source, what it is, and its fields: the title, the field's name, what is shown where it is missing.
SOURCES: dict[str, tuple[str, tuple[tuple[str, str, Any], ...]]] = {
    "hostPath": (
        "HostPath (bare host directory volume)",
        (("Path", "path", ""), ("HostPathType", "type", "<none>")),
    ),
    "emptyDir": (
        "EmptyDir (a temporary directory that shares a pod's lifetime)",
        (("Medium", "medium", ""), ("SizeLimit", "sizeLimit", "<unset>")),
    ),
    "secret": (
        "Secret (a volume populated by a Secret)",
        (("SecretName", "secretName", ""), ("Optional", "optional", False)),
    ),
    "configMap": (
        "ConfigMap (a volume populated by a ConfigMap)",
        (("Name", "name", ""), ("Optional", "optional", False)),
    ),
    "nfs": (
        "NFS (an NFS mount that lasts the lifetime of a pod)",
        (("Server", "server", ""), ("Path", "path", ""), ("ReadOnly", "readOnly", False)),
    ),
    "persistentVolumeClaim": (
        "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        (("ClaimName", "claimName", ""), ("ReadOnly", "readOnly", False)),
    ),
    "csi": (
        "CSI (a Container Storage Interface (CSI) volume source)",
        (("Driver", "driver", ""), ("FSType", "fsType", ""), ("ReadOnly", "readOnly", False)),
    ),
    "image": (
        "Image (a container image or OCI artifact)",
        (("Reference", "reference", ""), ("PullPolicy", "pullPolicy", "")),
    ),
    "gitRepo": (
        "GitRepo (a volume that is pulled from git when the pod is created)",
        (("Repository", "repository", ""), ("Revision", "revision", "")),
    ),
    "gcePersistentDisk": (
        "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
        (
            ("PDName", "pdName", ""),
            ("FSType", "fsType", ""),
            ("Partition", "partition", 0),
            ("ReadOnly", "readOnly", False),
        ),
    ),
    "awsElasticBlockStore": (
        "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
        (
            ("VolumeID", "volumeID", ""),
            ("FSType", "fsType", ""),
            ("Partition", "partition", 0),
            ("ReadOnly", "readOnly", False),
        ),
    ),
}


def describe_volumes(w: Description, volumes: Sequence[Obj] | None, space: str = "") -> None:
    """``space`` is put before the title in a pod template."""
    if not volumes:
        w.line(f"{space}Volumes:", "<none>")
        return
    w.line(f"{space}Volumes:")
    for volume in volumes:
        w.line(f"{space[:1]}{volume['name']}:", level=1)
        _describe_source(w, volume)


def _describe_source(w: Description, volume: Obj) -> None:
    name = next((name for name in volume if name != "name"), "")
    source = volume.get(name) or {}
    if name == "projected":
        _describe_projected(w, source)
    elif name == "downwardAPI":
        _describe_downward_api(w, source)
    elif name == "ephemeral":
        _describe_ephemeral(w, source)
    elif name in SOURCES:
        what, fields = SOURCES[name]
        w.line("Type:", what, level=2)
        for title, field, missing in fields:
            w.line(f"{title}:", text(source.get(field, missing)), level=2)
        if name == "csi":
            _describe_attributes(w, source.get("volumeAttributes"))
    else:
        w.line("<unknown>", level=1)


def _describe_projected(w: Description, projected: Obj) -> None:
    """Mirrors printProjectedVolumeSource."""
    w.line("Type:", "Projected (a volume that contains injected data from multiple sources)", level=2)
    for source in projected.get("sources") or ():
        if "secret" in source:
            _describe_reference(w, "SecretName:", source["secret"])
        elif "downwardAPI" in source:
            w.line("DownwardAPI:", "true", level=2)
        elif "configMap" in source:
            _describe_reference(w, "ConfigMapName:", source["configMap"])
        elif "serviceAccountToken" in source:
            w.line("TokenExpirationSeconds:", source["serviceAccountToken"].get("expirationSeconds", 3600), level=2)


def _describe_reference(w: Description, title: str, reference: Obj) -> None:
    w.line(title, reference.get("name", ""), level=2)
    w.line("Optional:", text(reference.get("optional", False)), level=2)


def _describe_downward_api(w: Description, source: Obj) -> None:
    w.line("Type:", "DownwardAPI (a volume populated by information about the pod)", level=2)
    w.line("Items:", level=2)
    for item in source.get("items") or ():
        if "fieldRef" in item:
            w.line(f"{item['fieldRef']['fieldPath']} -> {item['path']}", level=3)
        if "resourceFieldRef" in item:
            w.line(f"{item['resourceFieldRef']['resource']} -> {item['path']}", level=3)


def _describe_ephemeral(w: Description, source: Obj) -> None:
    """Mirrors printEphemeralVolumeSource: the claim that is made and deleted with the pod."""
    what = "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)"
    w.line("Type:", what, level=2)
    claim = source.get("volumeClaimTemplate")
    if not claim:
        return
    spec, meta = claim.get("spec") or {}, claim.get("metadata") or {}
    w.line("StorageClass:", spec.get("storageClassName", ""), level=2)
    w.line("Volume:", spec.get("volumeName", ""), level=2)
    describe_labels(w, meta.get("labels"), "    Labels")
    describe_annotations(w, meta.get("annotations"), "    Annotations")
    w.line("Capacity:", "", level=2)
    w.line("Access Modes:", "", level=2)
    if "volumeMode" in spec:
        w.line("VolumeMode:", spec["volumeMode"], level=2)


def _describe_attributes(w: Description, attributes: Mapping[str, str] | None) -> None:
    lines = [f"{key}={value}" for key, value in sorted((attributes or {}).items())]
    w.entries("    VolumeAttributes", lines)
