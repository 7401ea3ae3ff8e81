"""The conditions of a Job. A list of them is never changed in place.

Mirrors newCondition and ensureJobConditionStatus of pkg/controller/job/job_controller.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, parse_time, rfc3339

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

COMPLETE = "Complete"
FAILED = "Failed"
FAILURE_TARGET = "FailureTarget"
SUCCESS_CRITERIA_MET = "SuccessCriteriaMet"
SUSPENDED = "Suspended"


def new_condition(kind: str, status: str, reason: str, message: str, now: int) -> Obj:
    """A condition that came about at ``now`` (ms); ``status`` is "True" or "False"."""
    instant = rfc3339(now)
    return {
        "lastProbeTime": instant,
        "lastTransitionTime": instant,
        "message": message,
        "reason": reason,
        "status": status,
        "type": kind,
    }


def true_condition(conditions: Sequence[Obj], kind: str) -> Obj | None:
    """The condition of that type, if there is one and it holds."""
    return next((c for c in conditions if c["type"] == kind and c["status"] == "True"), None)


def with_condition(conditions: Sequence[Obj], wanted: Obj) -> list[Obj] | None:
    """The conditions with one added or replaced; None if nothing changes, or if the new one does not hold."""
    fields = ("status", "reason", "message")
    for index, given in enumerate(conditions):
        if given["type"] == wanted["type"]:
            if all(given[field] == wanted[field] for field in fields):
                return None
            return [*conditions[:index], wanted, *conditions[index + 1 :]]
    return None if wanted["status"] == "False" else [*conditions, wanted]


def finished_at(job: Obj) -> int | None:
    """When the Job completed or failed (ms), None if it did not yet. Mirrors IsJobFinished."""
    for condition in (job.get("status") or {}).get("conditions") or ():
        if condition["type"] in (COMPLETE, FAILED) and condition["status"] == "True":
            return parse_time(condition["lastTransitionTime"])
    return None
