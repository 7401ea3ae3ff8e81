"""The Job controller: what it watches, when it syncs, and the order of its steps.

Changes of pods are collected for a second; a new Job, or another spec, is synced at once.  The record beside a Job is
``{"seen": what was synced last, "generation": ..., "due": ms, "timer": ms}`` and what the back-off and the retries
need; of a Job that is over it is ``{"over": ms}``, since when.
Mirrors syncJob of pkg/controller/job/job_controller.go, and pkg/controller/ttlafterfinished.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND, Key, Obj, is_terminating, rfc3339
from kubesim.controllers import pod_owners
from kubesim.controllers.job import policies, tracking, verdict
from kubesim.controllers.job.conditions import finished_at
from kubesim.controllers.job.pod_backoff import BackOff, next_back_off
from kubesim.controllers.job.sync import JobSync, begin, is_failed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.cluster import Change, Cluster

BATCH = 1 * SECOND
MOMENT = 100  # ms until a Job that has ended is deleted at the earliest
OUR_NAME = "kubernetes.io/job-controller"


class JobController:
    """Syncs Jobs."""

    name = "job"
    kind = "Job"
    rank = 40

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {"Job": lambda _, change: (change.key,), "Pod": pod_owners.owners_of("Job")}

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Sync a Job if that is due; returns the instant (ms) of the next sync, or None."""
        job = cluster.find(*key)
        tracking.release_strays(cluster, key, job)
        if job is None or job["spec"].get("managedBy", OUR_NAME) != OUR_NAME:
            return None
        if finished_at(job) is not None:
            return _expire(cluster, key, job)
        record = cluster.recall(key) or {}
        seen = _fingerprint(cluster, job)
        if _is_due(cluster, job, record):
            _look(cluster, key, job, seen)
        elif seen != record.get("seen") and "due" not in record:
            cluster.remember(key, {**record, "due": cluster.now + BATCH})
        else:
            return _next_look(record)
        return self.sync(cluster, key)


def _fingerprint(cluster: Cluster, job: Obj) -> list[int]:
    """What changes with the Job and with each of its pods."""
    versions = [int(pod["metadata"]["resourceVersion"]) for pod in cluster.owned(job, "Pod")]
    return [int(job["metadata"]["resourceVersion"]), len(versions), max(versions, default=0)]


def _is_due(cluster: Cluster, job: Obj, record: Obj) -> bool:
    """Whether the spec is new, or collected changes of pods or a timer are due."""
    if record.get("generation") != job["metadata"].get("generation", 1):
        return True
    return any(record.get(name, cluster.now + 1) <= cluster.now for name in ("due", "timer"))


def _next_look(record: Obj) -> int | None:
    return min((record[name] for name in ("due", "timer") if name in record), default=None)


def _look(cluster: Cluster, key: Key, job: Obj, seen: list[int]) -> None:
    """Sync, and record what was seen and when to sync again."""
    record = cluster.recall(key) or {}
    sync = begin(cluster, job, BackOff(record.get("failures", 0), record.get("failed", 0)))
    sync_job(sync)
    kept = {name: value for name, value in (cluster.recall(key) or {}).items() if name in ("retry", "wait")}
    kept.update(seen=seen, generation=job["metadata"].get("generation", 1))
    if sync.back_off.failures:
        kept.update(failures=sync.back_off.failures, failed=sync.back_off.failed)
    later = [instant for instant in sync.looks if instant > cluster.now]
    if later:
        kept["timer"] = min(later)
    cluster.remember(key, kept)


def sync_job(sync: JobSync) -> None:
    """Count the pods, judge the Job, create or delete pods, and write the status. Mirrors syncJob."""
    succeeded = sync.newly_finished("succeeded", lambda pod: pod["status"].get("phase") == "Succeeded")
    failed = sync.newly_finished("failed", lambda pod: is_failed(sync, pod))
    counted = [pod for pod in failed if policies.judge(sync.job, pod).is_counted]
    sync.succeeded = sync.status["succeeded"] + len(succeeded) + len(sync.uncounted("succeeded"))
    sync.failed = sync.status["failed"] + len(counted) + len(sync.uncounted("failed"))
    if "startTime" not in sync.status and not sync.is_suspended:
        sync.status["startTime"] = rfc3339(sync.now)
    sync.back_off = next_back_off(sync.back_off, succeeded, failed)
    verdict.judge(sync)
    is_news = verdict.act(sync)
    numbers = {"active": sync.active, "ready": sync.ready, "terminating": sync.terminating}
    is_news |= any(sync.status.get(name) != number for name, number in numbers.items())
    sync.status.update(numbers)
    tracking.track(sync, is_news=is_news)


def _expire(cluster: Cluster, key: Key, job: Obj) -> int | None:
    """Delete a Job that has been over for ttlSecondsAfterFinished; the instant (ms) at which it will have been.

    One that is not kept for a second goes a moment later all the same, so that a watch shows it finished before.
    """
    record = cluster.recall(key) or {}
    lifetime, finished = job["spec"].get("ttlSecondsAfterFinished"), finished_at(job)
    if lifetime is None or finished is None or is_terminating(job):
        if record:
            cluster.remember(key, None)
        return None
    if "over" not in record:
        record = {"over": cluster.now}
        cluster.remember(key, record)
    due = max(finished + int(lifetime) * SECOND, int(record["over"]) + MOMENT)
    if due > cluster.now:
        return due
    cluster.delete("Job", key.namespace, key.name, propagation="Foreground")
    return None
