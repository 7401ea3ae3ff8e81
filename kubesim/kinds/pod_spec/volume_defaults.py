"""What the API server fills in in volumes, in place. Mirrors pkg/apis/core/v1's SetDefaults for volume sources."""

from __future__ import annotations

from kubesim.kinds.pod_spec.image_name import tag_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.meta import Obj

# 0644
FILE_MODE = 420
HOUR = 3600

# Fields of a source that are filled in when they are missing (upstream: pointers) ...
_MISSING: dict[str, dict[str, Any]] = {
    "azureDisk": {"cachingMode": "ReadWrite", "fsType": "ext4", "readOnly": False, "kind": "Shared"},
    "configMap": {"defaultMode": FILE_MODE},
    "downwardAPI": {"defaultMode": FILE_MODE},
    "hostPath": {"type": ""},
    "projected": {"defaultMode": FILE_MODE},
    "secret": {"defaultMode": FILE_MODE},
}
# ... and when they are empty (upstream: plain values).
_EMPTY: dict[str, dict[str, Any]] = {
    "iscsi": {"iscsiInterface": "default"},
    "rbd": {"pool": "rbd", "user": "admin", "keyring": "/etc/ceph/keyring"},
    "scaleIO": {"storageMode": "ThinProvisioned", "fsType": "xfs"},
}


def default_volume(volume: Obj) -> None:
    """A volume without a source is an emptyDir."""
    if all(name == "name" for name in volume):
        volume["emptyDir"] = {}
    default_sources(volume)
    _default_parts(volume)


def default_sources(volume: Obj) -> None:
    """The fields of the sources that a volume has, or a PersistentVolume's spec."""
    for kind, source in volume.items():
        for field, value in _MISSING.get(kind, {}).items():
            source.setdefault(field, value)
        for field, value in _EMPTY.get(kind, {}).items():
            source[field] = source.get(field) or value


def _default_parts(volume: Obj) -> None:
    """The defaults further down in a source."""
    if "downwardAPI" in volume:
        _default_field_refs(volume["downwardAPI"])
    for source in (volume.get("projected") or {}).get("sources") or ():
        _default_projection(source)
    image = volume.get("image")
    if image is not None and not image.get("pullPolicy"):
        latest = tag_of(image.get("reference", "")) == "latest"
        image["pullPolicy"] = "Always" if latest else "IfNotPresent"
    template = (volume.get("ephemeral") or {}).get("volumeClaimTemplate")
    if template is not None:
        template.setdefault("metadata", {})
        default_claim_spec(template.setdefault("spec", {}))


def _default_projection(source: Obj) -> None:
    if "downwardAPI" in source:
        _default_field_refs(source["downwardAPI"])
    if "serviceAccountToken" in source:
        source["serviceAccountToken"].setdefault("expirationSeconds", HOUR)


def _default_field_refs(downward: Obj) -> None:
    for item in downward.get("items") or ():
        if "fieldRef" in item:
            item["fieldRef"]["apiVersion"] = item["fieldRef"].get("apiVersion") or "v1"


def default_claim_spec(spec: Obj) -> None:
    """The defaults of a PersistentVolumeClaimSpec."""
    spec.setdefault("resources", {})
    spec.setdefault("volumeMode", "Filesystem")
