"""Whether the volumes that a pod claims are there. Mirrors the PreFilter of the VolumeBinding plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.api.meta import Obj, is_terminating

if TYPE_CHECKING:
    from kubesim.cluster import Cluster

UNBOUND = "pod has unbound immediate PersistentVolumeClaims"
WAITS = "WaitForFirstConsumer"


def names(pod: Obj) -> list[str]:
    """The claims of a pod, those that are made for it included."""
    found = []
    for volume in pod["spec"].get("volumes") or ():
        if "persistentVolumeClaim" in volume:
            found.append(str(volume["persistentVolumeClaim"]["claimName"]))
        elif "ephemeral" in volume:
            found.append(f"{pod['metadata']['name']}-{volume['name']}")
    return found


def problem(cluster: Cluster, pod: Obj) -> str | None:
    """Why no node will do as long as the pod's claims are as they are; None if they are well."""
    claims = names(pod)
    if not claims:
        return None
    why = next(filter(None, (_problem_of(cluster, pod, name) for name in claims)), None)
    if why is None:
        return None
    nodes = len(cluster.list("Node"))
    return f"0/{nodes} nodes are available: {why}. not found"


def _problem_of(cluster: Cluster, pod: Obj, name: str) -> str | None:
    claim = cluster.find("PersistentVolumeClaim", pod["metadata"]["namespace"], name)
    if claim is None:
        return f'persistentvolumeclaim "{name}" not found'
    if is_terminating(claim):
        return f'persistentvolumeclaim "{name}" is being deleted'
    if claim["spec"].get("volumeName") or _may_wait(cluster, claim):
        return None
    return UNBOUND


def _may_wait(cluster: Cluster, claim: Obj) -> bool:
    """Whether a volume is looked for only once the pod has a node."""
    storage_class = cluster.find("StorageClass", "", claim["spec"].get("storageClassName") or "")
    return storage_class is not None and storage_class.get("volumeBindingMode") == WAITS
