"""Which volume suits a claim, and how its class binds: shared by the scheduler and the volume controllers.

Mirrors component-helpers' storage/volume (pv_helpers.go) and findBestMatchForClaim (persistentvolume/index.go).
"""

from __future__ import annotations

from kubesim.api import quantity
from kubesim.api.meta import Obj, annotations_of, dig, is_terminating, labels_of, with_metadata
from kubesim.api.selectors import from_label_selector
from kubesim.api.well_known import ANN_BIND_COMPLETED, ANN_BOUND_BY_CONTROLLER, BETA_STORAGE_CLASS_ANNOTATION
from kubesim.controllers.node_fit import matches_terms

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from kubesim.cluster import Cluster

CLAIM, VOLUME, CLASS = "PersistentVolumeClaim", "PersistentVolume", "StorageClass"
NO_PROVISIONER = "kubernetes.io/no-provisioner"


# claims and their classes


def is_bound(claim: Obj) -> bool:
    """Whether the claim has its volume, and the controller has noted so. Mirrors isPVCFullyBound."""
    return bool(claim["spec"].get("volumeName")) and ANN_BIND_COMPLETED in annotations_of(claim)


def class_name(claim_or_volume: Obj) -> str:
    """The class, by the field or by the annotation that came before it; "" is none."""
    annotated = annotations_of(claim_or_volume).get(BETA_STORAGE_CLASS_ANNOTATION)
    return annotated or claim_or_volume["spec"].get("storageClassName") or ""


def class_of(cluster: Cluster, claim: Obj) -> Obj | None:
    """The claim's StorageClass; None where it names none, or one that is not there."""
    name = class_name(claim)
    return cluster.find(CLASS, "", name) if name else None


def waits_for_consumer(cluster: Cluster, claim: Obj) -> bool:
    """Whether the claim's volume is chosen along with the node of a pod. Mirrors IsDelayBindingMode."""
    found = class_of(cluster, claim)
    return found is not None and found.get("volumeBindingMode") == "WaitForFirstConsumer"


# volumes for claims


def requested(claim: Obj) -> str:
    """The storage that the claim asks for, as a quantity."""
    return str(dig(claim, "spec", "resources", "requests", "storage", default="0"))


def capacity(volume: Obj) -> str:
    return str(dig(volume, "spec", "capacity", "storage", default="0"))


def is_bound_to(volume: Obj, claim: Obj) -> bool:
    """Whether the volume is reserved for the claim. Mirrors IsVolumeBoundToClaim."""
    reference, meta = volume["spec"].get("claimRef"), claim["metadata"]
    if reference is None:
        return False
    is_named = (reference.get("namespace"), reference.get("name")) == (meta["namespace"], meta["name"])
    return is_named and reference.get("uid") in (None, "", meta["uid"])


def best_match(
    claim: Obj, volumes: Iterable[Obj], *, node: Obj | None = None, delayed: bool = False, taken: Collection[str] = ()
) -> Obj | None:
    """The volume that is reserved for the claim, or the smallest free one that will do. Mirrors FindMatchingVolume.

    ``node`` is the one from which the volume must be reached, where a scheduler asks; without one a
    claim with ``delayed`` binding gets only what is reserved for it.  ``taken`` are the volumes of other claims.
    """
    found: Obj | None = None
    for volume in volumes:
        if volume["metadata"]["name"] in taken or not _has_room(volume, claim):
            continue
        if node is not None and not reaches(volume, node):
            continue
        if is_bound_to(volume, claim):
            return volume
        if volume["spec"].get("claimRef") is not None or (delayed and node is None) or not _suits(volume, claim):
            continue
        if found is None or _size(volume) < _size(found):
            found = volume
    return found


def _size(volume: Obj) -> tuple[int, str]:
    return quantity.value(capacity(volume)), volume["metadata"]["name"]


def _has_room(volume: Obj, claim: Obj) -> bool:
    if is_terminating(volume) or volume["spec"].get("volumeMode") != claim["spec"].get("volumeMode"):
        return False
    return quantity.compare(capacity(volume), requested(claim)) >= 0


def reaches(volume: Obj, node: Obj) -> bool:
    """Whether pods of the node can use the volume. Mirrors CheckNodeAffinity."""
    terms = dig(volume, "spec", "nodeAffinity", "required", "nodeSelectorTerms")
    return terms is None or matches_terms(terms, node)


def _suits(volume: Obj, claim: Obj) -> bool:
    """Whether a free volume is what the claim asks for."""
    spec, wanted = volume["spec"], claim["spec"]
    if "selector" in wanted and not from_label_selector(wanted["selector"]).matches(labels_of(volume)):
        return False
    has_modes = set(wanted.get("accessModes") or ()) <= set(spec.get("accessModes") or ())
    return class_name(volume) == class_name(claim) and has_modes


def mismatch(volume: Obj, claim: Obj) -> str | None:
    """Why a volume that a claim names will not do, in upstream's words. Mirrors checkVolumeSatisfyClaim."""
    spec, wanted = volume["spec"], claim["spec"]
    if is_terminating(volume):
        return f'the volume is marked for deletion "{volume["metadata"]["name"]}"'
    if quantity.compare(capacity(volume), requested(claim)) < 0:
        return "requested PV is too small"
    if class_name(volume) != class_name(claim):
        return "storageClassName does not match"
    if spec.get("volumeMode") != wanted.get("volumeMode"):
        return "incompatible volumeMode"
    if not set(wanted.get("accessModes") or ()) <= set(spec.get("accessModes") or ()):
        return "incompatible accessMode"
    return None


def reserved_for(volume: Obj, claim: Obj) -> Obj:
    """The volume with the claim noted in it. Mirrors GetBindVolumeToClaim."""
    meta, spec = claim["metadata"], volume["spec"]
    fields = ("name", "namespace", "resourceVersion", "uid")
    reference = {"apiVersion": "v1", "kind": CLAIM, **{field: meta[field] for field in fields}}
    annotations = annotations_of(volume)
    if not is_bound_to(volume, claim):
        annotations = {**annotations, ANN_BOUND_BY_CONTROLLER: "yes"}
    elif spec["claimRef"].get("uid") == meta["uid"]:
        reference = spec["claimRef"]
    return with_metadata({**volume, "spec": {**spec, "claimRef": reference}}, annotations=annotations or None)
