"""Whether a rollout goes forward, is done, or has passed its deadline.

Mirrors pkg/controller/deployment/progress.go.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND, Obj, parse_time
from kubesim.controllers.deployment.conditions import (
    NEW_REPLICA_SET_AVAILABLE,
    PROGRESSING,
    REPLICA_FAILURE,
    REPLICA_SET_UPDATED,
    TIMED_OUT,
    find_condition,
    from_replica_set,
    new_condition,
    with_condition,
    with_progress,
    without_condition,
)
from kubesim.controllers.deployment.status import calculate_status, write_status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.controllers.deployment.sync import Rollout


def sync_rollout_status(rollout: Rollout, everything: Sequence[Obj], new: Obj | None) -> int | None:
    """Write the status with its progress conditions; returns the instant (ms) to check for a time-out."""
    status = calculate_status(rollout, everything, new)
    conditions = _with_progressing(rollout, status, new)
    failure = replica_failure(everything, new)
    if failure is not None:
        conditions = with_condition(conditions, failure)
    else:
        conditions = without_condition(conditions, REPLICA_FAILURE)
    status["conditions"] = conditions
    write_status(rollout, status)
    return next_progress_check(rollout)


def _with_progressing(rollout: Rollout, status: Obj, new: Obj | None) -> list[Obj]:
    """The conditions with that of progress; unchanged without a deadline or after a rollout is done."""
    conditions: list[Obj] = status["conditions"]
    if rollout.progress_deadline is None:
        return without_condition(conditions, PROGRESSING)
    current = rollout.progressing
    same_pods = status.get("replicas", 0) == status.get("updatedReplicas", 0)
    if same_pods and current is not None and current["reason"] == NEW_REPLICA_SET_AVAILABLE:
        return conditions
    subject = f'ReplicaSet "{new["metadata"]["name"]}"' if new else f'Deployment "{rollout.name}"'
    now = rollout.now
    if deployment_complete(rollout, status):
        message = f"{subject} has successfully progressed."
        return with_condition(conditions, new_condition(PROGRESSING, "True", NEW_REPLICA_SET_AVAILABLE, message, now))
    if deployment_progressing(rollout.status, status):
        message = f"{subject} is progressing."
        return with_progress(conditions, new_condition(PROGRESSING, "True", REPLICA_SET_UPDATED, message, now))
    if deployment_timed_out(rollout):
        message = f"{subject} has timed out progressing."
        return with_condition(conditions, new_condition(PROGRESSING, "False", TIMED_OUT, message, now))
    return conditions


def deployment_complete(rollout: Rollout, status: Obj) -> bool:
    """Whether every pod wanted is new and available, and no old one is left, by a status that knows the spec."""
    desired = rollout.bounds.desired
    counts = [status.get(name, 0) for name in ("updatedReplicas", "replicas", "availableReplicas")]
    generation = rollout.deployment["metadata"].get("generation", 0)
    return counts == [desired] * 3 and status.get("observedGeneration", 0) >= generation


def deployment_progressing(before: Obj, after: Obj) -> bool:
    """Whether one status is further than another: more new, ready or available pods, or fewer old ones."""
    if _old_replicas(after) < _old_replicas(before):
        return True
    grows = ("updatedReplicas", "readyReplicas", "availableReplicas")
    return any(after.get(name, 0) > before.get(name, 0) for name in grows)


def _old_replicas(status: Obj) -> int:
    return int(status.get("replicas", 0) - status.get("updatedReplicas", 0))


def deployment_timed_out(rollout: Rollout) -> bool:
    """Whether the deadline has passed since the last progress, or had passed already."""
    current = rollout.progressing
    if current is not None and current["reason"] == TIMED_OUT:
        return True
    due = progress_deadline_of(rollout)
    return due is not None and due <= rollout.now


def progress_deadline_of(rollout: Rollout) -> int | None:
    """The instant (ms) at which a lack of progress is noticed; None where there is none to notice.

    It is a second past the deadline, which counts from a time in whole seconds: that is when upstream syncs again.
    """
    current, seconds = rollout.progressing, rollout.progress_deadline
    if current is None or seconds is None or current["reason"] in (NEW_REPLICA_SET_AVAILABLE, TIMED_OUT):
        return None
    return parse_time(current["lastUpdateTime"]) + (seconds + 1) * SECOND


def next_progress_check(rollout: Rollout) -> int | None:
    """When to check for a time-out, in ms; None once the rollout is done or was found stuck.

    Mirrors requeueStuckDeployment.
    """
    if deployment_complete(rollout, rollout.status):
        return None
    return progress_deadline_of(rollout)


def replica_failure(everything: Sequence[Obj], new: Obj | None) -> Obj | None:
    """What keeps a ReplicaSet from making pods, the new one's word first. Mirrors getReplicaFailures."""
    for rs in ([new] if new else []) + list(everything):
        failure = find_condition((rs.get("status") or {}).get("conditions") or (), REPLICA_FAILURE)
        if failure is not None:
            return from_replica_set(failure)
    return None
