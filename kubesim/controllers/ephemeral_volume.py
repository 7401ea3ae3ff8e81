"""The claims behind ephemeral volumes: made for a pod, owned by it, gone with it.

Mirrors pkg/controller/volume/ephemeral/controller.go.
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, controller_of, controller_reference, copy_of, is_terminating
from kubesim.cluster import CONTROLLER, Client
from kubesim.controllers import event_recorder
from kubesim.errors import StatusError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.cluster import Change, Cluster

CLAIM = "PersistentVolumeClaim"
COMPONENT = "ephemeral_volume"


class EphemeralVolumeController:
    """Makes the claims of pods with ephemeral volumes."""

    name = "ephemeral-volume"
    kind = "Pod"
    rank = 9

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {"Pod": _newly_made, CLAIM: _pod_of_lost_claim}

    @staticmethod
    def waits(_cluster: Cluster, _key: Key) -> bool:
        """Nothing is done later."""
        return False

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Make the claims that a pod lacks. Mirrors syncHandler."""
        pod = cluster.find(*key)
        if pod is None or is_terminating(pod):
            return None
        for volume in _ephemeral_volumes(pod):
            problem = _ensure_claim(cluster, pod, volume)
            if problem is not None:
                message = f"ephemeral volume {volume['name']}: {problem}"
                event_recorder.record(cluster, pod, "Warning", "FailedBinding", message, COMPONENT)
                return None
        return None


def _ephemeral_volumes(pod: Obj) -> list[Obj]:
    return [volume for volume in pod["spec"].get("volumes") or () if "ephemeral" in volume]


def _newly_made(_cluster: Cluster, change: Change) -> Iterable[Key]:
    is_new = change.old is None and change.new is not None
    return (change.key,) if is_new and _ephemeral_volumes(change.new or {}) else ()


def _pod_of_lost_claim(cluster: Cluster, change: Change) -> Iterable[Key]:
    """The pod that owned a deleted claim: it gets another one."""
    owner = controller_of(change.old) if change.new is None and change.old is not None else None
    if owner is None or owner["kind"] != "Pod":
        return ()
    key = Key("Pod", change.key.namespace, owner["name"])
    return (key,) if cluster.find(*key) is not None else ()


def _ensure_claim(cluster: Cluster, pod: Obj, volume: Obj) -> str | None:
    """Make the claim of a volume unless it is there; why it cannot be used, if it cannot. Mirrors handleVolume."""
    meta = pod["metadata"]
    name = f"{meta['name']}-{volume['name']}"
    found = cluster.find(CLAIM, meta["namespace"], name)
    if found is not None:
        owner = controller_of(found)
        if owner is not None and owner["uid"] == meta["uid"]:
            return None
        place = f"{meta['namespace']}/{name} was not created for pod {meta['namespace']}/{meta['name']}"
        return f"PVC {place} (pod is not owner)"
    try:
        Client(cluster, CONTROLLER).create(_claim(pod, volume, name))
    except StatusError as error:
        return f"create PVC {name}: {error.message}"
    return None


def _claim(pod: Obj, volume: Obj, name: str) -> Obj:
    template = volume["ephemeral"]["volumeClaimTemplate"]
    given = template.get("metadata") or {}
    kept = {field: copy_of(given[field]) for field in ("annotations", "labels") if given.get(field)}
    return {
        "apiVersion": "v1",
        "kind": CLAIM,
        "metadata": {
            **kept,
            "name": name,
            "namespace": pod["metadata"]["namespace"],
            "ownerReferences": [controller_reference(pod)],
        },
        "spec": copy_of(template["spec"]),
    }
