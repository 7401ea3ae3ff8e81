"""The description of a CronJob. Mirrors describeCronJob."""

from __future__ import annotations

from kubesim.api.meta import Obj, dig
from kubesim.kinds.common.cells import boolean, selector_cell
from kubesim.kubectl.describe.common import describe_events, describe_field, describe_metadata, describe_name, long_time
from kubesim.kubectl.describe.pod_template import describe_pod_template
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Reader

UNSET = "<unset>"


def describe_cron_job(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    w = Description()
    spec = obj["spec"]
    describe_name(w, obj)
    describe_metadata(w, obj)
    w.line("Schedule:", spec["schedule"])
    w.line("Concurrency Policy:", spec.get("concurrencyPolicy", ""))
    suspend = spec.get("suspend")
    w.line("Suspend:", UNSET if suspend is None else boolean(suspend))
    describe_field(w, "Time Zone:", spec.get("timeZone"))
    describe_field(w, "Successful Job History Limit:", spec.get("successfulJobsHistoryLimit"))
    describe_field(w, "Failed Job History Limit:", spec.get("failedJobsHistoryLimit"))
    deadline = spec.get("startingDeadlineSeconds")
    w.line("Starting Deadline Seconds:", UNSET if deadline is None else f"{deadline}s")
    _describe_job_template(w, dig(spec, "jobTemplate", "spec", default={}))
    last = dig(obj, "status", "lastScheduleTime")
    w.line("Last Schedule Time:", long_time(last) if last else UNSET)
    active = dig(obj, "status", "active", default=())
    w.line("Active Jobs:", ", ".join(job["name"] for job in active) or "<none>")
    if show_events:
        describe_events(w, reader.events_of(obj), now)
    return w.text()


def _describe_job_template(w: Description, spec: Obj) -> None:
    selector = spec.get("selector")
    w.line("Selector:", UNSET if selector is None else selector_cell(selector))
    describe_field(w, "Parallelism:", spec.get("parallelism"))
    describe_field(w, "Completions:", spec.get("completions"))
    if spec.get("activeDeadlineSeconds") is not None:
        w.line("Active Deadline Seconds:", f"{spec['activeDeadlineSeconds']}s")
    describe_pod_template(w, spec.get("template"))
