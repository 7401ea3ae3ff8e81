"""Timelines as data: JSON with all that is in them, CSV with their steps."""

from __future__ import annotations

import json

from kubesim.api.meta import SECOND, rfc3339_micro
from kubesim.network.model import OUTCOMES
from kubesim.views.timeline.requests import slices_of
from kubesim.views.timeline.verdict import verdict_of
from kubesim.views.traffic.tables import document_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kubesim.views.timeline.model import Lane, Span, Step, Timeline

#: The numbers of a step, by their names in JSON and CSV.
COUNTS = {
    "readyOld": "ready_old",
    "readyNew": "ready_new",
    "notReady": "not_ready",
    "terminating": "terminating",
    "updated": "updated",
    "available": "available",
    "desired": "desired",
    "floor": "floor",
    "ceiling": "ceiling",
}


def as_json(timelines: Sequence[Timeline]) -> str:
    """One timeline as an object, several as a list of them. Seconds count from the timeline's zero, a date."""
    documents = [_document(timeline) for timeline in timelines]
    return json.dumps(documents[0] if len(documents) == 1 else documents, indent=4, ensure_ascii=False) + "\n"


def as_csv(timelines: Sequence[Timeline]) -> str:
    """A row for each step, with the workload, the seconds from zero until when it held, and its numbers.

    Where there are requests, the last columns are how many were sent meanwhile, by what they came to.
    """
    outcomes = OUTCOMES if any(timeline.traffic for timeline in timelines) else ()
    rows = [",".join(["workload", "begin", "end", *COUNTS, *(outcome.replace(" o", "O") for outcome in outcomes)])]
    for timeline in timelines:
        for step, until in timeline.periods():
            sent = [_sent(timeline, step.instant, until, outcome) for outcome in outcomes]
            ends = (_seconds(timeline, instant) for instant in (step.instant, until))
            rows.append(",".join(map(str, [timeline.title, *ends, *_counts(step).values(), *sent])))
    return "".join(f"{row}\n" for row in rows)


def _sent(timeline: Timeline, begin: int, end: int, outcome: str) -> int:
    """How many requests that were sent meanwhile had an outcome; stretches of requests end where steps do."""
    return sum(part.of(outcome) for part in slices_of(timeline) if begin <= part.begin < end)


def _document(timeline: Timeline) -> dict[str, Any]:
    verdict = verdict_of(timeline)
    traffic = timeline.traffic
    document = {
        "kind": timeline.key.kind,
        "namespace": timeline.key.namespace,
        "name": timeline.key.name,
        "strategy": timeline.strategy,
        "zero": rfc3339_micro(timeline.zero),
        "begin": _seconds(timeline, timeline.begin),
        "end": _seconds(timeline, timeline.end),
        "verdict": {
            "sentence": verdict.sentence,
            "outcome": verdict.outcome.value,
            "secondsBelowFloor": verdict.below_floor / SECOND,
            "secondsWithoutReady": verdict.without_ready / SECOND,
            "leastReady": verdict.worst.ready,
            "leastAvailable": verdict.least_available,
            "mostPods": verdict.most_pods,
        },
        "marks": [
            {"at": _seconds(timeline, mark.instant), "kind": mark.kind.value, "text": mark.text}
            for mark in timeline.marks
        ],
        "steps": [{"at": _seconds(timeline, step.instant), **_counts(step)} for step in timeline.steps],
        "pods": [_pod(timeline, lane) for lane in timeline.lanes],
    }
    return document if traffic is None else {**document, "traffic": document_of(traffic, timeline.zero)}


def _pod(timeline: Timeline, lane: Lane) -> dict[str, Any]:
    spans = [_span(timeline, span) for span in lane.spans]
    return {"name": lane.pod, "owner": lane.owner, "revision": lane.revision, "spans": spans}


def _span(timeline: Timeline, span: Span) -> dict[str, Any]:
    return {
        "state": span.state.value,
        "status": span.reason,
        "newestTemplate": span.is_new,
        "begin": _seconds(timeline, span.begin),
        "end": _seconds(timeline, span.end),
    }


def _counts(step: Step) -> dict[str, int]:
    return {name: getattr(step, field) for name, field in COUNTS.items()}


def _seconds(timeline: Timeline, instant: int) -> float:
    return (instant - timeline.zero) / SECOND
