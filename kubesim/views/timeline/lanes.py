"""The lanes of a timeline while they are recorded: which state each pod was in, and from when to when."""

from __future__ import annotations

from dataclasses import replace

from kubesim.views.timeline.model import Lane, Span
from kubesim.views.timeline.pods import group_of, state_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.views.timeline.pods import Group
    from kubesim.views.timeline.workloads import Workload

#: What the events of a pod say of its image: whether it is being pulled from then on.
PULLS = {"Pulling": True, "Pulled": False, "Failed": False, "BackOff": False}


class _Draft:
    """The lane of one pod so far."""

    def __init__(self, pod: Obj, group: Group, origin: tuple[str, int]) -> None:
        self.pod = pod
        self.name = pod["metadata"]["name"]
        self.is_pulling = False
        self.is_gone = False
        self.group = group
        self.owner, self.revision = origin
        self._spans: list[Span] = []

    def enter(self, instant: int, is_new: bool) -> None:
        """Note the state that the pod is in from ``instant`` on."""
        state, reason = state_of(self.pod, self.is_pulling)
        self._spans = self._until(instant)
        last = self._spans[-1] if self._spans else None
        if last is not None and (last.state, last.reason, last.is_new) == (state, reason, is_new):
            instant = self._spans.pop().begin
        self._spans.append(Span(state, reason, is_new, instant, instant))

    def leave(self, instant: int) -> None:
        """Note that the pod is gone."""
        self._spans = self._until(instant)
        self.is_gone = True

    def lane(self, end: int) -> Lane:
        """The lane as it is when the timeline ends."""
        spans = self._spans if self.is_gone else self._until(end)
        return Lane(self.name, self.owner, self.revision, tuple(spans))

    def _until(self, instant: int) -> list[Span]:
        """The spans, the last one until ``instant``; one without a length is none."""
        last = self._spans[-1:]
        return [*self._spans[:-1], *(replace(span, end=instant) for span in last if instant > span.begin)]


class LaneBook:
    """The lanes of every pod that the workload had so far, in the order in which they came."""

    def __init__(self, workload: Workload) -> None:
        self._workload = workload
        self._drafts: dict[str, _Draft] = {}

    def see_pod(self, pod: Obj, instant: int) -> None:
        """Note a pod as it is from ``instant`` on; one of another workload is nothing."""
        draft = self._drafts.get(pod["metadata"]["uid"])
        if draft is None:
            draft = self._begin(pod)
        if draft is not None:
            draft.pod = pod
            self._enter(draft, instant)

    def see_end(self, pod: Obj, instant: int) -> None:
        """Note that a pod is gone."""
        draft = self._drafts.get(pod["metadata"]["uid"])
        if draft is not None:
            draft.leave(instant)

    def see_event(self, event: Obj, instant: int) -> None:
        """Note what an event says of a pod's image."""
        draft = self._drafts.get(event["involvedObject"].get("uid", ""))
        if draft is not None and event["reason"] in PULLS:
            draft.is_pulling = PULLS[event["reason"]]
            self._enter(draft, instant)

    def refresh(self, instant: int) -> None:
        """Note that another template is the newest one."""
        for draft in self._drafts.values():
            if not draft.is_gone:
                self._enter(draft, instant)

    def lanes(self, end: int) -> tuple[Lane, ...]:
        """All lanes that have a length, older revisions first."""
        found = [lane for draft in self._drafts.values() if (lane := draft.lane(end)).spans]
        return tuple(sorted(found, key=lambda lane: lane.revision))

    def _enter(self, draft: _Draft, instant: int) -> None:
        draft.enter(instant, self._workload.is_new(draft.group))

    def _begin(self, pod: Obj) -> _Draft | None:
        group = group_of(pod)
        if group is None or not self._workload.owns(group):
            return None
        draft = self._drafts[pod["metadata"]["uid"]] = _Draft(pod, group, self._workload.origin_of(group))
        return draft
