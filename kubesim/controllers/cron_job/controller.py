"""The control loop of CronJobs: a Job at each time of the schedule, and old Jobs deleted.

What is remembered beside a CronJob is ``{"seen": [...], "schedule": [...], "due": ms}``: what it last acted upon, and
when it is due next.  Mirrors pkg/controller/cronjob/cronjob_controllerv2.go.
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, is_terminating
from kubesim.controllers import pod_owners, retries
from kubesim.controllers.cron_job import schedule
from kubesim.controllers.cron_job.jobs import CronSync, cleanup_finished, start, sync_active
from kubesim.errors import StatusError
from kubesim.golang.cron import ScheduleError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.cluster import Change, Cluster

DELTA = 100  # ms after the scheduled time


class CronJobController:
    """Syncs CronJobs."""

    name = "cronjob"
    kind = "CronJob"
    rank = 60

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {"CronJob": pod_owners.itself, "Job": pod_owners.owners_of("CronJob")}

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        """Sync a CronJob after it or one of its Jobs changed, or when it is due; returns the next instant (ms)."""
        obj = cluster.find(*key)
        if obj is None:
            return None
        record = cluster.recall(key) or {}
        seen = _fingerprint(cluster, obj)
        if record.get("seen") == seen and record.get("due", cluster.now + 1) > cluster.now:
            return record.get("due")
        due = _act(CronSync(cluster, obj, cluster.owned(obj, "Job")), record)
        kept = {name: value for name, value in (cluster.recall(key) or {}).items() if name in ("retry", "wait")}
        kept.update(seen=_fingerprint(cluster, obj), schedule=_schedule(obj))
        if due is not None:
            kept["due"] = due
        cluster.remember(key, kept)
        return due


def _fingerprint(cluster: Cluster, obj: Obj) -> list[int]:
    """What changes with the CronJob's spec and with each of its Jobs."""
    versions = [int(job["metadata"]["resourceVersion"]) for job in cluster.owned(obj, "Job")]
    return [int(obj["metadata"].get("generation", 1)), len(versions), max(versions, default=0)]


def _schedule(obj: Obj) -> list[str | None]:
    return [obj["spec"]["schedule"], obj["spec"].get("timeZone")]


def _act(sync: CronSync, record: Obj) -> int | None:
    """One sync; returns the instant (ms) of the next. Mirrors sync and syncCronJob."""
    cleanup_finished(sync)
    sync_active(sync)
    try:
        return None if is_terminating(sync.obj) else _on_schedule(sync, record)
    finally:
        sync.write_status()


def _on_schedule(sync: CronSync, record: Obj) -> int | None:
    """Start the Job that is due; returns when to sync again (ms). A changed schedule counts from now on."""
    if sync.obj["spec"].get("suspend"):
        return None
    try:
        plan = schedule.plan_of(sync.obj["spec"])
    except ScheduleError as error:
        text = sync.obj["spec"]["schedule"]
        sync.record_event("Warning", "UnparseableSchedule", f'unparseable schedule: "{text}" : {error}')
        return None
    try:
        if record.get("schedule", _schedule(sync.obj)) == _schedule(sync.obj):
            _start_due(sync, plan)
            retries.succeeded(sync.cluster, sync.key)
        following = schedule.next_look(sync.current(), plan, sync.now)
    except StatusError:
        return retries.refused(sync.cluster, sync.key)
    except ScheduleError as error:
        sync.record_event("Warning", "InvalidSchedule", f"invalid schedule: {sync.obj['spec']['schedule']} : {error}")
        return None
    return None if following is None else following + DELTA


def _start_due(sync: CronSync, plan: schedule.Plan) -> None:
    """Start the latest Job that is due, unless it is too late or another one is in its way."""
    found = schedule.due(sync.current(), plan, sync.now, heed_deadline=True)
    if found.latest is None:
        return
    if found.is_many:
        why = "Set or decrease .spec.startingDeadlineSeconds or check clock skew"
        sync.record_event("Warning", "TooManyMissedTimes", f"too many missed start times. {why}")
    start(sync, plan, found.latest)
