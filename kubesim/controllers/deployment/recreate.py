"""Recreate: every old pod goes, to its very end, before a new one comes.

Mirrors pkg/controller/deployment/recreate.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj
from kubesim.controllers.deployment.cleanup import cleanup_deployment
from kubesim.controllers.deployment.progress import deployment_complete, sync_rollout_status
from kubesim.controllers.deployment.replica_sets import active, total_status
from kubesim.controllers.deployment.revisions import new_replica_set_of, sync_revision
from kubesim.controllers.deployment.scaling import scale_replica_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.controllers.deployment.sync import Rollout


def rollout_recreate(rollout: Rollout, replica_sets: Sequence[Obj]) -> int | None:
    """One step: the old down, or wait for their pods, or the new up."""
    # The new ReplicaSet is not made before the old ones are down, or both would have pods.
    sets = sync_revision(rollout, replica_sets)
    if scale_down_old_replica_sets(rollout, sets.old) or old_pods_running(rollout, sets.old):
        return sync_rollout_status(rollout, sets.all, sets.new)
    new, old = (sets.new, sets.old) if sets.new is not None else new_replica_set_of(rollout, replica_sets)
    scale_replica_set(rollout, new, rollout.bounds.desired)
    if deployment_complete(rollout, rollout.status):
        cleanup_deployment(rollout, old)
    return sync_rollout_status(rollout, [*old, new], new)


def scale_down_old_replica_sets(rollout: Rollout, old: Sequence[Obj]) -> bool:
    """Scale every old ReplicaSet to 0; whether any had to be. Mirrors scaleDownOldReplicaSetsForRecreate."""
    scaled = [scale_replica_set(rollout, rs, 0)[0] for rs in active(old)]
    return any(scaled)


def old_pods_running(rollout: Rollout, old: Sequence[Obj]) -> bool:
    """Whether an old ReplicaSet has a pod that has not ended, be it one that is ending.

    The counters answer while there are many; only a pod that no counter shows has to be searched for.
    """
    if total_status(old, "replicas") > 0 or total_status(old, "terminatingReplicas") > 0:
        return True
    return any(_is_running(pod) for rs in old for pod in rollout.cluster.owned(rs, "Pod"))


def _is_running(pod: Obj) -> bool:
    return (pod.get("status") or {}).get("phase") not in ("Failed", "Succeeded")
