"""The volume claims of a StatefulSet's pods: made before the pod, kept or given up with it.

Mirrors the claims of pkg/controller/statefulset/stateful_pod_control.go and stateful_set_utils.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, controller_reference, copy_of, is_terminating, with_metadata
from kubesim.controllers.stateful_set.identity import ordinal_of, ordinals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Cluster

KIND = "PersistentVolumeClaim"


def templates_of(obj: Obj) -> list[Obj]:
    return obj["spec"].get("volumeClaimTemplates") or []


def claim_name(obj: Obj, template: Obj, ordinal: int) -> str:
    return f"{template['metadata']['name']}-{obj['metadata']['name']}-{ordinal}"


def new_claims(obj: Obj, ordinal: int) -> Iterator[Obj]:
    """The claims of one pod, not yet created. Mirrors getPersistentVolumeClaims."""
    for template in templates_of(obj):
        given = template["metadata"]
        meta = {name: copy_of(given[name]) for name in ("annotations", "finalizers") if given.get(name)}
        labels = {**(given.get("labels") or {}), **(obj["spec"]["selector"].get("matchLabels") or {})}
        yield {
            "apiVersion": "v1",
            "kind": KIND,
            "metadata": {
                **meta,
                "labels": labels,
                "name": claim_name(obj, template, ordinal),
                "namespace": obj["metadata"]["namespace"],
            },
            "spec": copy_of(template["spec"]),
            "status": {"phase": "Pending"},
        }


def with_claims(obj: Obj, spec: Obj, ordinal: int) -> Obj:
    """A pod spec with the pod's claims as volumes. Mirrors updateStorage."""
    templates = templates_of(obj)
    if not templates:
        return spec
    named = [template["metadata"]["name"] for template in templates]
    volumes = [
        {"name": name, "persistentVolumeClaim": {"claimName": claim_name(obj, template, ordinal)}}
        for name, template in zip(named, templates, strict=True)
    ]
    return {**spec, "volumes": [*volumes, *(v for v in spec.get("volumes") or () if v["name"] not in named)]}


def missing_claims(cluster: Cluster, obj: Obj, ordinal: int) -> list[Obj]:
    """Those claims of one pod that are not there."""
    return [claim for claim in new_claims(obj, ordinal) if cluster.find(KIND, *_place(claim)) is None]


def leaving_claim(cluster: Cluster, obj: Obj, ordinal: int) -> Obj | None:
    """A claim of the pod that is being deleted, for which the pod has to wait."""
    return next((claim for claim in _claims(cluster, obj, ordinal) if is_terminating(claim)), None)


def _claims(cluster: Cluster, obj: Obj, ordinal: int) -> Iterator[Obj]:
    for wanted in new_claims(obj, ordinal):
        found = cluster.find(KIND, *_place(wanted))
        if found is not None:
            yield found


def _place(claim: Obj) -> tuple[str, str]:
    return claim["metadata"]["namespace"], claim["metadata"]["name"]


# the owners of a claim, with which it is deleted


def _policy(obj: Obj) -> tuple[bool, bool]:
    """Whether claims go when the StatefulSet is deleted, and when it is scaled down."""
    policy = obj["spec"].get("persistentVolumeClaimRetentionPolicy") or {}
    return policy.get("whenDeleted") == "Delete", policy.get("whenScaled") == "Delete"


def is_stale(cluster: Cluster, obj: Obj, ordinal: int) -> bool:
    """Whether a claim still goes with the pod that had this name before. Mirrors PodClaimIsStale."""
    if not _policy(obj)[1]:
        return False
    name = f"{obj['metadata']['name']}-{ordinal}"
    return any(
        reference["kind"] == "Pod" and reference["name"] == name
        for claim in _claims(cluster, obj, ordinal)
        for reference in claim["metadata"].get("ownerReferences") or ()
    )


def sync_owners(cluster: Cluster, obj: Obj, pod: Obj) -> bool:
    """Give the pod's claims the owners that the retention policy asks for; whether any was changed.

    Where somebody else controls a claim it is left to them.  Mirrors UpdatePodClaimForRetentionPolicy.
    """
    changed = False
    for claim in _claims(cluster, obj, ordinal_of(pod)):
        references = _references(obj, pod, claim)
        if references != (claim["metadata"].get("ownerReferences") or []):
            cluster.update(with_metadata(claim, ownerReferences=references or None))
            changed = True
    return changed


def _references(obj: Obj, pod: Obj, claim: Obj) -> list[Obj]:
    given = claim["metadata"].get("ownerReferences") or []
    names = {(owner["kind"], owner["metadata"]["name"]): owner["metadata"]["uid"] for owner in (obj, pod)}
    ours = [ref for ref in given if (ref["kind"], ref["name"]) in names]
    if any(ref["uid"] != names[ref["kind"], ref["name"]] for ref in ours):
        return given
    others = [ref for ref in given if ref not in ours]
    when_deleted, when_scaled = _policy(obj)
    if any(ref.get("controller") for ref in others) and (when_deleted or when_scaled):
        return others
    owner: Obj | None = obj if when_deleted else None
    if when_scaled and ordinal_of(pod) not in ordinals(obj):
        owner = pod
    return others if owner is None else [*others, controller_reference(owner)]
