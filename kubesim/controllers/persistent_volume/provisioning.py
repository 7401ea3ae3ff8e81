"""Asking for a volume of a claim's class: the controller itself makes none. Mirrors provisionClaim."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, with_metadata
from kubesim.api.well_known import ANN_BETA_STORAGE_PROVISIONER, ANN_STORAGE_PROVISIONER
from kubesim.controllers import event_recorder
from kubesim.controllers.persistent_volume.binding import COMPONENT
from kubesim.controllers.volume_matching import class_name, class_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster


#: Provisioners that were part of Kubernetes once, and the drivers that do their work. Mirrors csi-translation-lib.
DRIVERS = {
    "kubernetes.io/aws-ebs": "ebs.csi.aws.com",
    "kubernetes.io/azure-disk": "disk.csi.azure.com",
    "kubernetes.io/azure-file": "file.csi.azure.com",
    "kubernetes.io/cinder": "cinder.csi.openstack.org",
    "kubernetes.io/gce-pd": "pd.csi.storage.gke.io",
    "kubernetes.io/portworx-volume": "pxd.portworx.com",
    "kubernetes.io/vsphere-volume": "csi.vsphere.vmware.com",
}


def ask_for_volume(cluster: Cluster, claim: Obj) -> None:
    """Name the provisioner in the claim, or say why there is none.

    Mirrors findProvisionablePlugin and provisionClaimOperationExternal.
    """
    found = class_of(cluster, claim)
    if found is None:
        why = f'storageclass.storage.k8s.io "{class_name(claim)}" not found'
        _record_once(cluster, claim, "Warning", "ProvisioningFailed", why)
        return
    provisioner = str(found.get("provisioner", ""))
    provisioner = DRIVERS.get(provisioner, provisioner)
    if provisioner.startswith("kubernetes.io/"):
        why = f"no volume plugin matched name: {provisioner}"
        _record_once(cluster, claim, "Warning", "ProvisioningFailed", why)
        return
    why = (
        f"Waiting for a volume to be created either by the external provisioner '{provisioner}' or "
        "manually by the system administrator. If volume creation is delayed, please verify that the provisioner "
        "is running and correctly registered."
    )
    _record_once(cluster, claim, "Normal", "ExternalProvisioning", why)
    notes = {ANN_BETA_STORAGE_PROVISIONER: provisioner, ANN_STORAGE_PROVISIONER: provisioner}
    asked = with_metadata(claim, annotations={**annotations_of(claim), **notes})
    cluster.update(asked)


def _record_once(cluster: Cluster, claim: Obj, event_type: str, reason: str, why: str) -> None:
    """Upstream records it again every 15 seconds."""
    if not any(event["message"] == why for event in cluster.events_of(claim)):
        event_recorder.record(cluster, claim, event_type, reason, why, COMPONENT)
