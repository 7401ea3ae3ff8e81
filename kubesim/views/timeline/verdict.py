"""What a timeline comes to, in one sentence: were there pods enough, were there too many, is it done."""

from __future__ import annotations

from dataclasses import dataclass

from kubesim.views.lengths import length_text
from kubesim.views.timeline.model import Outcome, Step
from kubesim.views.traffic.report import summary
from kubesim.views.words import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.views.timeline.model import Timeline


@dataclass(frozen=True, slots=True)
class Verdict:
    """The numbers behind the sentence: pods, and lengths in ms.

    A workload that is created is judged from when it first had the pods that it must have: ``ready_after`` is how long
    that took, None for one that was there before or has not come so far.  ``worst`` is the step that was furthest below
    the floor, else the one with the fewest ready pods.  ``least_available`` is how many were available at least.
    ``most_pods`` leaves out pods that are being deleted, as the status of a workload does.
    """

    worst: Step
    least_available: int
    below_floor: int
    without_ready: int
    most_pods: int
    most_with_terminating: int
    was_created: bool
    ready_after: int | None
    outcome: Outcome
    done_after: int | None

    @property
    def sentence(self) -> str:
        """``never below 4 of 4, never more than 5 pods; done after 12 s``."""
        pods = ", ".join(filter(None, (_creation(self), _availability(self), _surge(self))))
        return "; ".join(filter(None, (pods, _end(self))))


def verdict_of(timeline: Timeline) -> Verdict:
    """The verdict on all that is in a timeline."""
    created, done, judged = timeline.created, timeline.done_since, _judged_from(timeline)
    periods = [(step, until - max(step.instant, judged)) for step, until in timeline.periods() if until > judged]
    periods = periods or [(timeline.steps[-1], 0)]
    wanted = [step for step, _ in periods if step.desired] or [step for step, _ in periods]
    return Verdict(
        worst=min(wanted, key=lambda step: (min(0, step.ready - step.floor), step.ready, -step.desired)),
        least_available=min(step.available for step in wanted),
        below_floor=sum(length for step, length in periods if step.is_below_floor),
        without_ready=sum(length for step, length in periods if step.is_below_floor and not step.ready),
        most_pods=max(step.pods for step in timeline.steps),
        most_with_terminating=max(step.pods + step.terminating for step in timeline.steps),
        was_created=created is not None,
        ready_after=None if created is None or judged == timeline.end else judged - created,
        outcome=timeline.outcome,
        done_after=None if done is None else done - timeline.zero,
    )


def sentences_of(timeline: Timeline) -> list[str]:
    """The verdict, and below it what the requests came to if there were any."""
    verdict = verdict_of(timeline).sentence
    traffic = timeline.traffic
    if traffic is None:
        return [verdict]
    return [verdict, summary(traffic if timeline.change is None else traffic.since(timeline.change))]


def _judged_from(timeline: Timeline) -> int:
    """The instant from which pods can be missing: a workload that is created has to make them first.

    Of a change that is shown it is that of the change.
    """
    if timeline.created is None:
        return timeline.begin if timeline.change is None else timeline.change
    made = (step.instant for step in timeline.steps if step.ready and not step.is_below_floor)
    return next(made, timeline.end)


def _creation(verdict: Verdict) -> str:
    """How long a new workload took to have the pods that it must have."""
    if not verdict.was_created:
        return ""
    if verdict.ready_after is None:
        return f"{verdict.worst.ready} of {verdict.worst.desired} ready so far"
    return f"ready {length_text(verdict.ready_after)} after it was created"


def _availability(verdict: Verdict) -> str:
    """How many pods were ready at least, or for how long they were too few."""
    worst, below = verdict.worst, f"{length_text(verdict.below_floor)} below the floor of {verdict.worst.floor}"
    if not verdict.below_floor:
        return "" if verdict.was_created else f"never below {worst.ready} of {worst.desired}"
    if not verdict.without_ready:
        return f"{below} ({worst.ready} of {worst.desired} ready at least)"
    without = length_text(verdict.without_ready)
    too_few = "" if without == length_text(verdict.below_floor) else f", {below}"
    return f"{without} with no pod ready{too_few}"


def _surge(verdict: Verdict) -> str:
    """How many pods there were at most."""
    most, with_terminating = verdict.most_pods, verdict.most_with_terminating
    ending = f" ({with_terminating} with those being deleted)" if with_terminating > most else ""
    return f"never more than {counted(most, 'pod')}{ending}"


def _end(verdict: Verdict) -> str:
    """How far the rollout has come; nothing where there was none."""
    if verdict.outcome is not Outcome.DONE:
        return str(verdict.outcome.value)
    return "" if verdict.done_after is None else f"done after {length_text(verdict.done_after)}"
