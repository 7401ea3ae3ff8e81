"""What the provisioner makes of a claim. Mirrors provisionFor of rancher/local-path-provisioner."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, labels_of, rfc3339
from kubesim.api.well_known import (
    ANN_DYNAMICALLY_PROVISIONED,
    ANN_SELECTED_NODE,
    LABEL_HOSTNAME,
    PV_PROTECTION_FINALIZER,
)
from kubesim.controllers.volume_matching import CLAIM, class_name, class_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster

NAME = "rancher.io/local-path"
FOLDER = "/var/local-path-provisioner"  # of each node, as kind configures it


def problem(cluster: Cluster, claim: Obj) -> str | None:
    """Why there can be no volume for the claim, in the provisioner's words."""
    spec = claim["spec"]
    if "selector" in spec:
        return "claim.Spec.Selector is not supported"
    if any(mode not in ("ReadWriteOnce", "ReadWriteOncePod") for mode in spec.get("accessModes") or ()):
        return "NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes"
    node = annotations_of(claim).get(ANN_SELECTED_NODE)
    if node is None or cluster.find("Node", "", node) is None:
        return "configuration error, no node was specified"
    return None


def new_volume(cluster: Cluster, claim: Obj) -> Obj:
    """The volume for a claim, which is reserved for it, on the node that was selected."""
    meta, spec = claim["metadata"], claim["spec"]
    storage_class = class_of(cluster, claim) or {}
    node = annotations_of(claim)[ANN_SELECTED_NODE]
    name = f"pvc-{meta['uid']}"
    fields = ("name", "namespace", "resourceVersion", "uid")
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {
            "annotations": {"local.path.provisioner/selected-node": node, ANN_DYNAMICALLY_PROVISIONED: NAME},
            "finalizers": [PV_PROTECTION_FINALIZER],
            "name": name,
        },
        "spec": {
            "accessModes": list(spec.get("accessModes") or ()),
            "capacity": {"storage": spec["resources"]["requests"]["storage"]},
            "claimRef": {"apiVersion": "v1", "kind": CLAIM, **{field: meta[field] for field in fields}},
            **_source(storage_class, claim, f"{FOLDER}/{name}_{meta['namespace']}_{meta['name']}"),
            "nodeAffinity": {"required": {"nodeSelectorTerms": [_term(cluster, node)]}},
            "persistentVolumeReclaimPolicy": storage_class.get("reclaimPolicy", "Delete"),
            "storageClassName": class_name(claim),
            "volumeMode": "Filesystem",
        },
        "status": {"lastPhaseTransitionTime": rfc3339(cluster.now), "phase": "Pending"},
    }


def _source(storage_class: Obj, claim: Obj, path: str) -> Obj:
    """A hostPath, unless the class or the claim asks for a local volume. Mirrors createPersistentVolumeSource."""
    kind = annotations_of(claim).get("volumeType") or annotations_of(storage_class).get("defaultVolumeType")
    return {"local": {"path": path}} if kind == "local" else {"hostPath": {"path": path, "type": "DirectoryOrCreate"}}


def _term(cluster: Cluster, node: str) -> Obj:
    """What the node alone matches."""
    hostname = labels_of(cluster.get("Node", "", node)).get(LABEL_HOSTNAME, node)
    return {"matchExpressions": [{"key": LABEL_HOSTNAME, "operator": "In", "values": [hostname]}]}
