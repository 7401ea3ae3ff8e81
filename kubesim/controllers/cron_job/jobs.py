"""The Jobs of a CronJob: started, noticed when they end, and deleted when there are too many.

Mirrors syncCronJob and cleanupFinishedJobs of pkg/controller/cronjob/cronjob_controllerv2.go.
"""

from __future__ import annotations

from kubesim.api.meta import MINUTE, SECOND, Key, Obj, controller_reference, copy_of, key_of, parse_time, rfc3339
from kubesim.api.well_known import CRON_JOB_SCHEDULED_TIMESTAMP_ANNOTATION
from kubesim.cluster import Client
from kubesim.cluster.request_context import of_controller
from kubesim.controllers.event_recorder import involved, record
from kubesim.errors import StatusError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.cluster import Cluster
    from kubesim.controllers.cron_job.schedule import Plan

COMPONENT = "cronjob-controller"


class CronSync:
    """A CronJob during one sync. ``status`` runs ahead of the stored one until ``write_status``."""

    def __init__(self, cluster: Cluster, obj: Obj, jobs: Sequence[Obj]) -> None:
        self.cluster = cluster
        self.obj = obj
        self.jobs = jobs
        self.status: Obj = dict(obj.get("status") or {})

    @property
    def now(self) -> int:
        return self.cluster.now

    @property
    def key(self) -> Key:
        return key_of(self.obj)

    @property
    def active(self) -> list[Obj]:
        """References to the Jobs that are not over."""
        return self.status.get("active") or []

    def current(self) -> Obj:
        """The CronJob with this sync's status."""
        return {**self.obj, "status": self.status}

    def record_event(self, event_type: str, reason: str, message: str) -> None:
        record(self.cluster, self.obj, event_type, reason, message, COMPONENT)

    def drop_active(self, uid: str) -> None:
        active = [reference for reference in self.active if reference["uid"] != uid]
        self.status.pop("active", None)
        if active:
            self.status["active"] = active

    def write_status(self) -> None:
        self.cluster.update_status(self.obj, self.status)


def _end_of(job: Obj) -> str | None:
    """How the Job ended: "Complete" or "Failed"."""
    for condition in (job.get("status") or {}).get("conditions") or ():
        if condition["type"] in ("Complete", "Failed") and condition["status"] == "True":
            return str(condition["type"])
    return None


# Jobs that are over


def cleanup_finished(sync: CronSync) -> None:
    """Delete the oldest Jobs past the limits, of those that succeeded and of those that failed."""
    limits = {"Complete": "successfulJobsHistoryLimit", "Failed": "failedJobsHistoryLimit"}
    for end, field in limits.items():
        limit = sync.obj["spec"].get(field)
        finished = sorted((job for job in sync.jobs if _end_of(job) == end), key=_by_start)
        if limit is not None:
            for job in finished[: max(0, len(finished) - limit)]:
                _delete(sync, job)


def _by_start(job: Obj) -> tuple[str, str]:
    """Those that never started come last."""
    start = (job.get("status") or {}).get("startTime") or "~"
    return start, job["metadata"]["name"]


def _delete(sync: CronSync, job: Obj) -> None:
    meta = job["metadata"]
    if sync.cluster.find("Job", meta["namespace"], meta["name"]) is None:
        return
    sync.cluster.delete("Job", meta["namespace"], meta["name"])
    sync.drop_active(meta["uid"])
    sync.record_event("Normal", "SuccessfulDelete", f"Deleted job {meta['name']}")


def sync_active(sync: CronSync) -> None:
    """Bring the list of active Jobs up to date, and record an event for each that ended."""
    listed = {reference["uid"] for reference in sync.active}
    for job in sync.jobs:
        meta, end = job["metadata"], _end_of(job)
        is_listed = meta["uid"] in listed
        if end is None:
            if not is_listed:
                message = f"Saw a job that the controller did not create or forgot: {meta['name']}"
                sync.record_event("Warning", "UnexpectedJob", message)
            continue
        if is_listed:
            sync.drop_active(meta["uid"])
            sync.record_event("Normal", "SawCompletedJob", f"Saw completed job: {meta['name']}, condition: {end}")
        if end == "Complete":
            _note_success(sync, job["status"].get("completionTime"))
    known = {job["metadata"]["uid"] for job in sync.jobs}
    for reference in sync.active:
        if reference["uid"] not in known:
            sync.drop_active(reference["uid"])
            sync.record_event("Normal", "MissingJob", f"Active job went missing: {reference['name']}")


def _note_success(sync: CronSync, completed: str | None) -> None:
    last = sync.status.get("lastSuccessfulTime")
    if completed is not None and (last is None or parse_time(completed) > parse_time(last)):
        sync.status["lastSuccessfulTime"] = completed


# the next Job


def start(sync: CronSync, plan: Plan, due: int) -> None:
    """Start the Job that was due at that instant (ms), unless its time is past or the policy forbids it."""
    spec = sync.obj["spec"]
    deadline = spec.get("startingDeadlineSeconds")
    if deadline is not None and due + deadline * SECOND < sync.now:
        sync.record_event("Warning", "MissSchedule", f"Missed scheduled time to start a job: {_rfc1123(due)}")
        return
    name = f"{sync.obj['metadata']['name']}-{due // MINUTE}"
    is_listed = any(reference["name"] == name for reference in sync.active)
    if is_listed or sync.status.get("lastScheduleTime") == rfc3339(due):
        return
    if spec["concurrencyPolicy"] == "Forbid" and sync.active:
        why = "prior execution is running and concurrency policy is Forbid"
        sync.record_event("Normal", "JobAlreadyActive", f"Not starting job because {why}")
        return
    if spec["concurrencyPolicy"] == "Replace":
        for reference in sync.active:
            job = sync.cluster.find("Job", reference["namespace"], reference["name"])
            if job is not None:
                _delete(sync, job)
    job = _create(sync, plan, name, due)
    if job is not None:
        sync.status["active"] = [*sync.active, involved(job)]
        sync.status["lastScheduleTime"] = rfc3339(due)


def _create(sync: CronSync, plan: Plan, name: str, due: int) -> Obj | None:
    """Make the Job; None where somebody else's has its name. StatusError where it is refused."""
    template = sync.obj["spec"]["jobTemplate"]
    given = template.get("metadata") or {}
    meta: Obj = {
        "annotations": {**(given.get("annotations") or {}), CRON_JOB_SCHEDULED_TIMESTAMP_ANNOTATION: plan.text_of(due)},
        "name": name,
        "namespace": sync.key.namespace,
        "ownerReferences": [controller_reference(sync.obj)],
    }
    if given.get("labels"):
        meta["labels"] = dict(given["labels"])
    wanted = {"apiVersion": "batch/v1", "kind": "Job", "metadata": meta, "spec": copy_of(template["spec"])}
    try:
        job = Client(sync.cluster, of_controller("cronjob-controller")).create(wanted)
    except StatusError as error:
        if error.reason == "AlreadyExists":
            return None
        sync.record_event("Warning", "FailedCreate", f"Error creating job: {error}")
        raise
    sync.record_event("Normal", "SuccessfulCreate", f"Created job {name}")
    return job


def _rfc1123(instant: int) -> str:
    """``Mon, 02 Jan 2006 15:04:05 UTC``."""
    from time import gmtime, strftime

    return strftime("%a, %d %b %Y %H:%M:%S UTC", gmtime(instant // SECOND))
