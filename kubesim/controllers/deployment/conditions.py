"""The conditions of a Deployment: their types and reasons, and how one takes the place of another.

A list of conditions is never changed in place.  Mirrors the conditions of
pkg/controller/deployment/util/deployment_util.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, rfc3339

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

AVAILABLE = "Available"
PROGRESSING = "Progressing"
REPLICA_FAILURE = "ReplicaFailure"

# Reasons of Progressing.
REPLICA_SET_UPDATED = "ReplicaSetUpdated"
NEW_REPLICA_SET = "NewReplicaSetCreated"
FAILED_RS_CREATE = "ReplicaSetCreateError"
FOUND_NEW_REPLICA_SET = "FoundNewReplicaSet"
NEW_REPLICA_SET_AVAILABLE = "NewReplicaSetAvailable"
TIMED_OUT = "ProgressDeadlineExceeded"
PAUSED = "DeploymentPaused"
RESUMED = "DeploymentResumed"

# Reasons of Available.
MINIMUM_REPLICAS_AVAILABLE = "MinimumReplicasAvailable"
MINIMUM_REPLICAS_UNAVAILABLE = "MinimumReplicasUnavailable"


def new_condition(kind: str, status: str, reason: str, message: str, now: int) -> Obj:
    """A condition that came about at ``now`` (ms); ``status`` is "True", "False" or "Unknown"."""
    instant = rfc3339(now)
    return {
        "lastTransitionTime": instant,
        "lastUpdateTime": instant,
        "message": message,
        "reason": reason,
        "status": status,
        "type": kind,
    }


def find_condition(conditions: Sequence[Obj], kind: str) -> Obj | None:
    return next((condition for condition in conditions if condition["type"] == kind), None)


def without_condition(conditions: Sequence[Obj], kind: str) -> list[Obj]:
    return [condition for condition in conditions if condition["type"] != kind]


def with_condition(conditions: Sequence[Obj], condition: Obj) -> list[Obj]:
    """The conditions with one more, last, in the place of the one of its type.

    One of the same status and reason stays as it was, and of the same status its lastTransitionTime.
    Mirrors SetDeploymentCondition.
    """
    current = find_condition(conditions, condition["type"])
    if current is not None and current["status"] == condition["status"]:
        if current["reason"] == condition["reason"]:
            return list(conditions)
        condition = {**condition, "lastTransitionTime": current["lastTransitionTime"]}
    return [*without_condition(conditions, condition["type"]), condition]


def with_progress(conditions: Sequence[Obj], condition: Obj) -> list[Obj]:
    """The conditions with this Progressing one, which is replaced even if only its lastUpdateTime is new.

    That instant is what the progress deadline runs from.
    """
    current = find_condition(conditions, PROGRESSING)
    if current is not None and current["status"] == condition["status"]:
        condition = {**condition, "lastTransitionTime": current["lastTransitionTime"]}
    return [*without_condition(conditions, PROGRESSING), condition]


def from_replica_set(condition: Obj) -> Obj:
    """A ReplicaSet's condition as the Deployment's. Mirrors ReplicaSetToDeploymentCondition."""
    return {**condition, "lastUpdateTime": condition["lastTransitionTime"]}
