"""A timeline: what was lived of one workload between two instants. All instants are simulated ms since the epoch."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Key
    from kubesim.views.traffic.model import Traffic


class PodState(Enum):
    """What a pod is drawn as."""

    PENDING = "Pending"  # it has no node yet
    PULLING = "Pulling"  # its image is pulled
    STARTING = "Starting"  # its containers are created
    RUNNING = "Running"  # it runs and is not ready
    READY = "Ready"
    TERMINATING = "Terminating"
    FAILED = "Failed"  # what kubectl shows in red: ImagePullBackOff, CrashLoopBackOff, Error, Evicted, ...


class Outcome(Enum):
    """How far the rollout is at the end of the timeline, in the words of the verdict."""

    DONE = "done"
    IN_PROGRESS = "still in progress"
    FAILED = "failed: ProgressDeadlineExceeded"
    PAUSED = "paused"
    DELETED = "deleted"


class MarkKind(Enum):
    """What a mark points out: a command, or something that the cluster found out by itself."""

    COMMAND = "command"
    CONDITION = "condition"


@dataclass(frozen=True, slots=True)
class Step:
    """The numbers of pods from ``instant`` on, as the workload's status counts them.

    ``ready_old``, ``ready_new`` and ``not_ready`` leave out pods that are being deleted and those that have ended;
    ``terminating`` are those being deleted.  ``updated`` of the pods are of the newest template, ready or not, and
    ``available`` have been ready for minReadySeconds.  The floor is ``desired`` less maxUnavailable, the ceiling
    ``desired`` plus maxSurge.
    """

    instant: int
    ready_old: int
    ready_new: int
    not_ready: int
    terminating: int
    updated: int
    available: int
    desired: int
    floor: int
    ceiling: int

    @property
    def ready(self) -> int:
        return self.ready_old + self.ready_new

    @property
    def pods(self) -> int:
        return self.ready + self.not_ready

    @property
    def is_below_floor(self) -> bool:
        return self.ready < self.floor


@dataclass(frozen=True, slots=True)
class Span:
    """A pod in one state from ``begin`` until ``end``.

    ``reason`` is the status that kubectl shows, ``is_new`` whether the pod was of the newest template.
    """

    state: PodState
    reason: str
    is_new: bool
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Lane:
    """The life of one pod. ``revision`` is the one that made it, 0 where its owner has none."""

    pod: str
    owner: str
    revision: int
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to be pointed out at an instant: a command line, or a condition's reason."""

    instant: int
    text: str
    kind: MarkKind = MarkKind.COMMAND


@dataclass(frozen=True, slots=True)
class Timeline:
    """A workload from ``begin`` to ``end``.

    ``zero`` is the instant from which time is counted: that of the first command, or the beginning.  ``steps`` are in
    order; the first is at ``begin``, and each differs from the one before.  ``created`` and ``done_since`` are None
    where the workload was there before, and where its rollout is not done or was done all the time.  ``traffic`` is
    what requests to a Service would have come to meanwhile, if that was asked for.  ``change`` is the instant of the
    change that is shown, if one is: what was before it leads to it, and is not judged.
    """

    key: Key
    strategy: str
    begin: int
    end: int
    zero: int
    steps: tuple[Step, ...]
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]
    outcome: Outcome
    created: int | None = None
    done_since: int | None = None
    traffic: Traffic | None = None
    change: int | None = None

    @property
    def title(self) -> str:
        """``deployment/web``."""
        return f"{self.key.kind.lower()}/{self.key.name}"

    def periods(self) -> list[tuple[Step, int]]:
        """The steps that last, each with the instant at which it ends."""
        ends = [step.instant for step in self.steps[1:]] + [self.end]
        return [(step, end) for step, end in zip(self.steps, ends, strict=True) if end > step.instant]

    def at(self, instant: int) -> Step:
        """The step that holds at an instant, the first before the beginning."""
        held = [step for step in self.steps if step.instant <= instant]
        return held[-1] if held else self.steps[0]
