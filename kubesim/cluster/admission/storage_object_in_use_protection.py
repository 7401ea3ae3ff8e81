"""The plugin StorageObjectInUseProtection: a volume or a claim does not go while it is in use.

Mirrors plugin/pkg/admission/storage/storageobjectinuseprotection.
"""

from __future__ import annotations

from kubesim.api.well_known import PV_PROTECTION_FINALIZER, PVC_PROTECTION_FINALIZER, VAC_PROTECTION_FINALIZER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client

FINALIZERS = {
    "PersistentVolume": PV_PROTECTION_FINALIZER,
    "PersistentVolumeClaim": PVC_PROTECTION_FINALIZER,
    "VolumeAttributesClass": VAC_PROTECTION_FINALIZER,
}


def admit(attributes: Attributes, client: Client) -> None:  # noqa: ARG001
    """Add the finalizer unless it is there."""
    meta, finalizer = attributes.new["metadata"], FINALIZERS[attributes.names.key]
    finalizers = meta.get("finalizers") or []
    if finalizer not in finalizers:
        meta["finalizers"] = [*finalizers, finalizer]
