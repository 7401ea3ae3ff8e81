"""Old ReplicaSets past the revision history limit go.

Mirrors cleanupDeployment of pkg/controller/deployment/sync.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, is_terminating
from kubesim.controllers.deployment.replica_sets import by_revision, size_of, status_count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.controllers.deployment.sync import Rollout


def cleanup_deployment(rollout: Rollout, old: Sequence[Obj]) -> None:
    """Delete the ReplicaSets of the lowest revisions, so that as many as the limit says stay.

    One that has pods, or that its own controller has not synced yet, stays as well.
    """
    limit = rollout.revision_history_limit
    if limit is None:
        return
    cleanable = by_revision(rs for rs in old if not is_terminating(rs))
    for rs in cleanable[: max(0, len(cleanable) - limit)]:
        if is_spent(rs):
            meta = rs["metadata"]
            rollout.cluster.delete("ReplicaSet", meta["namespace"], meta["name"])


def is_spent(rs: Obj) -> bool:
    """Whether the ReplicaSet has no pods and its controller knows that it is to have none."""
    observed = status_count(rs, "observedGeneration") >= rs["metadata"].get("generation", 0)
    return observed and status_count(rs, "replicas") == 0 and size_of(rs) == 0
