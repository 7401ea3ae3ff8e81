"""Changing the size of ReplicaSets: one at a time, or all in proportion when a Deployment is scaled in mid-rollout.

Mirrors scale, scaleReplicaSet and isScalingEvent of pkg/controller/deployment/sync.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, with_metadata
from kubesim.api.well_known import DESIRED_REPLICAS_ANNOTATION, MAX_REPLICAS_ANNOTATION
from kubesim.controllers.deployment.arithmetic import replica_set_fraction, spread
from kubesim.controllers.deployment.replica_sets import (
    active,
    annotated_number,
    find_active_or_latest,
    largest_first,
    size_of,
    status_count,
    total_size,
)
from kubesim.controllers.deployment.revisions import ReplicaSets, replicas_annotations, sync_revision

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.controllers.deployment.sync import Rollout


def is_scaling_event(rollout: Rollout, replica_sets: Sequence[Obj]) -> bool:
    """Whether the Deployment's size is another than the one that some active ReplicaSet remembers."""
    for rs in active(sync_revision(rollout, replica_sets).all):
        remembered = annotated_number(rs, DESIRED_REPLICAS_ANNOTATION)
        if remembered is not None and remembered != rollout.bounds.desired:
            return True
    return False


def scale(rollout: Rollout, sets: ReplicaSets) -> None:
    """Bring the ReplicaSets to the Deployment's size without hastening the rollout.

    The only active one takes all of it.  Beside a saturated new one the old ones go down.  In mid-rollout each
    changes in proportion to its size, so that a bad template's share does not grow.
    """
    only = find_active_or_latest(*sets)
    if only is not None:
        scale_replica_set(rollout, only, rollout.bounds.desired)
    elif is_saturated(rollout, sets.new):
        for old in reversed(active(sets.old)):
            scale_replica_set(rollout, old, 0)
    elif rollout.is_rolling_update:
        scale_proportionally(rollout, active(sets.all))


def is_saturated(rollout: Rollout, rs: Obj | None) -> bool:
    """Whether the ReplicaSet has every pod of the Deployment, and all of them available. Mirrors IsSaturated."""
    if rs is None:
        return False
    desired = rollout.bounds.desired
    return (
        size_of(rs)
        == annotated_number(rs, DESIRED_REPLICAS_ANNOTATION)
        == status_count(rs, "availableReplicas")
        == desired
    )


def scale_proportionally(rollout: Rollout, replica_sets: Sequence[Obj]) -> None:
    """Share out what the Deployment has grown or shrunk by, the largest ReplicaSet first.

    10 -> 15 with surge 3, 5 new and 8 old pods: 18 - 13 = 5 more, 2 of them new (7) and 3 old (11).
    """
    bounds = rollout.bounds
    allowed = bounds.max_replicas if bounds.desired > 0 else 0
    to_add = allowed - total_size(replica_sets)
    ordered = largest_first(replica_sets, newer_first=to_add > 0) if to_add else list(replica_sets)
    sizes = [size_of(rs) for rs in ordered]
    fractions = [replica_set_fraction(size_of(rs), bounds, _max_replicas_before(rollout, rs)) for rs in ordered]
    for rs, size in zip(ordered, spread(sizes, fractions, to_add), strict=True):
        scale_replica_set(rollout, rs, size, annotate=True)


def _max_replicas_before(rollout: Rollout, rs: Obj) -> int:
    """The most pods the Deployment could have when the ReplicaSet was last scaled; without a note, what it has."""
    return annotated_number(rs, MAX_REPLICAS_ANNOTATION) or int(rollout.status.get("replicas", 0))


def scale_replica_set(rollout: Rollout, rs: Obj, size: int, *, annotate: bool = False) -> tuple[bool, Obj]:
    """Give a ReplicaSet another size, and say so in an event; whether it has one, and the stored object.

    ``annotate`` notes the Deployment's size even where the ReplicaSet's stays.  Mirrors scaleReplicaSet.
    """
    before = size_of(rs)
    if before == size and not annotate:
        return False, rs
    annotations = {**annotations_of(rs), **replicas_annotations(rollout.bounds)}
    if before == size and annotations == annotations_of(rs):
        return False, rs
    scaled = {**with_metadata(rs, annotations=annotations), "spec": {**rs["spec"], "replicas": size}}
    rs = rollout.update_replica_set(scaled)
    if before == size:
        return False, rs
    direction = "up" if before < size else "down"
    name = rs["metadata"]["name"]
    rollout.record_event(
        "Normal", "ScalingReplicaSet", f"Scaled {direction} replica set {name} from {before} to {size}"
    )
    return True, rs
