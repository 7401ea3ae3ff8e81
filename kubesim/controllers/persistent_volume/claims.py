"""The control loop of claims: a claim is bound, waits with an event that explains it, or goes. Mirrors syncClaim."""

from __future__ import annotations

from kubesim.api import quantity
from kubesim.api.meta import SECOND, Key, Obj, annotations_of, dig, is_terminating, key_of, parse_time
from kubesim.api.well_known import ANN_BIND_COMPLETED, ANN_SELECTED_NODE, PVC_PROTECTION_FINALIZER
from kubesim.controllers import event_recorder
from kubesim.controllers import volume_matching as matching
from kubesim.controllers.persistent_volume import provisioning
from kubesim.controllers.persistent_volume.binding import COMPONENT, bind, release
from kubesim.controllers.volume_matching import CLAIM, CLASS, VOLUME
from kubesim.kinds.persistent_volume_claim import default_class

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.cluster import Change, Cluster

RESYNC = 15 * SECOND  # of claims that wait
NO_CLASS = "no persistent volumes available for this claim and no storage class is set"
TO_BE_SCHEDULED = "WaitForPodScheduled"


class ClaimController:
    """Binds claims to volumes."""

    name = "persistentvolumeclaim"
    kind = CLAIM
    rank = 6

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {
            CLAIM: lambda _, change: () if change.new is None else (change.key,),
            CLASS: _unbound_claims,
            VOLUME: _claims_of_volume,
            "Pod": _claims_of_pod,
        }

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Bind a claim or release it; returns when to sync again (ms) a claim that waits for a pod's node."""
        claim = cluster.find(*key)
        if claim is None:
            return None
        if is_terminating(claim):
            is_used = any(map(_is_scheduled, pods_with(cluster, claim)))
            release(cluster, claim, PVC_PROTECTION_FINALIZER, is_used=is_used)
        elif ANN_BIND_COMPLETED in annotations_of(claim):
            _sync_bound(cluster, claim)
        elif claim["spec"].get("volumeName"):
            _sync_named(cluster, claim)
        else:
            return _sync_unbound(cluster, claim)
        return None


# which objects a change matters to


def _unbound_claims(cluster: Cluster, change: Change) -> Iterable[Key]:
    """A class that is new is what claims may have waited for."""
    if change.new is None:
        return ()
    return [key_of(claim) for claim in cluster.list(CLAIM) if ANN_BIND_COMPLETED not in annotations_of(claim)]


def _claims_of_volume(cluster: Cluster, change: Change) -> Iterable[Key]:
    """The claim that a volume is reserved for; of one that is free, where it is new or changed, those that wait."""
    old, new = change.old, change.new
    if new is not None and "claimRef" not in new["spec"] and (old is None or old["spec"] != new["spec"]):
        return _unbound_claims(cluster, change)
    references = [dig(volume, "spec", "claimRef") for volume in (old, new)]
    places = {(reference["namespace"], reference["name"]) for reference in references if reference is not None}
    return [Key(CLAIM, *place) for place in sorted(places)]


def _claims_of_pod(cluster: Cluster, change: Change) -> Iterable[Key]:  # noqa: ARG001
    """The claims of a pod that is new, gets a node, has gone or has ended."""
    old, new = change.old, change.new
    if old is not None and new is not None and _use_of(old) == _use_of(new):
        return ()
    return [Key(CLAIM, change.key.namespace, name) for name in _claim_names(new or old or {})]


def _use_of(pod: Obj) -> tuple[object, object]:
    return pod["spec"].get("nodeName"), dig(pod, "status", "phase")


def _claim_names(pod: Obj) -> list[str]:
    volumes = dig(pod, "spec", "volumes", default=())
    return [volume["persistentVolumeClaim"]["claimName"] for volume in volumes if "persistentVolumeClaim" in volume]


def pods_with(cluster: Cluster, claim: Obj) -> list[Obj]:
    """The pods that name the claim."""
    meta = claim["metadata"]
    return [pod for pod in cluster.list("Pod", meta["namespace"]) if meta["name"] in _claim_names(pod)]


def _is_scheduled(pod: Obj) -> bool:
    """Whether the pod has a kubelet that may use its claims. Mirrors podUsesPVCForDeletion."""
    return bool(pod["spec"].get("nodeName"))


# a claim that has no volume


def _sync_unbound(cluster: Cluster, claim: Obj) -> int | None:
    """Mirrors syncUnboundClaim of a claim that does not mind which volume it gets."""
    delayed = matching.waits_for_consumer(cluster, claim)
    volume = matching.best_match(claim, cluster.list(VOLUME), delayed=delayed)
    if volume is not None:
        bind(cluster, claim, volume)
    elif _assign_default_class(cluster, claim):
        return None
    elif delayed and ANN_SELECTED_NODE not in annotations_of(claim):
        return _wait_for_consumer(cluster, claim)
    elif matching.class_name(claim):
        provisioning.ask_for_volume(cluster, claim)
    elif not cluster.events_of(claim):
        event_recorder.record(cluster, claim, "Normal", "FailedBinding", NO_CLASS, COMPONENT)
    return None


