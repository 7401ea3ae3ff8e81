"""A rollout as data: what ``kubesim sim timeline`` draws, for programs that judge it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kubesim.api.meta import SECOND
from kubesim.views.timeline.model import Outcome
from kubesim.views.timeline.verdict import verdict_of

if TYPE_CHECKING:
    from kubesim.views.timeline.model import Timeline


class RolloutStep(NamedTuple):
    """The numbers of pods from ``at`` on, in seconds since the change, as the workload's status counts them.

    ``ready_old`` and ``ready_new`` are the ready pods of older templates and of the newest one; ``updated`` are of the
    newest, ready or not.  Pods that are being deleted are counted in ``terminating`` alone.  ``floor`` is ``desired``
    less maxUnavailable, ``ceiling`` is ``desired`` plus maxSurge.
    """

    at: float
    ready_old: int
    ready_new: int
    not_ready: int
    terminating: int
    updated: int
    available: int
    desired: int
    floor: int
    ceiling: int


class Rollout:
    """A rollout of a workload, as far as it had come when it was asked for.

    ``str`` of it is the verdict in one sentence.  Lengths of time are in seconds of the cluster's clock.
    """

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._verdict = verdict_of(timeline)

    @property
    def min_available(self) -> int:
        """The fewest pods that were available at once; of a workload that was created, since it first had enough."""
        return self._verdict.least_available

    @property
    def max_pods(self) -> int:
        """The most pods that there were at once, without those that were being deleted."""
        return self._verdict.most_pods

    @property
    def downtime(self) -> float:
        """For how long no pod was ready although some had to be."""
        return self._verdict.without_ready / SECOND

    @property
    def below_floor(self) -> float:
        """For how long fewer pods were ready than maxUnavailable allows."""
        return self._verdict.below_floor / SECOND

    @property
    def duration(self) -> float | None:
        """How long after the change the rollout was done, None if it is not."""
        done_after = self._verdict.done_after
        return None if done_after is None else done_after / SECOND

    @property
    def is_done(self) -> bool:
        """Whether the rollout is done; ``outcome`` says how far it has come."""
        return self._verdict.outcome is Outcome.DONE

    @property
    def outcome(self) -> str:
        """``done``, ``still in progress``, ``failed: ProgressDeadlineExceeded``, ``paused`` or ``deleted``."""
        return self._verdict.outcome.value

    @property
    def steps(self) -> list[RolloutStep]:
        """The numbers of pods from the change on, in order; each step differs from the one before."""
        zero = self._timeline.zero
        return [
            RolloutStep(
                at=(step.instant - zero) / SECOND,
                ready_old=step.ready_old,
                ready_new=step.ready_new,
                not_ready=step.not_ready,
                terminating=step.terminating,
                updated=step.updated,
                available=step.available,
                desired=step.desired,
                floor=step.floor,
                ceiling=step.ceiling,
            )
            for step in self._timeline.steps
            if step.instant >= zero
        ]

    def svg(self) -> str:
        """The rollout as a picture, light and dark."""
        from kubesim.views.timeline import svg

        return svg.render([self._timeline])

    def __str__(self) -> str:
        return self._verdict.sentence

    def __repr__(self) -> str:
        return f"<Rollout of {self._timeline.title}: {self}>"
