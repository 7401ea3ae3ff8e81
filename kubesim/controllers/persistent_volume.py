"""Claims get their volumes, and neither goes while it is in use.

Mirrors pkg/controller/volume: persistentvolume (pv_controller.go), pvcprotection and pvprotection.  Nobody makes
volumes for claims of a class: there is no provisioner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.api import quantity
from kubesim.api.meta import Key, Obj, annotations_of, dig, is_terminating, key_of, labels_of, rfc3339, with_metadata
from kubesim.api.selectors import from_label_selector
from kubesim.sim import events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.cluster import Change, Cluster

COMPONENT = "persistentvolume-controller"
CLAIM, VOLUME = "PersistentVolumeClaim", "PersistentVolume"
CLAIM_PROTECTION, VOLUME_PROTECTION = "kubernetes.io/pvc-protection", "kubernetes.io/pv-protection"
BOUND_BY_CONTROLLER, BIND_COMPLETED = "pv.kubernetes.io/bound-by-controller", "pv.kubernetes.io/bind-completed"
NO_PROVISIONER = "kubernetes.io/no-provisioner"


class ClaimController:
    """Binds claims to volumes."""

    name = "persistentvolumeclaim"
    kind = CLAIM
    rank = 6

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {
            CLAIM: lambda _, change: () if change.new is None else (change.key,),
            VOLUME: _waiting_claims,
            "Pod": _claims_of_pod,
        }

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Bind a claim, or let it go; it does not look again by itself."""
        claim = cluster.find(*key)
        if claim is None:
            return None
        if is_terminating(claim):
            _release(cluster, claim, CLAIM_PROTECTION, is_used=bool(_pods_using(cluster, claim)))
        elif BIND_COMPLETED not in annotations_of(claim):
            volume = _volume_for(cluster, claim)
            if volume is None:
                _tell_of_waiting(cluster, claim)
            else:
                _bind(cluster, claim, volume)
        return None


class VolumeController:
    """Tells how volumes are."""

    name = "persistentvolume"
    kind = VOLUME
    rank = 7

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {
            VOLUME: lambda _, change: () if change.new is None else (change.key,),
            CLAIM: _volume_of_claim,
        }

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Say whether the volume is to be had, has a claim, or lost it; it does not look again by itself."""
        volume = cluster.find(*key)
        if volume is None:
            return None
        phase = _phase_of(cluster, volume)
        if is_terminating(volume):
            _release(cluster, volume, VOLUME_PROTECTION, is_used=phase == "Bound")
        elif dig(volume, "status", "phase") != phase:
            stamp = rfc3339(cluster.now)
            cluster.update_status(volume, {**volume["status"], "phase": phase, "lastPhaseTransitionTime": stamp})
        return None


# which objects a change matters to


def _waiting_claims(cluster: Cluster, change: Change) -> Iterable[Key]:
    """The claims that a volume that is new or free may be for."""
    if change.new is None or change.old is not None:
        return ()
    return [key_of(claim) for claim in cluster.list(CLAIM) if BIND_COMPLETED not in annotations_of(claim)]


def _claims_of_pod(cluster: Cluster, change: Change) -> Iterable[Key]:  # noqa: ARG001
    """The claims of a pod that is new, has gone or has ended."""
    old, new = change.old, change.new
    if old is not None and new is not None and dig(old, "status", "phase") == dig(new, "status", "phase"):
        return ()
    return [Key(CLAIM, change.key.namespace, name) for name in _claim_names(new or old or {})]


def _claim_names(pod: Obj) -> list[str]:
    volumes = dig(pod, "spec", "volumes", default=())
    return [volume["persistentVolumeClaim"]["claimName"] for volume in volumes if "persistentVolumeClaim" in volume]


def _volume_of_claim(cluster: Cluster, change: Change) -> Iterable[Key]:  # noqa: ARG001
    names = {dig(claim, "spec", "volumeName") for claim in (change.old, change.new) if claim is not None}
    return [Key(VOLUME, "", name) for name in sorted(filter(None, names))]


# binding


def _pods_using(cluster: Cluster, claim: Obj) -> list[Obj]:
    """The pods that mount the claim and have not ended."""
    meta = claim["metadata"]
    return [
        pod
        for pod in cluster.list("Pod", meta["namespace"])
        if meta["name"] in _claim_names(pod) and dig(pod, "status", "phase") not in ("Failed", "Succeeded")
    ]


def _volume_for(cluster: Cluster, claim: Obj) -> Obj | None:
    """The smallest volume that will do; the one that the claim names, if it names one. Mirrors findMatchingVolume."""
    asked = claim["spec"].get("volumeName")
    if asked:
        volume = cluster.find(VOLUME, "", asked)
        return volume if volume is not None and _is_free_for(volume, claim) else None
    if _waits_for_consumer(cluster, claim) and not _pods_using(cluster, claim):
        return None
    fitting = [volume for volume in cluster.list(VOLUME) if _is_free_for(volume, claim) and _fits(volume, claim)]
    return min(fitting, key=_preference, default=None)


def _preference(volume: Obj) -> tuple[bool, int, str]:
    """A volume kept for the claim comes first, then the smallest."""
    return ("claimRef" not in volume["spec"], quantity.value(_capacity(volume)), volume["metadata"]["name"])


def _capacity(volume: Obj) -> str:
    return str(dig(volume, "spec", "capacity", "storage", default="0"))


def _is_free_for(volume: Obj, claim: Obj) -> bool:
    if is_terminating(volume):
        return False
    reference, meta = volume["spec"].get("claimRef"), claim["metadata"]
    if reference is None:
        return True
    is_named = (reference.get("namespace"), reference.get("name")) == (meta["namespace"], meta["name"])
    return is_named and reference.get("uid") in (None, "", meta["uid"])


def _fits(volume: Obj, claim: Obj) -> bool:
    spec, wanted = volume["spec"], claim["spec"]
    size = dig(wanted, "resources", "requests", "storage", default="0")
    return (
        spec.get("storageClassName", "") == (wanted.get("storageClassName") or "")
        and spec.get("volumeMode") == wanted.get("volumeMode")
        and set(wanted.get("accessModes") or ()) <= set(spec.get("accessModes") or ())
        and quantity.compare(_capacity(volume), size) >= 0
        and ("selector" not in wanted or from_label_selector(wanted["selector"]).matches(labels_of(volume)))
    )


def _waits_for_consumer(cluster: Cluster, claim: Obj) -> bool:
    """Whether the claim's class has claims wait for a pod that uses them."""
    name = claim["spec"].get("storageClassName")
    found = cluster.find("StorageClass", "", name) if name else None
    return found is not None and found.get("volumeBindingMode") == "WaitForFirstConsumer"