def _assign_default_class(cluster: Cluster, claim: Obj) -> bool:
    """A default class that came later goes to claims that asked for none. Mirrors assignDefaultStorageClass."""
    if "storageClassName" in claim["spec"] or matching.class_name(claim):
        return False
    name = default_class(cluster.list(CLASS))
    if not name:
        return False
    cluster.update({**claim, "spec": {**claim["spec"], "storageClassName": name}})
    return True


def _wait_for_consumer(cluster: Cluster, claim: Obj) -> int | None:
    """Record once for what the claim waits, and at a resync for which pods; the instant (ms) of that resync.

    Upstream records it again at every resync.  Mirrors emitEventForUnboundDelayBindingClaim.
    """
    seen = {event["reason"] for event in cluster.events_of(claim)}
    if TO_BE_SCHEDULED in seen:
        return None
    names = [pod["metadata"]["name"] for pod in pods_with(cluster, claim) if not pod["spec"].get("nodeName")]
    if "WaitForFirstConsumer" in seen and names:
        began = parse_time(claim["metadata"]["creationTimestamp"])
        if cluster.now < began + RESYNC:
            return began + RESYNC
        what = f"pods {','.join(names)}" if len(names) > 1 else f"pod {names[0]}"
        event_recorder.record(
            cluster, claim, "Normal", TO_BE_SCHEDULED, f"waiting for {what} to be scheduled", COMPONENT
        )
    elif "WaitForFirstConsumer" not in seen:
        why = "waiting for first consumer to be created before binding"
        event_recorder.record(cluster, claim, "Normal", "WaitForFirstConsumer", why, COMPONENT)
    return None


def _sync_named(cluster: Cluster, claim: Obj) -> None:
    """Mirrors syncUnboundClaim of a claim that names its volume."""
    volume = cluster.find(VOLUME, "", claim["spec"]["volumeName"])
    if volume is None:
        return
    name = volume["metadata"]["name"]
    if volume["spec"].get("claimRef") is None:
        wrong = matching.mismatch(volume, claim)
        if wrong is not None:
            why = f'Cannot bind to requested volume "{name}": {wrong}'
            _warn_once(cluster, claim, "VolumeMismatch", why)
            return
    elif not matching.is_bound_to(volume, claim):
        _warn_once(cluster, claim, "FailedBinding", f'volume "{name}" already bound to a different claim.')
        return
    bind(cluster, claim, volume)


def _warn_once(cluster: Cluster, claim: Obj, reason: str, why: str) -> None:
    if not any(event["message"] == why for event in cluster.events_of(claim)):
        event_recorder.record(cluster, claim, "Warning", reason, why, COMPONENT)


# a claim that has one


def _sync_bound(cluster: Cluster, claim: Obj) -> None:
    """A claim that lost its volume is lost; one that asks for more is heard. Mirrors syncBoundClaim."""
    name = claim["spec"].get("volumeName")
    volume = cluster.find(VOLUME, "", name) if name else None
    if volume is None:
        lost = "its PersistentVolume" if name else "reference to PersistentVolume"
        _lose(cluster, claim, "ClaimLost", f"Bound claim has lost {lost}. Data on the volume is lost!")
    elif volume["spec"].get("claimRef") is None:
        bind(cluster, claim, volume)
    elif not matching.is_bound_to(volume, claim):
        why = "Two claims are bound to the same volume, this one is bound incorrectly"
        _lose(cluster, claim, "ClaimMisbound", why)
    else:
        _expand(cluster, claim)


def _lose(cluster: Cluster, claim: Obj, reason: str, why: str) -> None:
    if dig(claim, "status", "phase") == "Lost":
        return
    cluster.update_status(claim, {"phase": "Lost"})
    event_recorder.record(cluster, claim, "Warning", reason, why, COMPONENT)


def _expand(cluster: Cluster, claim: Obj) -> None:
    """No volume here grows by itself: a resizer would have to do it. Mirrors the expand controller."""
    has = dig(claim, "status", "capacity", "storage", default="0")
    if dig(claim, "status", "phase") != "Bound" or quantity.compare(matching.requested(claim), str(has)) <= 0:
        return
    if not any(event["reason"] == "ExternalExpanding" for event in cluster.events_of(claim)):
        why = "waiting for an external controller to expand this PVC"
        event_recorder.record(cluster, claim, "Normal", "ExternalExpanding", why, "volume_expand")
