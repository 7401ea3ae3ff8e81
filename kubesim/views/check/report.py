"""The way in: a change is tried, judged and reported."""

from __future__ import annotations

from kubesim.views.check.judgement import Judge
from kubesim.views.check.model import Aspect, Report
from kubesim.views.check.trial import Trial

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.life.live_cluster import LiveCluster
    from kubesim.views.check.bounds import Bounds
    from kubesim.views.check.model import Given
    from kubesim.views.check.trial import Apply


def report_on(
    life: LiveCluster, apply: Apply, old: Sequence[Given], new: Sequence[Given], bounds: Bounds, *, prune: bool = False
) -> Report:
    """What a change from the old side to the new one does in the cluster of a life, which is not what it was then.

    What is on the old side alone is deleted if ``prune``.
    """
    trial = Trial(life, apply, old, new)
    beginning = trial.establish()
    kept = {given.key for given in new}
    pruned = [given.key for given in old if prune and given.key not in kept]
    judge = Judge(beginning, trial.change(pruned), old, new, pruned)
    aspects = (Aspect.ACCEPTED, Aspect.SELECTOR, Aspect.WORKS, *bounds.aspects)
    return Report(judge.subjects(), tuple(judge.findings(bounds, life.cluster)), aspects, tuple(beginning.assumed))
