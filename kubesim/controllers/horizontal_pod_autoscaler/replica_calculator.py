"""How many replicas the use of a resource calls for. Mirrors pkg/controller/podautoscaler/replica_calculator.go.

Amounts are in thousandths: millicores, or thousandths of a byte.
"""

from __future__ import annotations

import math

from kubesim.api import quantity
from kubesim.api.meta import MINUTE, SECOND, Obj, condition_of, dig, is_terminating, parse_time
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CPU_INITIALIZATION_PERIOD = 5 * MINUTE
INITIAL_READINESS_DELAY = 30 * SECOND


class NotComputable(Exception):  # noqa: N818
    """Why no number of replicas can be computed, in upstream's words."""


class Tolerances(NamedTuple):
    """By which part usage may be below its target, or above, without anything being done."""

    down: float
    up: float

    def is_within(self, ratio: float) -> bool:
        return 1.0 - self.down <= ratio <= 1.0 + self.up


class PodMetric(NamedTuple):
    """What a pod used, measured over the ``window`` (ms) before ``timestamp`` (ms)."""

    value: int
    timestamp: int
    window: int


class Computed(NamedTuple):
    """The replicas; the average usage, and its percentage of what is requested, if that was asked for."""

    replicas: int
    usage: int
    utilization: int | None = None


class Target(NamedTuple):
    """What is aimed at: so many percent of what pods request (``is_utilization``), or that usage of each pod."""

    value: int
    is_utilization: bool


class Groups(NamedTuple):
    """Pods by what their metrics are worth: how many count, and the names of the others."""

    ready: int
    unready: set[str]
    missing: set[str]
    ignored: set[str]


def replicas_for(
    pods: Sequence[Obj],
    metrics: Mapping[str, PodMetric],
    current: int,
    target: Target,
    tolerances: Tolerances,
    *,
    resource: str,
    container: str,
    now: int,
) -> Computed:
    """The replicas for the pods' usage; NotComputable. Mirrors GetResourceReplicas and calcPlainMetricReplicas."""
    if not pods:
        raise NotComputable("no pods returned by selector while calculating replica count")
    groups = group_pods(pods, metrics, resource, now)
    left_out = groups.ignored | groups.unready
    values = {name: metric.value for name, metric in metrics.items() if name not in left_out}
    if not values:
        raise NotComputable("did not receive metrics for targeted pods (pods might be unready)")
    requests = requests_of(pods, container, resource) if target.is_utilization else {}
    measured = _Average(target, requests)
    ratio, computed = measured.of(values, current)
    scales_up_with_unready = bool(groups.unready) and ratio > 1.0
    if not scales_up_with_unready and not groups.missing:
        if tolerances.is_within(ratio):
            return computed
        return computed._replace(replicas=math.ceil(ratio * groups.ready))
    values.update(measured.assumed(groups.missing, ratio))
    if scales_up_with_unready:
        values.update(dict.fromkeys(groups.unready, 0))
    again, _ = measured.of(values, current)
    if tolerances.is_within(again) or (ratio < 1.0 < again) or (again < 1.0 < ratio):
        return computed
    wanted = math.ceil(again * len(values))
    if (again < 1.0 and wanted > current) or (again > 1.0 and wanted < current):
        return computed
    return computed._replace(replicas=wanted)


class _Average:
    """The average usage of pods beside its target."""

    def __init__(self, target: Target, requests: Mapping[str, int]) -> None:
        self._target = target
        self._requests = requests

    def of(self, values: Mapping[str, int], current: int) -> tuple[float, Computed]:
        """Its part of the target, and it with the ``current`` replicas; NotComputable."""
        if not self._target.is_utilization:
            usage = sum(values.values()) // len(values)
            return usage / self._target.value, Computed(current, usage)
        known = [name for name in values if name in self._requests]
        total, requested = sum(values[name] for name in known), sum(self._requests[name] for name in known)
        if requested == 0:
            raise NotComputable("no metrics returned matched known pods")
        utilization = total * 100 // requested
        return utilization / self._target.value, Computed(current, total // len(known), utilization)

    def assumed(self, missing: set[str], ratio: float) -> dict[str, int]:
        """What is assumed of pods without metrics, so that nothing is done on their account."""
        if ratio > 1.0:
            return dict.fromkeys(missing, 0)
        if ratio == 1.0:
            return {}
        if not self._target.is_utilization:
            return dict.fromkeys(missing, self._target.value)
        return {name: self._requests[name] * max(100, self._target.value) // 100 for name in missing}


def group_pods(pods: Sequence[Obj], metrics: Mapping[str, PodMetric], resource: str, now: int) -> Groups:
    """Mirrors groupPods."""
    ready, unready, missing, ignored = 0, set(), set(), set()
    for pod in pods:
        name, phase = pod["metadata"]["name"], dig(pod, "status", "phase")
        if is_terminating(pod) or phase == "Failed":
            ignored.add(name)
        elif phase == "Pending":
            unready.add(name)
        elif name not in metrics:
            missing.add(name)
        elif resource == "cpu" and _is_unready(pod, metrics[name], now):
            unready.add(name)
        else:
            ready += 1
    return Groups(ready, unready, missing, ignored)


def _is_unready(pod: Obj, metric: PodMetric, now: int) -> bool:
    """Whether what a pod used tells nothing: it starts, or never was ready."""
    condition, begun = condition_of(pod, "Ready"), dig(pod, "status", "startTime")
    if condition is None or begun is None:
        return True
    changed, started = parse_time(condition["lastTransitionTime"]), parse_time(begun)
    if started + CPU_INITIALIZATION_PERIOD > now:
        return condition["status"] == "False" or metric.timestamp < changed + metric.window
    return condition["status"] == "False" and started + INITIAL_READINESS_DELAY > changed


def requests_of(pods: Sequence[Obj], container: str, resource: str) -> dict[str, int]:
    """What each pod requests, or its one container; NotComputable where one requests nothing."""
    return {pod["metadata"]["name"]: _request(pod, container, resource) for pod in pods}


def _request(pod: Obj, wanted: str, resource: str) -> int:
    """Mirrors calculatePodLevelRequests and calculatePodRequestsFromContainers."""
    name, spec = pod["metadata"]["name"], pod["spec"]
    of_pod = dig(spec, "resources", "requests", default={})
    if of_pod and not wanted:
        if resource not in of_pod:
            raise NotComputable(f"missing pod-level request for {resource} in Pod {name}")
        return quantity.milli_value(of_pod[resource])
    sidecars = [each for each in spec.get("initContainers") or () if each.get("restartPolicy") == "Always"]
    containers = [each for each in (*spec["containers"], *sidecars) if wanted in ("", each["name"])]
    if not containers:
        raise NotComputable(f"container {wanted} not found in Pod {name}")
    total = 0
    for each in containers:
        request = dig(each, "resources", "requests", resource)
        if request is None:
            raise NotComputable(f"missing request for {resource} in container {each['name']} of Pod {name}")
        total += quantity.milli_value(request)
    return total
