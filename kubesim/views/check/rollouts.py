"""The numbers of a rollout: the least available pods, the most pods, and how long it took."""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, dig
from kubesim.views.check.model import Rollout
from kubesim.views.timeline.model import Outcome
from kubesim.views.timeline.workloads import workload_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.controllers.deployment.arithmetic import Bounds
    from kubesim.views.timeline.model import Step, Timeline

RECREATE = "Recreate"


def rollout_of(timeline: Timeline, old: Obj | None, *, is_stuck: bool) -> Rollout:
    """The numbers of a workload from the beginning of its timeline, the change; ``old`` is as it was, None if new."""
    was = None if old is None else bounds_of(timeline.key, old).desired
    periods = _judged(timeline, was)
    worst, _ = min(periods, key=lambda period: period[0].available - _needed(period[0], was))
    return Rollout(
        strategy=timeline.strategy,
        is_new=was is None,
        least_available=worst.available,
        needed=_needed(worst, was),
        most_pods=max(step.pods for step in timeline.steps),
        most_with_terminating=max(step.pods + step.terminating for step in timeline.steps),
        allowed=max(was or 0, *(step.desired for step in timeline.steps)),
        without=sum(length for step, length in periods if _needed(step, was) and not step.available),
        done_after=None if is_stuck else _done_after(timeline),
    )


def bounds_of(key: Key, obj: Obj) -> Bounds:
    """How many pods a workload's object allows."""
    workload = workload_of(key)
    workload.see(obj)
    return workload.bounds


def floor_of(key: Key, obj: Obj) -> int:
    """The fewest pods that a rollout of a workload leaves available; all are gone for a while with Recreate."""
    return 0 if dig(obj, "spec", "strategy", "type") == RECREATE else bounds_of(key, obj).min_available


def _needed(step: Step, was: int | None) -> int:
    """The pods that were there to be before and are after."""
    return step.desired if was is None else min(was, step.desired)


def _judged(timeline: Timeline, was: int | None) -> list[tuple[Step, int]]:
    """The steps that count, with their lengths (ms): of a workload that is new, those from when it had all its pods."""
    periods = [(step, end - step.instant) for step, end in timeline.periods()]
    if was is None:
        first = next((at for at, (step, _) in enumerate(periods) if step.available >= step.desired > 0), len(periods))
        periods = periods[first:]
    return periods or [(timeline.steps[-1], 0)]


def _done_after(timeline: Timeline) -> int | None:
    """How long (ms) the rollout took; 0 if there was none."""
    if timeline.outcome is not Outcome.DONE:
        return None
    return 0 if timeline.done_since is None else timeline.done_since - timeline.begin
