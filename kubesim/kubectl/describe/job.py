"""The description of a Job. Mirrors describeJob."""

from __future__ import annotations

from kubesim.api.human_duration import human_duration
from kubesim.api.meta import Obj, parse_time
from kubesim.kinds.common.cells import boolean, number, selector_cell
from kubesim.kubectl.describe.common import (
    describe_controller,
    describe_events,
    describe_field,
    describe_metadata,
    describe_name,
    long_time,
)
from kubesim.kubectl.describe.pod_template import describe_pod_template
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Reader

# How many characters of the completed indexes are shown at least.
INDEXES_SHOWN = 50


def describe_job(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    w = Description()
    describe_name(w, obj)
    w.line("Selector:", selector_cell(obj["spec"].get("selector")))
    describe_metadata(w, obj)
    describe_controller(w, obj)
    _describe_job_spec(w, obj["spec"])
    _describe_job_status(w, obj)
    describe_pod_template(w, obj["spec"]["template"])
    if show_events:
        describe_events(w, reader.events_of(obj), now)
    return w.text()


def _describe_job_spec(w: Description, spec: Obj) -> None:
    if spec.get("parallelism") is not None:
        w.line("Parallelism:", spec["parallelism"])
    describe_field(w, "Completions:", spec.get("completions"))
    if spec.get("completionMode") is not None:
        w.line("Completion Mode:", spec["completionMode"])
    if spec.get("suspend") is not None:
        w.line("Suspend:", boolean(spec["suspend"]).lower())
    if spec.get("backoffLimit") is not None:
        w.line("Backoff Limit:", spec["backoffLimit"])
    if spec.get("ttlSecondsAfterFinished") is not None:
        w.line("TTL Seconds After Finished:", spec["ttlSecondsAfterFinished"])


def _describe_job_status(w: Description, obj: Obj) -> None:
    spec, status = obj["spec"], obj.get("status") or {}
    start, end = status.get("startTime"), status.get("completionTime")
    if start:
        w.line("Start Time:", long_time(start))
    if end:
        w.line("Completed At:", long_time(end))
    if start and end:
        w.line("Duration:", human_duration(parse_time(end) - parse_time(start)))
    if spec.get("activeDeadlineSeconds") is not None:
        w.line("Active Deadline Seconds:", f"{spec['activeDeadlineSeconds']}s")
    ready = f" ({status['ready']} Ready)" if status.get("ready") is not None else ""
    ended = f"{number(status, 'succeeded')} Succeeded / {number(status, 'failed')} Failed"
    w.line("Pods Statuses:", f"{number(status, 'active')} Active{ready} / {ended}")
    if spec.get("completionMode") == "Indexed":
        w.line("Completed Indexes:", _capped(status.get("completedIndexes", "")))


def _capped(indexes: str) -> str:
    """Mirrors capIndexesListOrNone: cut after a comma."""
    comma = indexes.find(",", INDEXES_SHOWN)
    return (indexes if comma < 0 else f"{indexes[: comma + 1]}...") or "<none>"
