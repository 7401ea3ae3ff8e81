"""The plugin DefaultStorageClass: a claim that names no class gets the default one.

Mirrors plugin/pkg/admission/storage/storageclass/setdefault.
"""

from __future__ import annotations

from kubesim.api.meta import annotations_of
from kubesim.api.well_known import BETA_STORAGE_CLASS_ANNOTATION
from kubesim.kinds.persistent_volume_claim import default_class

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client


def admit(attributes: Attributes, client: Client) -> None:
    """Name the default class, if there is one."""
    claim = attributes.new
    if "storageClassName" in claim["spec"] or BETA_STORAGE_CLASS_ANNOTATION in annotations_of(claim):
        return
    name = default_class(client.list("StorageClass"))
    if name:
        claim["spec"]["storageClassName"] = name
