"""Makes a timeline of the changes of a cluster, as they happen or afterwards.

What is counted at an instant is what is there once all that happens at that instant has happened.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile

from kubesim.api.meta import key_of
from kubesim.controllers.deployment.conditions import TIMED_OUT
from kubesim.views.timeline.lanes import LaneBook
from kubesim.views.timeline.model import Mark, MarkKind, Outcome, Step, Timeline
from kubesim.views.timeline.pods import Population
from kubesim.views.timeline.workloads import workload_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Protocol

    from kubesim.api.meta import Key, Obj

    class Change(Protocol):
        """A change of an object at an instant (ms), as the cluster's observers get it."""

        @property
        def key(self) -> Key: ...
        @property
        def old(self) -> Obj | None: ...
        @property
        def new(self) -> Obj | None: ...
        @property
        def instant(self) -> int: ...


#: Owners before what they own, so that each object finds its owner known.
ORDER = ("Deployment", "StatefulSet", "DaemonSet", "ControllerRevision", "ReplicaSet", "Pod", "Event")


def timeline_of(
    workload: Key, objects: Iterable[Obj], changes: Iterable[Change], marks: Iterable[Mark], begin: int, end: int
) -> Timeline:
    """The timeline of a workload from ``begin`` to ``end`` (ms); UserError for a kind that has none.

    ``objects`` is what was there at ``begin``, ``changes`` what happened from then on, in order; what comes after the
    end is left out, and so are ``marks`` beyond the two.
    """
    recorder = Recorder(workload, objects, begin)
    for change in takewhile(lambda change: change.instant <= end, changes):
        recorder.see(change)
    for mark in marks:
        if begin <= mark.instant <= end:
            recorder.mark(mark)
    return recorder.timeline(end)


class Recorder:
    """Follows one workload and its pods from ``begin`` (ms) on; ``objects`` is what is there then."""

    def __init__(self, workload: Key, objects: Iterable[Obj], begin: int) -> None:
        self._begin = self._now = begin
        self._workload = workload_of(workload)
        self._population = Population()
        self._lanes = LaneBook(self._workload)
        self._steps: list[Step] = []
        self._marks: list[Mark] = []
        self._identity: object = None
        self._has_turned = False  # since then, be it there and back at one instant
        known = [obj for obj in objects if self._concerns(key_of(obj))]
        for obj in sorted(known, key=lambda obj: ORDER.index(obj["kind"])):
            self._apply(key_of(obj), None, obj)
        self._was_there = self._workload.obj is not None
        self._had_timed_out = self._workload.has_timed_out
        self._was_done = self._is_done(self._step())
        self._created: int | None = None
        self._done_since: int | None = None

    def see(self, change: Change) -> None:
        """Note a change; changes come in the order of their instants."""
        if not self._concerns(change.key):
            return
        self._advance(change.instant)
        self._apply(change.key, change.old, change.new)
        if change.key == self._workload.key and change.old is None and not self._was_there:
            self._created = self._created or change.instant

    def mark(self, mark: Mark) -> None:
        """Note a command, or something else to be pointed out."""
        self._marks.append(mark)

    def timeline(self, end: int) -> Timeline:
        """The timeline so far, up to ``end`` (ms)."""
        self._advance(end)
        self._close_instant()
        marks = tuple(sorted(self._marks, key=lambda mark: mark.instant))
        commands = [mark.instant for mark in marks if mark.kind is MarkKind.COMMAND]
        return Timeline(
            key=self._workload.key,
            strategy=self._workload.strategy,
            begin=self._begin,
            end=self._now,
            zero=commands[0] if commands else self._begin,
            steps=tuple(self._steps),
            lanes=self._lanes.lanes(self._now),
            marks=marks,
            outcome=self._outcome(),
            created=self._created,
            done_since=self._done_since,
        )

    def _concerns(self, key: Key) -> bool:
        return key.kind in ORDER and key.namespace == self._workload.key.namespace

    def _apply(self, key: Key, old: Obj | None, new: Obj | None) -> None:
        """Note how an object is now."""
        if key == self._workload.key:
            self._workload.see(new)
        elif key.kind == self._workload.revision_kind:
            self._workload.see_revision(old, new)
        elif key.kind == "Pod":
            self._see_pod(key, old, new)
        elif key.kind == "Event" and new is not None:
            self._lanes.see_event(new, self._now)
        if key.kind not in ("Pod", "Event"):
            self._has_turned = self._has_turned or self._identity != self._workload.identity

    def _see_pod(self, key: Key, old: Obj | None, new: Obj | None) -> None:
        if new is not None:
            self._population.put(new)
            self._lanes.see_pod(new, self._now)
        elif old is not None:
            self._population.take(key)
            self._lanes.see_end(old, self._now)

    def _advance(self, instant: int) -> None:
        """Go on to a later instant: what is there now was there until then."""
        if instant > self._now:
            self._close_instant()
            self._now = instant

    def _close_instant(self) -> None:
        """Keep what this instant has come to."""
        if self._has_turned:
            self._identity, self._has_turned = self._workload.identity, False
            self._lanes.refresh(self._now)
        step = self._step()
        if not self._steps or replace(self._steps[-1], instant=self._now) != step:
            self._steps.append(step)
        is_done = self._is_done(step)
        if is_done != self._was_done:
            self._was_done, self._done_since = is_done, self._now if is_done else None
        has_timed_out = self._workload.has_timed_out
        if has_timed_out and not self._had_timed_out:
            self.mark(Mark(self._now, TIMED_OUT, MarkKind.CONDITION))
        self._had_timed_out = has_timed_out

    def _step(self) -> Step:
        workload, bounds = self._workload, self._workload.bounds
        own = [(group, members) for group, members in self._population.groups() if workload.owns(group)]
        new = [members for group, members in own if workload.is_new(group)]
        ready = sum(len(members.ready) for _, members in own)
        ready_new = sum(len(members.ready) for members in new)
        return Step(
            instant=self._now,
            ready_old=ready - ready_new,
            ready_new=ready_new,
            not_ready=sum(len(members.not_ready) for _, members in own),
            terminating=sum(len(members.terminating) for _, members in own),
            updated=ready_new + sum(len(members.not_ready) for members in new),
            available=sum(members.available(workload.min_ready_seconds, self._now) for _, members in own),
            desired=bounds.desired,
            floor=bounds.min_available,
            ceiling=bounds.max_replicas,
        )

    def _is_done(self, step: Step) -> bool:
        """Whether ``rollout status`` calls the rollout done; where it has no answer, whether all pods are available."""
        answer = self._workload.is_rolled_out()
        if answer is not None or self._workload.obj is None:
            return bool(answer)
        return step.available == step.pods == step.desired

    def _outcome(self) -> Outcome:
        if self._workload.obj is None:
            return Outcome.DELETED
        if self._workload.has_timed_out:
            return Outcome.FAILED
        if self._was_done:
            return Outcome.DONE
        return Outcome.PAUSED if self._workload.is_paused else Outcome.IN_PROGRESS
