"""What becomes of a number of replicas that metrics call for: it is stabilized, and kept within bounds and rates.

Mirrors normalizeDesiredReplicas and normalizeDesiredReplicasWithBehaviors of pkg/controller/podautoscaler.
"""

from __future__ import annotations

import math

from kubesim.api.meta import MINUTE, SECOND, Obj
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    #: Numbers, each with the instant (ms) at which it was had.
    Series = Sequence[Sequence[int]]

DOWNSCALE_STABILIZATION = 5 * MINUTE
_LONGEST_PERIOD = 30 * MINUTE

_STABLE = ("ReadyForNewScale", "recommended size matches current size")
_DOWN_STABILIZED = (
    "ScaleDownStabilized",
    "recent recommendations were higher than current one, applying the highest recent recommendation",
)
_UP_STABILIZED = (
    "ScaleUpStabilized",
    "recent recommendations were lower than current one, applying the lowest recent recommendation",
)
_WITHIN = ("DesiredWithinRange", "the desired count is within the acceptable range")
_TOO_FAST_UP = ("ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate")
_TOO_FAST_DOWN = ("ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate")
_TOO_MANY = ("TooManyReplicas", "the desired replica count is more than the maximum replica count")
_TOO_FEW = ("TooFewReplicas", "the desired replica count is less than the minimum replica count")


class History(NamedTuple):
    """What an autoscaler remembers: what it recommended, and by how much it scaled up and down."""

    recommendations: Series
    ups: Series
    downs: Series

    def later(self, now: int, recommendation: int, behavior: Obj | None) -> History:
        """With another recommendation, and without those that no window reaches back to."""
        ways = (behavior or {}).values()
        windows = [(rules.get("stabilizationWindowSeconds") or 0) * SECOND for rules in ways]
        longest = max([DOWNSCALE_STABILIZATION, *windows])
        kept = [entry for entry in self.recommendations if entry[0] >= now - longest]
        return self._replace(recommendations=[*kept, [now, recommendation]])

    def scaled(self, now: int, change: int) -> History:
        """With a scaling by so many replicas, and without those that no policy's period reaches back to."""
        ups, downs = ([e for e in series if e[0] > now - _LONGEST_PERIOD] for series in (self.ups, self.downs))
        if change > 0:
            ups.append([now, change])
        else:
            downs.append([now, -change])
        return self._replace(ups=ups, downs=downs)


class Bounds(NamedTuple):
    """The replicas that there are, and the fewest and the most that there may be."""

    current: int
    low: int
    high: int


class Normalized(NamedTuple):
    """The replicas, and the reasons and messages of the conditions: AbleToScale and ScalingLimited, if it is."""

    replicas: int
    able: tuple[str, str]
    limit: tuple[str, str]
    is_limited: bool


def normalized(wanted: int, bounds: Bounds, history: History, behavior: Obj | None, now: int) -> Normalized:
    """The replicas that are to be, where ``wanted`` are called for; ``history`` is that before this recommendation."""
    if behavior is None:
        stable = max([wanted, *_since(history.recommendations, now - DOWNSCALE_STABILIZATION)])
        able = _STABLE if stable == wanted else _DOWN_STABILIZED
        replicas, limit = _within_rules(stable, bounds)
    else:
        stable = _stabilized(wanted, bounds.current, history, behavior, now)
        stabilized = _UP_STABILIZED if wanted >= bounds.current else _DOWN_STABILIZED
        able = _STABLE if stable == wanted else stabilized
        replicas, limit = _within_rates(stable, bounds, history, behavior, now)
    return Normalized(replicas, able, limit, is_limited=replicas != stable)


def _since(series: Series, instant: int) -> list[int]:
    return [number for at, number in series if at >= instant]


def _stabilized(wanted: int, current: int, history: History, behavior: Obj, now: int) -> int:
    """Mirrors stabilizeRecommendationWithBehaviors."""
    up_window = behavior["scaleUp"]["stabilizationWindowSeconds"] * SECOND
    seconds = behavior["scaleDown"].get("stabilizationWindowSeconds")
    down_window = DOWNSCALE_STABILIZATION if seconds is None else seconds * SECOND
    lowest = min([wanted, *_since(history.recommendations, now - up_window + 1)])
    highest = max([wanted, *_since(history.recommendations, now - down_window + 1)])
    return min(max(current, lowest), highest)


def _within_rules(wanted: int, bounds: Bounds) -> tuple[int, tuple[str, str]]:
    """Mirrors convertDesiredReplicasWithRules: at most twice as many, or four, at once."""
    fastest = max(2 * bounds.current, 4)
    most, why = (fastest, _TOO_FAST_UP) if bounds.high > fastest else (bounds.high, _TOO_MANY)
    if wanted < bounds.low:
        return bounds.low, _TOO_FEW
    return (most, why) if wanted > most else (wanted, _WITHIN)


def _within_rates(
    wanted: int, bounds: Bounds, history: History, behavior: Obj, now: int
) -> tuple[int, tuple[str, str]]:
    """Mirrors convertDesiredReplicasWithBehaviorRate."""
    if wanted > bounds.current:
        fastest = max(bounds.current, _up_limit(bounds.current, history, behavior["scaleUp"], now))
        most, why = (fastest, _TOO_FAST_UP) if bounds.high > fastest else (bounds.high, _TOO_MANY)
        if wanted > most:
            return most, why
    elif wanted < bounds.current:
        slowest = min(bounds.current, _down_limit(bounds.current, history, behavior["scaleDown"], now))
        least, why = (slowest, _TOO_FAST_DOWN) if bounds.low < slowest else (bounds.low, _TOO_FEW)
        if wanted < least:
            return least, why
    return wanted, _WITHIN


def _up_limit(current: int, history: History, rules: Obj, now: int) -> int:
    """The most replicas that the policies let there be. Mirrors calculateScaleUpLimitWithScalingRules."""
    if rules["selectPolicy"] == "Disabled":
        return current
    limits: list[int] = []
    for policy, begun in _policies(current, history, rules, now):
        by_percent = math.ceil(begun * (1 + policy["value"] / 100))
        limits.append(begun + policy["value"] if policy["type"] == "Pods" else by_percent)
    return min(limits) if rules["selectPolicy"] == "Min" else max(limits)


def _down_limit(current: int, history: History, rules: Obj, now: int) -> int:
    """The fewest replicas that the policies let there be. Mirrors calculateScaleDownLimitWithBehaviors."""
    if rules["selectPolicy"] == "Disabled":
        return current
    limits: list[int] = []
    for policy, begun in _policies(current, history, rules, now):
        by_percent = int(begun * (1 - policy["value"] / 100))
        limits.append(begun - policy["value"] if policy["type"] == "Pods" else by_percent)
    return max(limits) if rules["selectPolicy"] == "Min" else min(limits)


def _policies(current: int, history: History, rules: Obj, now: int) -> Iterable[tuple[Obj, int]]:
    """Each policy with the replicas that there were when its present period began."""
    for policy in rules["policies"]:
        since = now - policy["periodSeconds"] * SECOND + 1
        yield policy, current - sum(_since(history.ups, since)) + sum(_since(history.downs, since))
