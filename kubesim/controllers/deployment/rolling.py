"""RollingUpdate: new pods come up and old ones go down within the bounds, one step a sync.

Mirrors pkg/controller/deployment/rolling.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj
from kubesim.controllers.deployment.arithmetic import max_scaled_down, new_rs_new_replicas
from kubesim.controllers.deployment.cleanup import cleanup_deployment
from kubesim.controllers.deployment.progress import deployment_complete, sync_rollout_status
from kubesim.controllers.deployment.replica_sets import active, size_of, status_count, total_size, total_status
from kubesim.controllers.deployment.revisions import new_replica_set_of
from kubesim.controllers.deployment.scaling import scale_replica_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.controllers.deployment.sync import Rollout


def rollout_rolling(rollout: Rollout, replica_sets: Sequence[Obj]) -> int | None:
    """One step: up if that can be, else down if that can be, else clean up what is done."""
    new, old = new_replica_set_of(rollout, replica_sets)
    everything = [*old, new]
    moved = reconcile_new_replica_set(rollout, everything, new) or reconcile_old_replica_sets(rollout, old, new)
    if not moved and deployment_complete(rollout, rollout.status):
        cleanup_deployment(rollout, old)
    return sync_rollout_status(rollout, everything, new)


def reconcile_new_replica_set(rollout: Rollout, everything: Sequence[Obj], new: Obj) -> bool:
    """Scale the new ReplicaSet up as far as the surge allows, or down to the Deployment's size; whether it moved."""
    size, bounds = size_of(new), rollout.bounds
    if size < bounds.desired:
        size = new_rs_new_replicas(bounds, total_size(everything), size)
    elif size > bounds.desired:
        size = bounds.desired
    return scale_replica_set(rollout, new, size)[0]


def reconcile_old_replica_sets(rollout: Rollout, old: Sequence[Obj], new: Obj) -> bool:
    """Scale old ReplicaSets down as far as availability allows; whether any moved.

    Pods that are not available go first, whichever ReplicaSet has them: their going makes nothing worse, and they
    would stand in the rollout's way.
    """
    old = active(old)
    if not old:
        return False
    new_unavailable = size_of(new) - status_count(new, "availableReplicas")
    most = max_scaled_down(rollout.bounds, total_size([*old, new]), new_unavailable)
    if most <= 0:
        return False
    old, cleaned_up = cleanup_unhealthy_replicas(rollout, old, most)
    scaled_down = scale_down_old_replica_sets(rollout, old, new)
    return cleaned_up + scaled_down > 0


def cleanup_unhealthy_replicas(rollout: Rollout, old: Sequence[Obj], most: int) -> tuple[list[Obj], int]:
    """Take away up to ``most`` old pods that are not available; the ReplicaSets as they are then, and how many went."""
    total = 0
    updated = []
    for rs in old:
        unhealthy = size_of(rs) - status_count(rs, "availableReplicas")
        count = max(0, min(most - total, unhealthy))
        total += count
        updated.append(scale_replica_set(rollout, rs, size_of(rs) - count)[1])
    return updated, total


def scale_down_old_replica_sets(rollout: Rollout, old: Sequence[Obj], new: Obj) -> int:
    """Take away what is available beyond the minimum, from the oldest ReplicaSet on; how many pods went.

    Mirrors scaleDownOldReplicaSetsForRollingUpdate.
    """
    left = total_status([*old, new], "availableReplicas") - rollout.bounds.min_available
    total = 0
    for rs in old:
        count = min(size_of(rs), left - total)
        if count > 0:
            total += count
            scale_replica_set(rollout, rs, size_of(rs) - count)
    return total
