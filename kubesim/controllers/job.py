"""The Job controller: pods that are to succeed so many times. Mirrors pkg/controller/job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.api.meta import SECOND, Key, Obj, controller_of, dig, is_terminating, parse_time, rfc3339
from kubesim.controllers import pod_control
from kubesim.sim import events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.cluster import Change, Cluster

COMPONENT = "job-controller"
FIRST_BACK_OFF = 10 * SECOND
LONGEST_BACK_OFF = 600 * SECOND
REACHED = "Reached expected number of succeeded pods"


class JobController:
    """Syncs Jobs."""

    name = "job"
    kind = "Job"
    rank = 40

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {"Job": lambda cluster, change: [change.key], "Pod": _of_pod}

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Count what succeeded and failed, start what is missing, and tell when it is over. Mirrors syncJob."""
        job = cluster.find(*key)
        if job is None or is_terminating(job):
            return None
        if _finished_at(job) is not None:
            return _expire(cluster, job)
        pods = cluster.owned(job, "Pod")
        count = Count(pods)
        verdict = _verdict(job, count, cluster.now)
        look = None
        if verdict is not None:
            for pod in count.active:
                pod_control.delete_pod(cluster, job, pod, COMPONENT)
        else:
            look = _manage(cluster, job, count)
        stored = cluster.update_status(job, _status(cluster, job, verdict))
        if verdict is not None:
            _tell_end(cluster, stored, verdict)
        return look


class Count:
    """A job's pods by what became of them."""

    def __init__(self, pods: list[Obj]) -> None:
        self.active = [pod for pod in pods if pod_control.is_active(pod)]
        self.succeeded = [pod for pod in pods if pod["status"].get("phase") == "Succeeded"]
        self.failed = [pod for pod in pods if pod["status"].get("phase") == "Failed"]


def _of_pod(cluster: Cluster, change: Change) -> Iterable[Key]:  # noqa: ARG001
    for pod in (change.old, change.new):
        reference = None if pod is None else controller_of(pod)
        if reference is not None and reference["kind"] == "Job":
            yield Key("Job", change.key.namespace, reference["name"])


def _finished_at(job: Obj) -> int | None:
    """When the job was over (ms), None while it is not."""
    for condition in dig(job, "status", "conditions", default=()):
        if condition["type"] in ("Complete", "Failed") and condition["status"] == "True":
            return parse_time(condition["lastTransitionTime"])
    return None


def _expire(cluster: Cluster, job: Obj) -> int | None:
    """Delete a job that is over for ttlSecondsAfterFinished. Mirrors ttlafterfinished."""
    lifetime = job["spec"].get("ttlSecondsAfterFinished")
    finished = _finished_at(job)
    if lifetime is None or finished is None:
        return None
    due = finished + int(lifetime) * SECOND
    if due > cluster.now:
        return due
    cluster.delete("Job", job["metadata"]["namespace"], job["metadata"]["name"])
    return None


# What ended a job: the condition, its reason and its message.
Verdict = tuple[str, str, str]


def _verdict(job: Obj, count: Count, now: int) -> Verdict | None:
    spec = job["spec"]
    wanted = spec.get("completions")
    if len(count.failed) > spec.get("backoffLimit", 6):
        return "Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit"
    deadline, started = spec.get("activeDeadlineSeconds"), dig(job, "status", "startTime")
    if deadline is not None and started and now >= parse_time(started) + deadline * SECOND:
        return "Failed", "DeadlineExceeded", "Job was active longer than specified deadline"
    done = len(count.succeeded)
    if wanted is None:
        return ("Complete", "CompletionsReached", REACHED) if done and not count.active else None
    return ("Complete", "CompletionsReached", REACHED) if done >= wanted else None


