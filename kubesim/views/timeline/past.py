"""What the journal knows of the past: which workloads there were, when their rollouts were, and their timelines."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field, replace

from kubesim.api.meta import SECOND, Key, controller_of, dig, key_of, labels_of
from kubesim.api.revisions import known_revision_of
from kubesim.api.selectors import from_labels
from kubesim.errors import UserError
from kubesim.golang.tabwriter import escape_terminal
from kubesim.life.history import History
from kubesim.life.replay import Mark as CommandMark
from kubesim.life.replay import recorded
from kubesim.startup.named_tuple import NamedTuple
from kubesim.views.timeline.model import Mark
from kubesim.views.timeline.recorder import ORDER, timeline_of
from kubesim.views.timeline.workloads import WORKLOADS, workload_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubesim.api.meta import Obj
    from kubesim.cluster import Change
    from kubesim.life.replay import Replay
    from kubesim.life.saved_cluster import SavedCluster
    from kubesim.views.timeline.model import Timeline

#: How much of a rollout is shown before it began and after it was done, as a share of its length, and at least (ms).
MARGIN, LEAST_MARGIN = 0.08, SECOND
LEAD = 10 * SECOND  # that is led again before a rollout began: enough for one of two minutes

#: Commands that read, wait or let time pass, and do nothing else.
IDLE = (
    "get",
    "wait",
    "events",
    "logs",
    "rollout status",
    "sim advance",
    "sim settle",
    "sim speed",
    "sim traffic",
    "sim watch",
)


class Window(NamedTuple):
    """What is shown: from ``begin`` to ``end`` (ms), counted from ``zero``; None for the first command's instant."""

    begin: int
    end: int
    zero: int | None = None

    @property
    def start(self) -> int:
        """The instant (ms) by which it is laid beside others."""
        return self.begin if self.zero is None else self.zero


@dataclass(frozen=True, slots=True)
class Command:
    """A command, and what ``changed`` at its instant, by it or in answer to it."""

    mark: Mark
    is_idle: bool
    changed: set[Key] = field(default_factory=set)

    def workloads(self) -> set[Key]:
        """The workloads among what changed; a ReplicaSet stands behind a Deployment."""
        return {key for key in self.changed if key.kind in WORKLOADS and key.kind != "ReplicaSet"}


