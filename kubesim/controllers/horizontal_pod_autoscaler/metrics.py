"""The answer to an autoscaler that asks for a metric: no API serves it.

Mirrors the errors of computeReplicasForMetric and replica_calculator.go of pkg/controller/podautoscaler, and those
of a cluster without metrics APIs.
"""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

_NOT_SERVED = "the server could not find the requested resource"
_NO_RESOURCE_METRICS = f"unable to fetch metrics from resource metrics API: {_NOT_SERVED} (get pods.metrics.k8s.io)"
_NO_CUSTOM_METRICS = (
    "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered"
)


class Failure(NamedTuple):
    """Why a metric could not be had: ``error`` for its event, ``whole`` for the message about all metrics."""

    reason: str
    error: str
    whole: str


def failure_of(metric: Obj, namespace: str) -> Failure:
    """What asking for a metric of an autoscaler's spec comes to."""
    return _FAILURES[metric["type"]](metric, namespace)


def _resource(metric: Obj, namespace: str) -> Failure:  # noqa: ARG001
    source = metric["resource"]
    error = _resource_error(source)
    return Failure("FailedGetResourceMetric", error, f"failed to get {source['name']} resource metric value: {error}")


def _container_resource(metric: Obj, namespace: str) -> Failure:  # noqa: ARG001
    source = metric["containerResource"]
    error = _resource_error(source)
    whole = f"failed to get {source['container']} container metric value: {error}"
    return Failure("FailedGetContainerResourceMetric", error, whole)


def _resource_error(source: Obj) -> str:
    name = source["name"]
    wanted = "usage" if "averageValue" in source["target"] else "utilization"
    return f"failed to get {name} {wanted}: unable to get metrics for resource {name}: {_NO_RESOURCE_METRICS}"


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
    "ContainerResource": _container_resource,
    "External": _external,
    "Object": _object,
    "Pods": _pods,
    "Resource": _resource,
}
