"""The answer to an autoscaler that asks for a metric: what pods use, if that is known. No API serves other metrics.

Mirrors computeReplicasForMetric of pkg/controller/podautoscaler/horizontal.go and its metrics/client.go.
"""

from __future__ import annotations

from kubesim.api import quantity
from kubesim.api.meta import SECOND, dig, parse_time
from kubesim.cluster.aggregated import API_SERVICE_NAME, is_served
from kubesim.controllers.horizontal_pod_autoscaler.replica_calculator import (
    Computed,
    NotComputable,
    PodMetric,
    Target,
    Tolerances,
    replicas_for,
)
from kubesim.kinds.common.metric_targets import MEMBERS
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.meta import Obj
    from kubesim.cluster import Cluster

_NOT_SERVED = "the server could not find the requested resource"
_BUSY = "the server is currently unable to handle the request"
_NO_RESOURCE_METRICS = "unable to fetch metrics from resource metrics API"
_TOLERANCE = 0.1
_NO_CUSTOM_METRICS = (
    "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered"
)


class Failure(NamedTuple):
    """Why a metric could not be had: ``error`` for its event, ``whole`` for the message about all metrics."""

    reason: str
    error: str
    whole: str


class Proposal(NamedTuple):
    """How many replicas a metric calls for, what it is called, and its value as the status has it."""

    replicas: int
    name: str
    status: Obj


def answer(cluster: Cluster, autoscaler: Obj, metric: Obj, pods: Sequence[Obj], current: int) -> Proposal | Failure:
    """What a metric of an autoscaler's spec comes to, by its target's pods."""
    source = metric.get(MEMBERS[metric["type"]])
    if metric["type"] not in ("Resource", "ContainerResource"):
        return failure_of(metric, autoscaler["metadata"]["namespace"])
    assert source is not None
    try:
        found = _metrics_of(cluster, source, pods)
        computed = replicas_for(
            pods,
            found,
            current,
            _target(source["target"]),
            _tolerances(autoscaler),
            resource=source["name"],
            container=source.get("container", ""),
            now=cluster.now,
        )
    except NotComputable as error:
        return failure_of(metric, autoscaler["metadata"]["namespace"], str(error))
    return _proposal(metric, computed)


def failure_of(metric: Obj, namespace: str, why: str = "") -> Failure:
    """What asking for a metric comes to that is not to be had; ``why`` a resource's is not. No API serves others."""
    failing = _FAILURES.get(metric["type"])
    return _resource_failure(metric, why) if failing is None else failing(metric, namespace)


# what pods use


def _metrics_of(cluster: Cluster, source: Obj, pods: Sequence[Obj]) -> dict[str, PodMetric]:
    """The pods' metrics by their names; NotComputable. Mirrors GetResourceMetric."""
    from kubesim.containers.usage.metrics_api import pod_metrics

    begin = f"unable to get metrics for resource {source['name']}"
    if not is_served(cluster.kinds):
        is_there = cluster.cabinet.find(("APIService", "", API_SERVICE_NAME)) is not None
        why = f"{_BUSY if is_there else _NOT_SERVED} (get pods.metrics.k8s.io)"
        raise NotComputable(f"{begin}: {_NO_RESOURCE_METRICS}: {why}")
    metrics = pod_metrics(cluster, pods)
    if not metrics:
        raise NotComputable(f"{begin}: no metrics returned from resource metrics API")
    values = {each["metadata"]["name"]: _value(each, source) for each in metrics}
    at, window = parse_time(metrics[0]["timestamp"]), int(metrics[0]["window"].rstrip("s")) * SECOND
    return {name: PodMetric(value, at, window) for name, value in values.items() if value is not None}


def _value(metrics: Obj, source: Obj) -> int | None:
    """A pod's usage in thousandths, or its one container's; None where that is not known."""
    wanted, name = source.get("container", ""), source["name"]
    usages = [dig(each, "usage", name) for each in metrics["containers"] if wanted in ("", each["name"])]
    return None if None in usages or not usages else sum(map(quantity.milli_value, usages))