class Past:
    """The life of a namespace's workloads from the first instant that the replay knows up to now.

    ``program`` is how command lines begin that are pointed out.
    """

    def __init__(self, replay: Replay, namespace: str, program: str) -> None:
        self._program = program
        self._replay = replay
        cluster = replay.cluster
        self.begin = cluster.now
        self._objects = [obj for kind in ORDER for obj in cluster.list(kind, namespace)]
        self._services = {key_of(service): service for service in cluster.list("Service", namespace)}
        self._changes: list[Change] = []
        self._commands: list[Command] = []
        for happened in replay:
            if isinstance(happened, CommandMark):
                text = escape_terminal(shlex.join([program, *happened.command]))
                self._commands.append(Command(Mark(happened.instant, text), is_idle(happened)))
            elif happened.key.namespace in ("", namespace):
                self._see(happened)
        #: Now (ms).
        self.end = replay.cluster.now

    def _see(self, change: Change) -> None:
        if self._commands and change.instant == self._commands[-1].mark.instant:
            self._commands[-1].changed.add(change.key)
        if change.key.kind == "Service" and change.new is not None:
            self._services[change.key] = change.new
        if change.key.namespace and change.key.kind in ORDER:
            self._changes.append(change)

    def led_again(self) -> Replay:
        """The same life, to be led once more."""
        return self._replay.again()

    # which workloads there were

    def has(self, workload: Key) -> bool:
        """Whether it was ever there."""
        return any(key_of(obj) == workload for obj in self._objects) or any(self._versions(workload))

    def changed(self, kind: str) -> list[Key]:
        """The workloads of a kind whose template changed, or that were created: the latest last."""
        found: dict[Key, None] = {}
        for change in self._changes:
            if change.key.kind == kind and _has_other_template(change):
                found.pop(change.key, None)
                found[change.key] = None
        return list(found)

    def services_of(self, workload: Key) -> list[Obj]:
        """The Services, as they were last, that select the pods of the workload's last template."""
        known = [obj for obj in self._objects if key_of(obj) == workload]
        later = [change.new for change in self._versions(workload) if change.new is not None]
        labels = labels_of([*known, *later][-1]["spec"]["template"])
        found = self._services.values()
        return [one for one in found if from_labels(dig(one, "spec", "selector")).matches(labels)]

    # windows

    def rollout(self, workload: Key, revision: int = 0) -> Window:
        """The rollout that made a revision, the last one for 0; UserError where none is known."""
        window = self.rollout_of(workload, revision) if revision else self.last_rollout(workload)
        if window is None:
            which = f"the rollout to revision {revision}" if revision else "a rollout"
            name = f"{workload.kind.lower()}/{workload.name}"
            raise UserError(f"the journal does not know of {which} of {name}")
        return window

    def last_rollout(self, workload: Key) -> Window | None:
        """The last rollout: from the last change of the template until it was done, or now; None if none is known."""
        starts = [change for change in self._versions(workload) if _has_other_template(change)]
        return self._rollout(workload, starts[-1].instant) if starts else None

    def rollout_of(self, workload: Key, revision: int) -> Window | None:
        """The last rollout that made a revision; None if none is known."""
        found, start = None, None
        for change in self._changes:
            if change.key == workload and _has_other_template(change):
                start = change.instant
            if start is not None and self._makes(workload, change, revision):
                found = start
        return None if found is None else self._rollout(workload, found)

    def aligned(self, windows: Sequence[Window]) -> list[Window]:
        """The last rollouts, each shown for as long before and after its beginning as any other."""
        lead = max(window.start - window.begin for window in windows)
        tail = max(window.end - window.start for window in windows)
        return [
            Window(max(self.begin, window.start - lead), min(self.end, window.start + tail), window.zero)
            for window in windows
        ]

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
        for change in self._changes:
            if change.instant >= window.begin:
                break
            if change.new is None:
                objects.pop(change.key, None)
            else:
                objects[change.key] = change.new
        later = (change for change in self._changes if change.instant >= window.begin)
        marks = list(self._marks(workload, window))
        timeline = timeline_of(workload, objects.values(), later, marks, window.begin, window.end)
        return timeline if window.zero is None else replace(timeline, zero=window.zero, change=window.zero)

    def _marks(self, workload: Key, window: Window) -> Iterator[Mark]:
        """The commands in a window that concern a workload: not those that changed other workloads alone."""
        for command in self._commands:
            if window.begin <= command.mark.instant <= window.end and not command.is_idle:
                workloads = command.workloads()
                if not workloads or workload in workloads:
                    yield command.mark

    def _versions(self, workload: Key) -> Iterator[Change]:
        return (change for change in self._changes if change.key == workload)


def _has_other_template(change: Change) -> bool:
    """Whether a workload is created, or gets another pod template."""
    if change.new is None:
        return False
    return change.old is None or bool(change.old["spec"].get("template") != change.new["spec"].get("template"))


def is_idle(mark: CommandMark) -> bool:
    """Whether a command only reads, waits or lets time pass."""
    words = " ".join(word for word in mark.command if not word.startswith("-"))
    return any(f"{words} ".startswith(f"{idle} ") for idle in IDLE)


def recorded_past(saved: SavedCluster, namespace: str, program: str, workloads: Sequence[Key]) -> Past:
    """The past of a namespace: as far back as the last rollout of each of these workloads; of none, all of it.

    What is kept of a command may leave out a workload among many; then all is led again as well.
    """
    if workloads:
        since = _since(saved, set(workloads))
        if since is not None:
            past = Past(recorded(saved, since), namespace, program)
            if all(past.last_rollout(workload) for workload in workloads):
                return past
    return Past(recorded(saved), namespace, program)


def _since(saved: SavedCluster, missing: set[Key]) -> int | None:
    """A command some time before those that changed these workloads last; None where that is not kept of each."""
    change = None
    for entry in History(saved.home).done(saved.home.read()):
        if change is not None and (entry.is_anew or entry.at <= change.at - LEAD):
            return entry.number
        if entry.is_anew:
            return None
        for changed in entry.changes():
            missing.discard(Key(changed.kind, changed.namespace, changed.name))
        if change is None and not missing:
            change = entry
    return None
