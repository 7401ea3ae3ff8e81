"""The volumes of a pod or a pod template. Mirrors describeVolumes and its parts."""

from __future__ import annotations

from kubesim.golang.fmt import text
from kubesim.kubectl.describe.common import (
    describe_attributes,
    describe_data_source,
    describe_nested_metadata,
    storage_class_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.kubectl.describe.writer import Description

# Of each volume source, what it is, and its fields: the title, the field's name, what is shown where it is missing.
SOURCES: dict[str, tuple[str, tuple[tuple[str, str, Any], ...]]] = {
    "hostPath": (
        "HostPath (bare host directory volume)",
        (("Path:", "path", ""), ("HostPathType:", "type", "<none>")),
    ),
    "emptyDir": (
        "EmptyDir (a temporary directory that shares a pod's lifetime)",
        (("Medium:", "medium", ""), ("SizeLimit:", "sizeLimit", "<unset>")),
    ),
    "secret": (
        "Secret (a volume populated by a Secret)",
        (("SecretName:", "secretName", ""), ("Optional:", "optional", False)),
    ),
    "configMap": (
        "ConfigMap (a volume populated by a ConfigMap)",
        (("Name:", "name", ""), ("Optional:", "optional", False)),
    ),
    "nfs": (
        "NFS (an NFS mount that lasts the lifetime of a pod)",
        (("Server:", "server", ""), ("Path:", "path", ""), ("ReadOnly:", "readOnly", False)),
    ),
    "persistentVolumeClaim": (
        "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        (("ClaimName:", "claimName", ""), ("ReadOnly:", "readOnly", False)),
    ),
    "csi": (
        "CSI (a Container Storage Interface (CSI) volume source)",
        (("Driver:", "driver", ""), ("FSType:", "fsType", ""), ("ReadOnly:", "readOnly", False)),
    ),
    "image": (
        "Image (a container image or OCI artifact)",
        (("Reference:", "reference", ""), ("PullPolicy:", "pullPolicy", "")),
    ),
    "gitRepo": (
        "GitRepo (a volume that is pulled from git when the pod is created)",
        (("Repository:", "repository", ""), ("Revision:", "revision", "")),
    ),
    "gcePersistentDisk": (
        "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
        (
            ("PDName:", "pdName", ""),
            ("FSType:", "fsType", ""),
            ("Partition:", "partition", 0),
            ("ReadOnly:", "readOnly", False),
        ),
    ),
    "awsElasticBlockStore": (
        "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
        (
            ("VolumeID:", "volumeID", ""),
            ("FSType:", "fsType", ""),
            ("Partition:", "partition", 0),
            ("ReadOnly:", "readOnly", False),
        ),
    ),
    "iscsi": (
        "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
        (
            ("TargetPortal:", "targetPortal", ""),
            ("IQN:", "iqn", ""),
            ("Lun:", "lun", 0),
            ("ISCSIInterface", "iscsiInterface", ""),
            ("FSType:", "fsType", ""),
            ("ReadOnly:", "readOnly", False),
            ("Portals:", "portals", []),
            ("DiscoveryCHAPAuth:", "chapAuthDiscovery", False),
            ("SessionCHAPAuth:", "chapAuthSession", False),
            ("SecretRef:", "secretRef", None),
            ("InitiatorName:", "initiatorName", "<none>"),
        ),
    ),
    "glusterfs": (
        "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
        (("EndpointsName:", "endpoints", ""), ("Path:", "path", ""), ("ReadOnly:", "readOnly", False)),
    ),
    "rbd": (
        "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
        (
            ("CephMonitors:", "monitors", []),
            ("RBDImage:", "image", ""),
            ("FSType:", "fsType", ""),
            ("RBDPool:", "pool", ""),
            ("RadosUser:", "user", ""),
            ("Keyring:", "keyring", ""),
            ("SecretRef:", "secretRef", None),
            ("ReadOnly:", "readOnly", False),
        ),
    ),
    "quobyte": (
        "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
        (("Registry:", "registry", ""), ("Volume:", "volume", ""), ("ReadOnly:", "readOnly", False)),
    ),
    "azureDisk": (
        "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
        (
            ("DiskName:", "diskName", ""),
            ("DiskURI:", "diskURI", ""),
            ("Kind: ", "kind", ""),
            ("FSType:", "fsType", ""),
            ("CachingMode:", "cachingMode", ""),
            ("ReadOnly:", "readOnly", False),
        ),
    ),
    "vsphereVolume": (
        "vSphereVolume (a Persistent Disk resource in vSphere)",
        (
            ("VolumePath:", "volumePath", ""),
            ("FSType:", "fsType", ""),
            ("StoragePolicyName:", "storagePolicyName", ""),
        ),
    ),
    "cinder": (
        "Cinder (a Persistent Disk resource in OpenStack)",
        (
            ("VolumeID:", "volumeID", ""),
            ("FSType:", "fsType", ""),
            ("ReadOnly:", "readOnly", False),
            ("SecretRef:", "secretRef", None),
        ),
    ),
    "photonPersistentDisk": (
        "PhotonPersistentDisk (a Persistent Disk resource in photon platform)",
        (("PdID:", "pdID", ""), ("FSType:", "fsType", "")),
    ),
    "portworxVolume": ("PortworxVolume (a Portworx Volume resource)", (("VolumeID:", "volumeID", ""),)),
    "scaleIO": (
        "ScaleIO (a persistent volume backed by a block device in ScaleIO)",
        (
            ("Gateway:", "gateway", ""),
            ("System:", "system", ""),
            ("Protection Domain:", "protectionDomain", ""),
            ("Storage Pool:", "storagePool", ""),
            ("Storage Mode:", "storageMode", ""),
            ("VolumeName:", "volumeName", ""),
            ("FSType:", "fsType", ""),
            ("ReadOnly:", "readOnly", False),
        ),
    ),
    "cephfs": (
        "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
        (
            ("Monitors:", "monitors", []),
            ("Path:", "path", ""),
            ("User:", "user", ""),
            ("SecretFile:", "secretFile", ""),
            ("SecretRef:", "secretRef", None),
            ("ReadOnly:", "readOnly", False),
        ),
    ),
    "storageos": (
        "StorageOS (a StorageOS Persistent Disk resource)",
        (
            ("VolumeName:", "volumeName", ""),
            ("VolumeNamespace:", "volumeNamespace", ""),
            ("FSType:", "fsType", ""),
            ("ReadOnly:", "readOnly", False),
        ),
    ),
    "fc": (
        "FC (a Fibre Channel disk)",
        (
            ("TargetWWNs:", "targetWWNs", []),
            ("LUN:", "lun", "<none>"),
            ("FSType:", "fsType", ""),
            ("ReadOnly:", "readOnly", False),
        ),
    ),
    "azureFile": (
        "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
        (("SecretName:", "secretName", ""), ("ShareName:", "shareName", ""), ("ReadOnly:", "readOnly", False)),
    ),
    "flexVolume": (
        "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)",
        (
            ("Driver:", "driver", ""),
            ("FSType:", "fsType", ""),
            ("SecretRef:", "secretRef", None),
            ("ReadOnly:", "readOnly", False),
            ("Options:", "options", {}),
        ),
    ),
    "flocker": (
        "Flocker (a Flocker volume mounted by the Flocker agent)",
        (("DatasetName:", "datasetName", ""), ("DatasetUUID:", "datasetUUID", "")),
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
        describe_fields(w, what, source, fields)
        if name == "csi":
            describe_attributes(w, source.get("volumeAttributes"))
    else:
        w.line("<unknown>", level=1)


def describe_fields(w: Description, what: str, source: Obj, fields: tuple[tuple[str, str, Any], ...]) -> None:
    """What a volume is, and the fields of its source."""
    w.line("Type:", what, level=2)
    for title, field, missing in fields:
        w.line(title, _shown(field, source.get(field, missing)), level=2)


def _shown(field: str, value: Any) -> str:
    """A field's value as Go prints it."""
    if field == "secretRef":
        if value is None:
            return "nil"
        kind = "SecretReference" if "namespace" in value else "LocalObjectReference"
        members = "".join(f"{name.title()}:{value[name]}," for name in ("name", "namespace") if name in value)
        return f"&{kind}{{{members}}}"
    if field == "targetWWNs":
        return ", ".join(value)
    if field == "sizeLimit" and value != "<unset>":
        from kubesim.api import quantity

        return str(value) if quantity.value(value) > 0 else "<unset>"
    return text(value)


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
    spec = claim.get("spec") or {}
    w.line("StorageClass:", storage_class_of(claim), level=2)
    w.line("Volume:", spec.get("volumeName", ""), level=2)
    describe_nested_metadata(w, claim.get("metadata") or {}, level=2)
    w.line("Capacity:", "", level=2)
    w.line("Access Modes:", "", level=2)
    if "volumeMode" in spec:
        w.line("VolumeMode:", spec["volumeMode"], level=2)
    describe_data_source(w, spec.get("dataSource"), level=2)