def _target(target: Obj) -> Target:
    if "averageValue" in target:
        return Target(quantity.milli_value(target["averageValue"]), is_utilization=False)
    return Target(int(target["averageUtilization"]), is_utilization=True)


def _tolerances(autoscaler: Obj) -> Tolerances:
    """Mirrors tolerancesForHpa."""
    given = [dig(autoscaler, "spec", "behavior", way, "tolerance") for way in ("scaleDown", "scaleUp")]
    down, up = (_TOLERANCE if text is None else quantity.milli_value(text) / 1000 for text in given)
    return Tolerances(down, up)


def _proposal(metric: Obj, computed: Computed) -> Proposal:
    member = MEMBERS[metric["type"]]
    source = metric[member]
    name = f"{source['name']} resource"
    form = quantity.BINARY_SI if source["name"] == "memory" else quantity.DECIMAL_SI
    current: Obj = {"averageValue": str(quantity.Quantity(computed.usage, -3, form))}
    if computed.utilization is not None:
        of = " container" if "container" in source else ""
        name = f"{source['name']}{of} resource utilization (percentage of request)"
        current = {"averageUtilization": computed.utilization, **current}
    named = {field: source[field] for field in ("container", "name") if field in source}
    return Proposal(computed.replicas, name, {member: {**named, "current": current}, "type": metric["type"]})


# failures


def _resource_failure(metric: Obj, why: str) -> Failure:
    source = metric[MEMBERS[metric["type"]]]
    wanted = "usage" if "averageValue" in source["target"] else "utilization"
    error = f"failed to get {source['name']} {wanted}: {why}"
    if metric["type"] == "ContainerResource":
        whole = f"failed to get {source['container']} container metric value: {error}"
        return Failure("FailedGetContainerResourceMetric", error, whole)
    return Failure("FailedGetResourceMetric", error, f"failed to get {source['name']} resource metric value: {error}")


def _pods(metric: Obj, namespace: str) -> Failure:  # noqa: ARG001
    error = f"unable to get metric {metric['pods']['metric']['name']}: {_NO_CUSTOM_METRICS}"
    return Failure("FailedGetPodsMetric", error, f"failed to get pods metric value: {error}")


def _object(metric: Obj, namespace: str) -> Failure:
    source = metric["object"]
    name, described = source["metric"]["name"], source["describedObject"]
    error = f"unable to get metric {name}: {_NO_CUSTOM_METRICS} on {described['kind']} {namespace}/{described['name']}"
    is_average = source["target"].get("type") == "AverageValue"
    inner = f"failed to get {name} object metric: {error}" if is_average else error
    return Failure("FailedGetObjectMetric", error, f"failed to get object metric value: {inner}")


def _external(metric: Obj, namespace: str) -> Failure:
    source = metric["external"]
    name = source["metric"]["name"]
    selector = _selector(source["metric"].get("selector"))
    gone = f"{_NOT_SERVED} (get {name}.external.metrics.k8s.io)"
    why = f"unable to fetch metrics from external metrics API: {gone}"
    error = f"unable to get external metric {namespace}/{name}/{selector}: {why}"
    is_average = "averageValue" in source["target"]
    inner = f"failed to get {name} external metric" if is_average else f"failed to get external metric {name}"
    return Failure("FailedGetExternalMetric", error, f"failed to get {name} external metric value: {inner}: {error}")


def _selector(selector: Obj | None) -> str:
    """The selector as Go's %+v prints a pointer to it."""
    if selector is None:
        return "nil"
    labels = "".join(f"{key}: {value}," for key, value in sorted((selector.get("matchLabels") or {}).items()))
    expressions = "".join(map(_expression, selector.get("matchExpressions") or ()))
    fields = f"MatchLabels:map[string]string{{{labels}}},MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},"
    return f"&LabelSelector{{{fields}}}"


def _expression(expression: Obj) -> str:
    values = " ".join(expression.get("values") or ())
    return f"LabelSelectorRequirement{{Key:{expression['key']},Operator:{expression['operator']},Values:[{values}],}},"


_FAILURES = {
    "External": _external,
    "Object": _object,
    "Pods": _pods,
}
