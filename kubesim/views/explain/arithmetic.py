"""How many pods a rollout may have and must have, and why: per cents and their rounding in words."""

from __future__ import annotations

from kubesim.api.int_or_percent import value_from_int_or_percent
from kubesim.api.meta import Obj, dig, key_of
from kubesim.controllers.deployment.arithmetic import resolve_fenceposts
from kubesim.controllers.deployment.sync import bounds_of, is_rolling_update
from kubesim.controllers.stateful_set.identity import ordinals
from kubesim.startup.named_tuple import NamedTuple
from kubesim.views.timeline.workloads import workload_of
from kubesim.views.words import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.controllers.deployment.arithmetic import Bounds


class Bound(NamedTuple):
    """maxSurge or maxUnavailable: as it is given, in pods, and how the one comes to the other (empty for a number)."""

    name: str
    given: int | str
    pods: int
    rounding: str


class Arithmetic(NamedTuple):
    """What a workload's size and strategy allow. ``rules`` are what else decides, in words."""

    strategy: str
    bounds: Bounds
    surge: Bound | None = None
    unavailable: Bound | None = None
    rules: tuple[str, ...] = ()


def arithmetic_of(obj: Obj) -> Arithmetic:
    """The arithmetic of the next rollout of a Deployment, a StatefulSet or a DaemonSet."""
    if obj["kind"] == "Deployment":
        return _of_deployment(obj)
    workload = workload_of(key_of(obj))
    workload.see(obj)
    bounds, strategy = workload.bounds, workload.strategy
    if strategy == "OnDelete":
        return Arithmetic(strategy, bounds)
    if obj["kind"] == "StatefulSet":
        return Arithmetic(strategy, bounds, rules=tuple(_of_ordinals(obj)))
    rolling = dig(obj, "spec", "updateStrategy", "rollingUpdate", default={})
    given = {name: rolling.get(name, 0) for name in ("maxSurge", "maxUnavailable")}
    pods = {"maxSurge": bounds.max_replicas - bounds.desired, "maxUnavailable": bounds.desired - bounds.min_available}
    more, less = (Bound(name, given[name], pods[name], _rounding(given[name], bounds.desired, "up")) for name in given)
    return Arithmetic(strategy, bounds, more, less, ("each on a node of its own, which it does not leave",))


def _of_ordinals(obj: Obj) -> Iterator[str]:
    """In which order pods of a StatefulSet are replaced and made, and which are not."""
    name, size, first = obj["metadata"]["name"], len(ordinals(obj)), ordinals(obj).start
    partition = int(dig(obj, "spec", "updateStrategy", "rollingUpdate", "partition", default=0))
    kept = min(size, partition)
    if kept:
        left = f"{name}-{first}" if kept == 1 else f"{name}-{first} to {name}-{first + kept - 1}"
        yield f"partition {partition}: {left} {'keeps' if kept == 1 else 'keep'} the old template"
    if size > kept + 1:
        yield f"from {name}-{first + size - 1} down to {name}-{first + kept}, each once the one before is available"
    elif kept and size > kept:
        yield f"{name}-{first + kept} alone"
    if obj["spec"].get("podManagementPolicy") == "Parallel":
        yield "podManagementPolicy Parallel: scaled, pods are made and deleted all at once; replaced, one by one"
    else:
        yield f"podManagementPolicy OrderedReady: made from {name}-{first} up, each once the one before is available"


def _of_deployment(deployment: Obj) -> Arithmetic:
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
        tuple(filter(None, [_rule(less, unavailable, bounds.desired)])),
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
    if found.strategy == "OnDelete":
        return [f"{wanted} wanted, and with OnDelete an old one stays until somebody deletes it"]
    rules = [f"  {rule}" for rule in found.rules]
    if found.surge is None or found.unavailable is None:
        return [f"{wanted} wanted, replaced one by one (RollingUpdate):", *rules]
    most = f"at most {counted(bounds.max_replicas, 'pod')}"
    fewest = f"at least {bounds.min_available} available"
    return [
        f"{wanted} wanted, replaced step by step (RollingUpdate):",
        f"  {_bound(found.surge)}: {most}",
        f"  {_bound(found.unavailable)}: {fewest}",
        *rules,
    ]


def _bound(bound: Bound) -> str:
    return f"{bound.name} {bound.rounding or bound.given}"
