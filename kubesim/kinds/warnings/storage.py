"""Amounts of bytes that are no whole number, and volumes of old sorts."""

from __future__ import annotations

from kubesim.api import quantity
from kubesim.api.well_known import BETA_STORAGE_CLASS_ANNOTATION, MOUNT_OPTION_ANNOTATION
from kubesim.golang.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kubesim.api.meta import Obj

DEPRECATED_ANNOTATIONS = {
    BETA_STORAGE_CLASS_ANNOTATION: 'deprecated since v1.8; use "storageClassName" attribute instead',
    MOUNT_OPTION_ANNOTATION: 'deprecated since v1.31; use "mountOptions" attribute instead',
}
RECYCLE = "The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning."
DEPRECATED_VOLUMES = {
    "cephfs": "deprecated in v1.28, non-functional in v1.31+",
    "photonPersistentDisk": "deprecated in v1.11, non-functional in v1.16+",
    "scaleIO": "deprecated in v1.16, non-functional in v1.22+",
    "storageos": "deprecated in v1.22, non-functional in v1.25+",
    "glusterfs": "deprecated in v1.25, non-functional in v1.26+",
    "rbd": "deprecated in v1.28, non-functional in v1.31+",
}


def warnings_for_fractions(amounts: Mapping[str, str], path: str) -> list[str]:
    """Bytes of memory or storage that are no whole number."""
    return [
        f"{path}[{name}]: fractional byte value {quote(quantity.canonical(amounts[name]))} is invalid, "
        "must be an integer"
        for name in ("memory", "ephemeral-storage", "storage")
        if name in amounts and quantity.milli_value(amounts[name]) % 1000
    ]


def warnings_for_claim_spec(spec: Obj, path: str) -> list[str]:
    """Mirrors GetWarningsForPersistentVolumeClaimSpec."""
    resources = spec.get("resources") or {}
    found: list[str] = []
    for of in ("requests", "limits"):
        amount = (resources.get(of) or {}).get("storage")
        found += warnings_for_fractions({"storage": amount} if amount else {}, f"{path}.resources.{of}")
    return found
