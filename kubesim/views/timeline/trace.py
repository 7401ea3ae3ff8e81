"""Timelines in the Trace Event Format, which Perfetto and Chrome's tracing page open.

A timeline is a process: its pods are threads with a slice for each state, its numbers are counters, and its
commands are instants.  Time is in microseconds from the beginning of the timeline that goes back furthest; the zeros
of several coincide.
"""

from __future__ import annotations

import json

from kubesim.api.meta import SECOND
from kubesim.views.timeline.requests import heading_of, outcomes_of, slices_of
from kubesim.views.timeline.verdict import sentences_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from kubesim.views.timeline.model import Lane, Timeline

    Event = dict[str, Any]

MICROSECONDS = 1000  # in a ms


def as_trace(timelines: Sequence[Timeline]) -> str:
    """The whole file."""
    lead = max(timeline.zero - timeline.begin for timeline in timelines)
    processes = (Process(timeline, number, lead) for number, timeline in enumerate(timelines, 1))
    events = [event for process in processes for event in process.events()]
    return json.dumps({"traceEvents": events, "displayTimeUnit": "ms"}, indent=1, ensure_ascii=False) + "\n"


class Process:
    """One timeline; its zero is ``lead`` ms after the beginning of the trace."""

    def __init__(self, timeline: Timeline, number: int, lead: int) -> None:
        self._timeline, self._number, self._lead = timeline, number, lead

    def events(self) -> Iterator[Event]:
        """All events of the timeline."""
        timeline = self._timeline
        yield self._name("process", f"{timeline.title} {timeline.strategy}".rstrip(), 0)
        yield self._event("M", "process_labels", 0, args={"labels": "; ".join(sentences_of(timeline))})
        yield from self._counters()
        yield from self._requests()
        for mark in timeline.marks:
            yield self._event("i", mark.text, 0, ts=self._at(mark.instant), s="p")
        for thread, lane in enumerate(timeline.lanes, 1):
            yield from self._lane(lane, thread)

    def _counters(self) -> Iterator[Event]:
        """The stack of pods, and the floor and the ceiling beside it, whenever they change."""
        for step in self._timeline.steps:
            stack = {"ready, older": step.ready_old, "ready, newest": step.ready_new, "not ready": step.not_ready}
            counters = {"pods": stack, "floor": {"pods": step.floor}, "ceiling": {"pods": step.ceiling}}
            for name, values in counters.items():
                yield self._event("C", name, 0, ts=self._at(step.instant), args=values)

    def _requests(self) -> Iterator[Event]:
        """How many requests came to what, each stretch's share of a second; nothing is sent after the last."""
        outcomes, slices = outcomes_of(self._timeline), slices_of(self._timeline)
        name = heading_of(self._timeline)
        for part in slices:
            rates = {one: round(part.of(one) * SECOND / (part.end - part.begin), 1) for one in outcomes}
            yield self._event("C", name, 0, ts=self._at(part.begin), args=rates)
        if slices:
            yield self._event("C", name, 0, ts=self._at(slices[-1].end), args=dict.fromkeys(outcomes, 0))

    def _lane(self, lane: Lane, thread: int) -> Iterator[Event]:
        yield self._name("thread", lane.pod, thread)
        yield self._event("M", "thread_sort_index", thread, args={"sort_index": thread})
        for span in lane.spans:
            args = {"status": span.reason, "revision": lane.revision, "newest template": span.is_new}
            length = (span.end - span.begin) * MICROSECONDS
            yield self._event("X", span.state.value, thread, cat="pod", ts=self._at(span.begin), dur=length, args=args)

    def _name(self, what: str, name: str, thread: int) -> Event:
        return self._event("M", f"{what}_name", thread, args={"name": name})

    def _event(self, phase: str, name: str, thread: int, **more: Any) -> Event:
        return {"ph": phase, "name": name, "pid": self._number, "tid": thread, **more}

    def _at(self, instant: int) -> int:
        return (instant - self._timeline.zero + self._lead) * MICROSECONDS
