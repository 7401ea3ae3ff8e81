"""The lanes of a timeline while they are recorded: which state each pod was in, and from when to when."""

from __future__ import annotations

from dataclasses import replace

from kubesim.views.timeline.model import Lane, Span
from kubesim.views.timeline.pods import group_of, state_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.views.timeline.workloads import Workload

#: By the reason of a pod's event, whether its image is being pulled from then on.
PULLS = {"Pulling": True, "Pulled": False, "Failed": False, "BackOff": False}


class _Draft:
    """The lane of one pod so far; a pod of another workload has no spans."""

    def __init__(self, pod: Obj) -> None:
        self.pod = pod
        self.name = pod["metadata"]["name"]
        self.group = group_of(pod)
        self.is_gone = False
        self.owner, self.revision = "", 0
        self._spans: list[Span] = []
        self._is_open = False

    def see(self, pod: Obj) -> None:
        """Note the pod as it is now."""
        self.pod, self.group = pod, group_of(pod)

    def enter(self, instant: int, is_new: bool, is_pulling: bool) -> None:
        """Note the state that the pod is in from ``instant`` on."""
        state, reason = state_of(self.pod, is_pulling)
        self.leave(instant)
        last = self._spans[-1] if self._spans else None
        if last is not None and last == Span(state, reason, is_new, last.begin, instant):
            instant = self._spans.pop().begin
        self._spans.append(Span(state, reason, is_new, instant, instant))
        self._is_open = True

    def leave(self, instant: int) -> None:
        """Note that the pod is gone, or another's."""
        self._spans = self._until(instant)
        self._is_open = False

    def lane(self, end: int) -> Lane:
        """The lane as it is when the timeline ends."""
        return Lane(self.name, self.owner, self.revision, tuple(self._until(end)))

    def _until(self, instant: int) -> list[Span]:
        """The spans, an open one until ``instant``; one without a length is none."""
        if not self._is_open:
            return self._spans
        last = self._spans[-1]
        return [*self._spans[:-1], *([replace(last, end=instant)] if instant > last.begin else [])]


class LaneBook:
    """The lanes of every pod that the workload had so far, in the order in which they came."""

    def __init__(self, workload: Workload) -> None:
        self._workload = workload
        self._drafts: dict[str, _Draft] = {}
        #: Whose image is being pulled, by uid: events of an instant may come before their pods.
        self._pulling: set[str] = set()

    def see_pod(self, pod: Obj, instant: int) -> None:
        """Note a pod as it is from ``instant`` on."""
        draft = self._drafts.setdefault(pod["metadata"]["uid"], _Draft(pod))
        draft.see(pod)
        self._sync(draft, instant)

    def see_end(self, pod: Obj, instant: int) -> None:
        """Note that a pod is gone."""
        draft = self._drafts.get(pod["metadata"]["uid"])
        if draft is not None:
            draft.is_gone = True
            draft.leave(instant)

    def see_event(self, event: Obj, instant: int) -> None:
        """Note an event about a pod's image."""
        uid = event["involvedObject"].get("uid", "")
        if event["involvedObject"].get("kind") != "Pod" or event["reason"] not in PULLS:
            return
        (self._pulling.add if PULLS[event["reason"]] else self._pulling.discard)(uid)
        draft = self._drafts.get(uid)
        if draft is not None:
            self._sync(draft, instant)

    def refresh(self, instant: int) -> None:
        """Note that other pods are the workload's, or that another template is the newest one."""
        for draft in self._drafts.values():
            self._sync(draft, instant)

    def lanes(self, end: int) -> tuple[Lane, ...]:
        """All lanes that have a length, older revisions first."""
        found = [lane for draft in self._drafts.values() if (lane := draft.lane(end)).spans]
        return tuple(sorted(found, key=lambda lane: lane.revision))

    def _sync(self, draft: _Draft, instant: int) -> None:
        group = draft.group
        if draft.is_gone:
            return
        if group is None or not self._workload.owns(group):
            draft.leave(instant)
            return
        if not draft.owner:
            draft.owner, draft.revision = self._workload.origin_of(group)
        is_pulling = draft.pod["metadata"]["uid"] in self._pulling
        draft.enter(instant, self._workload.is_new(group), is_pulling)
