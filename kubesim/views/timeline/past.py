"""What the journal knows of the past: which workloads there were, when their rollouts were, and their timelines."""

from __future__ import annotations

import shlex
from dataclasses import replace

from kubesim.api.meta import SECOND, controller_of, key_of
from kubesim.api.revisions import known_revision_of
from kubesim.life.replay import Mark as CommandMark
from kubesim.startup.named_tuple import NamedTuple
from kubesim.views.timeline.model import Mark
from kubesim.views.timeline.recorder import ORDER, timeline_of
from kubesim.views.timeline.workloads import WORKLOADS, workload_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kubesim.api.meta import Key, Obj
    from kubesim.cluster import Change
    from kubesim.life.replay import Replay
    from kubesim.views.timeline.model import Timeline

#: How much of a rollout is shown before it began and after it was done, as a share of its length, and at least (ms).
MARGIN, LEAST_MARGIN = 0.08, SECOND

#: Commands of ``sim`` that let time pass, and do nothing else.
CLOCK_WORDS = ("advance", "settle", "speed")


class Window(NamedTuple):
    """What is shown: from ``begin`` to ``end`` (ms), counted from ``zero``; None for the first command's instant."""

    begin: int
    end: int
    zero: int | None = None


class Past:
    """The life of a namespace's workloads from the first instant that the replay knows up to now.

    ``program`` is how command lines begin that are pointed out.
    """

    def __init__(self, replay: Replay, namespace: str, program: str) -> None:
        self._program = program
        cluster = replay.cluster
        self.begin = cluster.now
        self._objects = [obj for kind in ORDER for obj in cluster.list(kind, namespace)]
        self._happened: list[Change | CommandMark] = [
            happened for happened in replay if isinstance(happened, CommandMark) or _concerns(happened.key, namespace)
        ]
        #: Now (ms).
        self.end = replay.cluster.now

    # which workloads there were

    def has(self, workload: Key) -> bool:
        """Whether it was ever there."""
        return any(key_of(obj) == workload for obj in self._objects) or any(self._versions(workload))

    def changed(self, kind: str) -> list[Key]:
        """The workloads of a kind whose template changed, or that were created: the latest last."""
        found: dict[Key, None] = {}
        for change in self._changes():
            if change.key.kind == kind and _has_other_template(change):
                found.pop(change.key, None)
                found[change.key] = None
        return list(found)

    # windows

    def last_rollout(self, workload: Key) -> Window | None:
        """The last rollout: from the last change of the template until it was done, or now; None if none is known."""
        starts = [change for change in self._versions(workload) if _has_other_template(change)]
        return self._rollout(workload, starts[-1].instant) if starts else None

    def rollout_of(self, workload: Key, revision: int) -> Window | None:
        """The last rollout that made a revision; None if none is known."""
        found, start = None, None
        for change in self._changes():
            if change.key == workload and _has_other_template(change):
                start = change.instant
            if start is not None and self._makes(workload, change, revision):
                found = start
        return None if found is None else self._rollout(workload, found)

    def since(self, instant: int) -> Window:
        """From an instant (ms) up to now, as far as it is known."""
        return Window(max(self.begin, instant), self.end)

    def _makes(self, workload: Key, change: Change, revision: int) -> bool:
        """Whether a change gives the workload that revision."""
        if change.new is None:
            return False
        if change.key == workload:
            old = None if change.old is None else known_revision_of(change.old)
            return known_revision_of(change.new) == revision != old
        owner = controller_of(change.new)
        is_own = owner is not None and (owner["kind"], owner["name"]) == (workload.kind, workload.name)
        return is_own and change.new.get("revision") == revision != (change.old or {}).get("revision")

    def _rollout(self, workload: Key, start: int) -> Window:
        """The rollout that began at ``start`` (ms), with a little of what was before and of what came then."""
        until = self._done(workload, start)
        end = self.end if until is None else until
        margin = max(LEAST_MARGIN, int((end - start) * MARGIN))
        return Window(max(self.begin, start - margin), min(self.end, end + margin), start)

    def _done(self, workload: Key, start: int) -> int | None:
        """When a rollout was done, or gave way to the next one (ms); None if neither."""
        followed = workload_of(workload)
        for change in self._versions(workload):
            followed.see(change.new)
            if change.instant > start and (_has_other_template(change) or followed.is_rolled_out()):
                return change.instant
        return None

    # the timeline

    def timeline(self, workload: Key, window: Window) -> Timeline:
        """The timeline of a workload in a window; UserError for a kind that has none."""
        objects = {key_of(obj): obj for obj in self._objects}
        changes = list(self._changes())
        for change in changes:
            if change.instant >= window.begin:
                break
            if change.new is None:
                objects.pop(change.key, None)
            else:
                objects[change.key] = change.new
        later = (change for change in changes if change.instant >= window.begin)
        marks = list(self._marks(workload, window))
        timeline = timeline_of(workload, objects.values(), later, marks, window.begin, window.end)
        return timeline if window.zero is None else replace(timeline, zero=window.zero)

    def _marks(self, workload: Key, window: Window) -> Iterator[Mark]:
        """The commands in a window, but for those that only let time pass or changed other workloads alone."""
        for mark, changes in self._commands():
            if window.begin <= mark.instant <= window.end and not _lets_time_pass(mark):
                touched = {owner for change in changes if (owner := _workload_in(change)) is not None}
                if not touched or workload in touched:
                    yield Mark(mark.instant, shlex.join([self._program, *mark.command]))

    def _commands(self) -> Iterator[tuple[CommandMark, list[Change]]]:
        """Each command with what happened at its instant."""
        command: CommandMark | None = None
        changes: list[Change] = []
        for happened in self._happened:
            if isinstance(happened, CommandMark):
                if command is not None:
                    yield command, changes
                command, changes = happened, []
            elif command is not None and happened.instant == command.instant:
                changes.append(happened)
        if command is not None:
            yield command, changes

    def _changes(self) -> Iterator[Change]:
        return (happened for happened in self._happened if not isinstance(happened, CommandMark))

    def _versions(self, workload: Key) -> Iterator[Change]:
        return (change for change in self._changes() if change.key == workload)


def _concerns(key: Key, namespace: str) -> bool:
    return key.kind in ORDER and key.namespace == namespace


def _has_other_template(change: Change) -> bool:
    """Whether a workload is created, or gets another pod template."""
    if change.new is None:
        return False
    return change.old is None or bool(change.old["spec"].get("template") != change.new["spec"].get("template"))


def _lets_time_pass(mark: CommandMark) -> bool:
    return mark.command[:1] == ("sim",) and mark.command[1:2] != () and mark.command[1] in CLOCK_WORDS


def _workload_in(change: Change) -> Key | None:
    """The workload that changed."""
    return change.key if change.key.kind in WORKLOADS and change.key.kind != "ReplicaSet" else None
