"""The status of a Deployment, added up from its ReplicaSets.

Mirrors calculateStatus, syncDeploymentStatus and checkPausedConditions of pkg/controller/deployment/sync.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj
from kubesim.controllers.deployment.conditions import (
    AVAILABLE,
    MINIMUM_REPLICAS_AVAILABLE,
    MINIMUM_REPLICAS_UNAVAILABLE,
    PAUSED,
    RESUMED,
    TIMED_OUT,
    new_condition,
    with_condition,
)
from kubesim.controllers.deployment.replica_sets import total_size, total_status, total_terminating

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.controllers.deployment.sync import Rollout


def calculate_status(rollout: Rollout, everything: Sequence[Obj], new: Obj | None) -> Obj:
    """The status that the ReplicaSets add up to; numbers that are 0 are left out, as JSON's omitempty does."""
    available = total_status(everything, "availableReplicas")
    counts = {
        "observedGeneration": rollout.deployment["metadata"].get("generation", 0),
        "replicas": total_status(everything, "replicas"),
        "updatedReplicas": total_status([new], "replicas") if new else 0,
        "readyReplicas": total_status(everything, "readyReplicas"),
        "availableReplicas": available,
        "unavailableReplicas": max(0, total_size(everything) - available),
    }
    status: Obj = {name: count for name, count in counts.items() if count}
    terminating = total_terminating(everything)
    if terminating is not None:
        status["terminatingReplicas"] = terminating
    if "collisionCount" in rollout.status:
        status["collisionCount"] = rollout.status["collisionCount"]
    status["conditions"] = with_condition(rollout.conditions, availability(rollout, available))
    return status


def availability(rollout: Rollout, available: int) -> Obj:
    """The Available condition for that many available pods."""
    if available >= rollout.bounds.min_available:
        message = "Deployment has minimum availability."
        return new_condition(AVAILABLE, "True", MINIMUM_REPLICAS_AVAILABLE, message, rollout.now)
    message = "Deployment does not have minimum availability."
    return new_condition(AVAILABLE, "False", MINIMUM_REPLICAS_UNAVAILABLE, message, rollout.now)


def sync_deployment_status(rollout: Rollout, everything: Sequence[Obj], new: Obj | None) -> None:
    """Write the status if it is another."""
    write_status(rollout, calculate_status(rollout, everything, new))


def write_status(rollout: Rollout, status: Obj) -> None:
    if status != rollout.status:
        rollout.deployment = {**rollout.deployment, "status": status}
        rollout.update_status()


def check_paused_conditions(rollout: Rollout) -> None:
    """Note that the Deployment was paused or resumed, so that it cannot time out for the time it stood still."""
    current = rollout.progressing
    reason = current and current["reason"]
    if rollout.progress_deadline is None or reason == TIMED_OUT:
        return
    paused = bool(rollout.spec.get("paused"))
    if paused == (reason == PAUSED):
        return
    if paused:
        rollout.set_progressing("Unknown", PAUSED, "Deployment is paused")
    else:
        rollout.set_progressing("Unknown", RESUMED, "Deployment is resumed")
    rollout.update_status()
