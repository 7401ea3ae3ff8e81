"""The plugin PersistentVolumeClaimResize: a claim grows only where its class lets it.

Mirrors plugin/pkg/admission/storage/persistentvolume/resize.
"""

from __future__ import annotations

from kubesim.api import quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client

_NOT_RESIZABLE = (
    "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize"
)


def validate(attributes: Attributes, client: Client) -> None:
    """StatusError Forbidden for a claim that grows and may not."""
    new, old = attributes.new, attributes.old or {}
    size, before = (claim["spec"]["resources"]["requests"]["storage"] for claim in (new, old))
    if quantity.compare(size, before) <= 0:
        return
    found = client.find("StorageClass", "", new["spec"].get("storageClassName") or "")
    if found is None or not found.get("allowVolumeExpansion"):
        raise attributes.forbidden(_NOT_RESIZABLE)
