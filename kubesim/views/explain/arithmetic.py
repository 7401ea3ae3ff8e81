"""How many pods a rollout may have and must have, and why: per cents and their rounding in words."""

from __future__ import annotations

from kubesim.api.int_or_percent import value_from_int_or_percent
from kubesim.api.meta import Obj
from kubesim.controllers.deployment.arithmetic import resolve_fenceposts
from kubesim.controllers.deployment.sync import bounds_of, is_rolling_update
from kubesim.startup.named_tuple import NamedTuple
from kubesim.views.words import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.controllers.deployment.arithmetic import Bounds


class Bound(NamedTuple):
    """maxSurge or maxUnavailable: as it is given, in pods, and how the one comes to the other (empty for a number)."""

    name: str
    given: int | str
    pods: int
    rounding: str


class Arithmetic(NamedTuple):
    """What a Deployment's size and strategy allow. ``rule`` is what else decided, in words; empty if nothing did."""

    strategy: str
    bounds: Bounds
    surge: Bound | None = None
    unavailable: Bound | None = None
    rule: str = ""


def arithmetic_of(deployment: Obj) -> Arithmetic:
    """The arithmetic of a Deployment's next rollout."""
    bounds = bounds_of(deployment)
    if not is_rolling_update(deployment):
        return Arithmetic("Recreate", bounds)
    rolling = deployment["spec"]["strategy"].get("rollingUpdate") or {}
    more, less = rolling.get("maxSurge", 0), rolling.get("maxUnavailable", 0)
    surge, unavailable = resolve_fenceposts(more, less, bounds.desired)
    return Arithmetic(
        "RollingUpdate",
        bounds,
        Bound("maxSurge", more, surge, _rounding(more, bounds.desired, "up")),
        Bound("maxUnavailable", less, unavailable, _rounding(less, bounds.desired, "down")),
        _rule(less, unavailable, bounds.desired),
    )


def _rounding(given: int | str, desired: int, direction: str) -> str:
    """``25% of 10 is 2.5, rounded up 3``; empty for a number of pods."""
    if isinstance(given, int) or not given.endswith("%"):
        return ""
    hundredths = int(given[:-1]) * desired
    exact = f"{hundredths // 100}.{hundredths % 100:02d}".rstrip("0").rstrip(".")
    if not hundredths % 100:
        return f"{given} of {desired} is {exact}"
    rounded = -(-hundredths // 100) if direction == "up" else hundredths // 100
    return f"{given} of {desired} is {exact}, rounded {direction} {rounded}"


def _rule(given: int | str, pods: int, desired: int) -> str:
    """What decides besides how many pods may be unavailable."""
    if pods == 1 and value_from_int_or_percent(given, desired, False) == 0:
        return "both come to 0, with which no rollout could move: so one pod may be unavailable"
    if pods > desired:
        return f"no more than the {counted(desired, 'pod')} that there are can be unavailable"
    return ""


def lines(found: Arithmetic) -> list[str]:
    """The arithmetic in words, a line for each bound."""
    bounds = found.bounds
    wanted = counted(bounds.desired, "pod")
    if found.strategy == "Recreate":
        return [f"{wanted} wanted, all replaced at once (Recreate): every old one ends before a new one starts"]
    assert found.surge is not None
    assert found.unavailable is not None
    most = f"at most {counted(bounds.max_replicas, 'pod')}"
    fewest = f"at least {bounds.min_available} available"
    rule = [f"  {found.rule}"] if found.rule else []
    return [
        f"{wanted} wanted, replaced step by step (RollingUpdate):",
        f"  {_bound(found.surge)}: {most}",
        f"  {_bound(found.unavailable)}: {fewest}",
        *rule,
    ]


def _bound(bound: Bound) -> str:
    return f"{bound.name} {bound.rounding or bound.given}"
