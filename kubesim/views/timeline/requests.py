"""Requests on a timeline: what those came to that were sent to a Service while it was lived."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby

from kubesim.api.meta import HOUR, key_of
from kubesim.network.model import ANSWERED, OUTCOMES, Rules
from kubesim.views.traffic.past import PastRequests
from kubesim.views.traffic.services import usual_port
from kubesim.views.words import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kubesim.api.meta import Obj
    from kubesim.views.timeline.model import Timeline
    from kubesim.views.timeline.past import Past
    from kubesim.views.traffic.model import Requests

LONGEST = 6 * HOUR  # that is led again an instant at a time

#: By whom a request was answered: a pod of an older or of the newest template, or one of another workload.
OLD, NEW, OTHER = "older", "newest", "other"


@dataclass(frozen=True, slots=True)
class Slice:
    """Requests that were sent from ``begin`` (ms) on; the next were sent at ``end``.

    ``counts`` are by what they came to; what was answered is by the template of the pod.
    """

    begin: int
    end: int
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def answered(self) -> int:
        return sum(self.counts.get(by, 0) for by in (OLD, NEW, OTHER))

    def of(self, outcome: str) -> int:
        """How many had an outcome."""
        return self.answered if outcome == ANSWERED else self.counts.get(outcome, 0)

    @property
    def by(self) -> str:
        """Whose answers were the most."""
        return max((OLD, NEW, OTHER), key=lambda by: self.counts.get(by, 0))


def slices_of(timeline: Timeline) -> list[Slice]:
    """The requests in order; none where none were asked for."""
    requests = () if timeline.traffic is None else timeline.traffic.requests
    newest = _templates(timeline)
    found: list[Slice] = []
    for begin, same in groupby(requests, lambda one: one.begin):
        counts: dict[str, int] = {}
        for one in same:
            fate = _by(newest, one) if not one.failed else one.fate.outcome
            counts[fate] = counts.get(fate, 0) + one.count
        found.append(Slice(begin, begin, counts))
    ends = [part.begin for part in found[1:]] + [timeline.traffic.end if timeline.traffic else 0]
    return [replace(part, end=end) for part, end in zip(found, ends, strict=False)]


def outcomes_of(timeline: Timeline) -> list[str]:
    """What requests came to, the best first; always with those that were answered."""
    slices = slices_of(timeline)
    return [one for one in OUTCOMES if one == ANSWERED or any(part.of(one) for part in slices)] if slices else []


def heading_of(timeline: Timeline) -> str:
    """``50 requests a second``; empty where there are none."""
    return "" if timeline.traffic is None else f"{counted(timeline.traffic.rules.rate, 'request')} a second"


def _templates(timeline: Timeline) -> dict[str, list[tuple[int, bool]]]:
    """From when on each pod was, or was not, of the newest template."""
    return {lane.pod: [(span.end, span.is_new) for span in lane.spans] for lane in timeline.lanes}


def _by(newest: Mapping[str, list[tuple[int, bool]]], requests: Requests) -> str:
    """Whose answers those were; a pod is of a template until its span ends."""
    spans = newest.get(requests.pod)
    if not spans:
        return OTHER
    is_new = next((is_new for end, is_new in spans if requests.begin < end), spans[-1][1])
    return NEW if is_new else OLD


# where they come from


def with_requests(past: Past, timeline: Timeline, name: str, rules: Rules) -> Timeline:
    """The timeline with what requests to a Service would have come to, by a life that is led again.

    The Service is the one of that name, or, if that is empty, one that selects the workload's pods; where there is
    none, or the timeline is too long, it stays as it is.
    """
    service = next(_services(past, timeline, name), None)
    if service is None or timeline.end - timeline.begin > LONGEST:
        return timeline
    service_key, port = key_of(service), usual_port(service)
    assert port is not None
    lead = rules.propagation
    requests = PastRequests(past.led_again(), service_key, port, rules, timeline.begin, lead, timeline.zero)
    cuts = [*(step.instant for step in timeline.steps), timeline.zero]
    return replace(timeline, traffic=requests.until(timeline.end, cuts))


def _services(past: Past, timeline: Timeline, name: str) -> Iterator[Obj]:
    """The Services that may be meant: one with the workload's name first, then by their names."""
    found = [service for service in past.services_of(timeline.key) if usual_port(service) is not None]
    for service in sorted(
        found, key=lambda one: (one["metadata"]["name"] != timeline.key.name, one["metadata"]["name"])
    ):
        if name in ("", service["metadata"]["name"]):
            yield service