def _bind(cluster: Cluster, claim: Obj, volume: Obj) -> None:
    """Each is noted in the other. Mirrors bind."""
    meta, spec = claim["metadata"], volume["spec"]
    reference = {
        "apiVersion": "v1",
        "kind": CLAIM,
        **{field: meta[field] for field in ("name", "namespace", "resourceVersion", "uid")},
    }
    annotations = annotations_of(volume)
    if "claimRef" not in spec:
        annotations = {**annotations, BOUND_BY_CONTROLLER: "yes"}
    bound = with_metadata({**volume, "spec": {**spec, "claimRef": reference}}, annotations=annotations or None)
    volume = cluster.update(bound, trusted=True)
    stamp = rfc3339(cluster.now)
    cluster.update_status(volume, {**volume["status"], "phase": "Bound", "lastPhaseTransitionTime": stamp})
    notes = {**annotations_of(claim), BIND_COMPLETED: "yes"}
    if not claim["spec"].get("volumeName"):
        notes[BOUND_BY_CONTROLLER] = "yes"
    named = {**claim, "spec": {**claim["spec"], "volumeName": volume["metadata"]["name"]}}
    claim = cluster.update(with_metadata(named, annotations=notes), trusted=True)
    status = {"accessModes": spec.get("accessModes"), "capacity": dict(spec.get("capacity") or {}), "phase": "Bound"}
    cluster.update_status(claim, status)


def _tell_of_waiting(cluster: Cluster, claim: Obj) -> None:
    """Why there is no volume for the claim yet, once. Mirrors syncUnboundClaim."""
    if claim["spec"].get("volumeName") or cluster.events_of(claim):
        return
    name = claim["spec"].get("storageClassName")
    found = cluster.find("StorageClass", "", name) if name else None
    if not name:
        why = "no persistent volumes available for this claim and no storage class is set"
        events.record(cluster, claim, "Normal", "FailedBinding", why, COMPONENT)
    elif found is None:
        why = f'storageclass.storage.k8s.io "{name}" not found'
        events.record(cluster, claim, "Warning", "ProvisioningFailed", why, COMPONENT)
    elif _waits_for_consumer(cluster, claim):
        why = "waiting for first consumer to be created before binding"
        events.record(cluster, claim, "Normal", "WaitForFirstConsumer", why, COMPONENT)
    elif found.get("provisioner") != NO_PROVISIONER:
        why = (
            f"Waiting for a volume to be created either by the external provisioner '{found.get('provisioner')}' or "
            "manually by the system administrator. If volume creation is delayed, please verify that the provisioner "
            "is running and correctly registered."
        )
        events.record(cluster, claim, "Normal", "ExternalProvisioning", why, COMPONENT)


def _phase_of(cluster: Cluster, volume: Obj) -> str:
    """Mirrors syncVolume."""
    reference = volume["spec"].get("claimRef")
    if reference is None or not reference.get("uid"):
        return "Available"
    claim = cluster.find(CLAIM, reference["namespace"], reference["name"])
    return "Bound" if claim is not None and claim["metadata"]["uid"] == reference["uid"] else "Released"


def _release(cluster: Cluster, obj: Obj, finalizer: str, *, is_used: bool) -> None:
    """Let a deleted object go that nobody uses any more."""
    finalizers = obj["metadata"].get("finalizers") or []
    if finalizer in finalizers and not is_used:
        kept = [name for name in finalizers if name != finalizer]
        cluster.update(with_metadata(obj, finalizers=kept or None), trusted=True)