def _manage(cluster: Cluster, job: Obj, count: Count) -> int | None:
    """Start or stop pods; the instant of the next look. Mirrors manageJob."""
    spec = job["spec"]
    if spec.get("suspend"):
        for pod in count.active:
            pod_control.delete_pod(cluster, job, pod, COMPONENT)
        return None
    wanted = spec.get("parallelism", 1)
    if spec.get("completions") is not None:
        wanted = min(wanted, spec["completions"] - len(count.succeeded))
    elif count.succeeded:
        wanted = len(count.active)
    missing = wanted - len(count.active)
    for pod in count.active[: max(-missing, 0)]:
        pod_control.delete_pod(cluster, job, pod, COMPONENT)
    due = _back_off_end(count)
    if missing > 0 and due > cluster.now:
        return _earliest(due, _deadline(job))
    for _ in range(missing):
        pod_control.create_pod(cluster, job, COMPONENT)
    return _deadline(job) or _first_deadline(job, cluster.now)


def _back_off_end(count: Count) -> int:
    """When the next pod may start after failures: 10 seconds after the last, doubled for each."""
    ends = [_end_of(pod) for pod in count.failed]
    if not ends or any(_end_of(pod) > max(ends) for pod in count.succeeded):
        return 0
    return max(ends) + min(FIRST_BACK_OFF << (len(ends) - 1), LONGEST_BACK_OFF)


def _end_of(pod: Obj) -> int:
    """When the last container ended (ms)."""
    statuses = dig(pod, "status", "containerStatuses", default=())
    ends = [dig(status, "state", "terminated", "finishedAt") for status in statuses]
    return max((parse_time(end) for end in ends if end), default=0)


def _deadline(job: Obj) -> int | None:
    deadline, started = job["spec"].get("activeDeadlineSeconds"), dig(job, "status", "startTime")
    return None if deadline is None or not started else parse_time(started) + deadline * SECOND


def _first_deadline(job: Obj, now: int) -> int | None:
    """The deadline of a job that starts now; its start is told in whole seconds."""
    deadline = job["spec"].get("activeDeadlineSeconds")
    return None if deadline is None else now // SECOND * SECOND + deadline * SECOND


def _earliest(one: int, other: int | None) -> int:
    return one if other is None else min(one, other)


def _status(cluster: Cluster, job: Obj, verdict: Verdict | None) -> Obj:
    """The status that the pods make. Mirrors the status that trackJobStatusAndRemoveFinalizers writes."""
    count = Count(cluster.owned(job, "Pod"))
    ready = [pod for pod in count.active if pod_control.is_ready(pod)]
    counts = {"active": len(count.active), "failed": len(count.failed), "succeeded": len(count.succeeded)}
    status: Obj = {
        **{field: number for field, number in counts.items() if number},
        "ready": len(ready),
        "terminating": 0,
        "uncountedTerminatedPods": {},
        "startTime": dig(job, "status", "startTime") or rfc3339(cluster.now),
    }
    if job["spec"].get("suspend"):
        status.pop("startTime")
        status["conditions"] = [
            _condition("Suspended", "JobSuspended", "Job suspended", _since(job, "Suspended", cluster.now))
        ]
    if verdict is not None:
        kind, reason, message = verdict
        first = "SuccessCriteriaMet" if kind == "Complete" else "FailureTarget"
        stamp = rfc3339(cluster.now)
        status["conditions"] = [_condition(name, reason, message, stamp) for name in (first, kind)]
        if kind == "Complete":
            status["completionTime"] = stamp
    return status


def _since(job: Obj, kind: str, now: int) -> str:
    """Since when a condition holds."""
    for condition in dig(job, "status", "conditions", default=()):
        if condition["type"] == kind:
            return str(condition["lastTransitionTime"])
    return rfc3339(now)


def _condition(kind: str, reason: str, message: str, stamp: str) -> Obj:
    times = {"lastProbeTime": stamp, "lastTransitionTime": stamp}
    return {**times, "message": message, "reason": reason, "status": "True", "type": kind}


def _tell_end(cluster: Cluster, job: Obj, verdict: Verdict) -> None:
    kind, reason, message = verdict
    if kind == "Complete":
        events.record(cluster, job, "Normal", "Completed", "Job completed", COMPONENT)
    else:
        events.record(cluster, job, "Warning", reason, message, COMPONENT)
