"""The metrics of a HorizontalPodAutoscaler as the annotations of autoscaling/v1 keep them.

Each function takes one metric, or the status of one, and gives it with its fields in the order of Go's types, which is
the order in which annotations have them. Mirrors pkg/apis/autoscaling/v1/conversion.go.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.api.meta import Obj

# Where each type of metric keeps what it measures.
_SOURCES = {
    "Object": "object",
    "Pods": "pods",
    "Resource": "resource",
    "ContainerResource": "containerResource",
    "External": "external",
}
_ORDER = ("type", *_SOURCES.values())
_REFERENCE = ("kind", "name", "apiVersion")


def metric_to_v1(metric: Obj) -> Obj:
    return _converted(metric, _source_to_v1)


def metric_from_v1(metric: Obj) -> Obj:
    return _converted(metric, _source_from_v1)


def status_to_v1(status: Obj) -> Obj:
    return _converted(status, _current_to_v1)


def status_from_v1(status: Obj) -> Obj:
    return _converted(status, _current_from_v1)


def _converted(metric: Obj, convert: Callable[[str, Obj], Obj]) -> Obj:
    kinds = {field: kind for kind, field in _SOURCES.items()}
    new: Obj = {}
    for name in _ORDER:
        if name in kinds and isinstance(metric.get(name), dict):
            new[name] = _present(convert(kinds[name], metric[name]))
        elif name in metric:
            new[name] = metric[name]
    return new


def _present(fields: Obj) -> Obj:
    return {name: value for name, value in fields.items() if value is not None}


def _reference(given: Obj | None) -> Obj:
    return {name: (given or {})[name] for name in _REFERENCE if name in (given or {})}


def _source_to_v1(kind: str, source: Obj) -> Obj:
    target, metric = source.get("target") or {}, source.get("metric") or {}
    value, average = target.get("value"), target.get("averageValue")
    if kind == "Object":
        new = {"target": _reference(source.get("describedObject")), "metricName": metric.get("name", "")}
        return {**new, "targetValue": value or "0", "selector": metric.get("selector"), "averageValue": average}
    if kind == "Pods":
        return {
            "metricName": metric.get("name", ""),
            "targetAverageValue": average or "0",
            "selector": metric.get("selector"),
        }
    if kind == "External":
        new = {"metricName": metric.get("name", ""), "metricSelector": metric.get("selector")}
        return {**new, "targetValue": value, "targetAverageValue": average}
    new = {"name": source.get("name", ""), "targetAverageUtilization": target.get("averageUtilization")}
    return {**new, "targetAverageValue": average, "container": source.get("container")}


def _source_from_v1(kind: str, source: Obj) -> Obj:
    metric = _present({"name": source.get("metricName", ""), "selector": source.get("selector")})
    if kind == "Object":
        value, average = source.get("targetValue", "0"), source.get("averageValue")
        if average is None:
            target = {"type": "Value", "value": value}
        else:
            target = _present(
                {"type": "AverageValue", "averageValue": average, "value": None if value == "0" else value}
            )
        return {"describedObject": _reference(source.get("target")), "target": target, "metric": metric}
    if kind == "Pods":
        return {"metric": metric, "target": {"type": "AverageValue", "averageValue": source.get("targetAverageValue")}}
    if kind == "External":
        value, average = source.get("targetValue"), source.get("targetAverageValue")
        target = _present(
            {"type": "AverageValue" if value is None else "Value", "value": value, "averageValue": average}
        )
        named = _present({"name": source.get("metricName", ""), "selector": source.get("metricSelector")})
        return {"metric": named, "target": target}
    percent, average = source.get("targetAverageUtilization"), source.get("targetAverageValue")
    type_ = "AverageValue" if percent is None else "Utilization"
    target = _present({"type": type_, "averageUtilization": percent, "averageValue": average})
    return {"name": source.get("name", ""), "target": target, "container": source.get("container")}


def _current_to_v1(kind: str, status: Obj) -> Obj:
    current, metric = status.get("current") or {}, status.get("metric") or {}
    value, average = current.get("value"), current.get("averageValue")
    if kind == "Object":
        new = {"target": _reference(status.get("describedObject")), "metricName": metric.get("name", "")}
        return {**new, "currentValue": value or "0", "selector": metric.get("selector"), "averageValue": average}
    if kind == "Pods":
        new = {"metricName": metric.get("name", ""), "currentAverageValue": average or "0"}
        return {**new, "selector": metric.get("selector")}
    if kind == "External":
        new = {"metricName": metric.get("name", ""), "metricSelector": metric.get("selector")}
        return {**new, "currentValue": value or "0", "currentAverageValue": average}
    new = {"name": status.get("name", ""), "currentAverageUtilization": current.get("averageUtilization")}
    return {**new, "currentAverageValue": average or "0", "container": status.get("container")}


def _current_from_v1(kind: str, status: Obj) -> Obj:
    metric = _present({"name": status.get("metricName", ""), "selector": status.get("selector")})
    if kind == "Object":
        current = _present({"value": status.get("currentValue"), "averageValue": status.get("averageValue")})
        return {"metric": metric, "current": current, "describedObject": _reference(status.get("target"))}
    if kind == "Pods":
        return {"metric": metric, "current": {"averageValue": status.get("currentAverageValue")}}
    if kind == "External":
        named = _present({"name": status.get("metricName", ""), "selector": status.get("metricSelector")})
        values = {"value": status.get("currentValue"), "averageValue": status.get("currentAverageValue")}
        return {"metric": named, "current": _present(values)}
    percent = status.get("currentAverageUtilization")
    current = _present({"averageUtilization": percent, "averageValue": status.get("currentAverageValue")})
    return {"name": status.get("name", ""), "current": current, "container": status.get("container")}
