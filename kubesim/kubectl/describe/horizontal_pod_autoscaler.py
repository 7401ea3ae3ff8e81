"""The description of a HorizontalPodAutoscaler. Mirrors describeHorizontalPodAutoscalerV2."""

from __future__ import annotations

from kubesim.api.meta import Obj, dig
from kubesim.kinds.common.cells import number
from kubesim.kinds.common.metric_targets import MEMBERS, UNKNOWN, percentage
from kubesim.kubectl.describe.common import describe_events, describe_field, describe_metadata, describe_name, long_time
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.kinds.base import Reader


def describe_horizontal_pod_autoscaler(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    w = Description()
    spec, target = obj["spec"], obj["spec"]["scaleTargetRef"]
    describe_name(w, obj)
    describe_metadata(w, obj)
    w.line("CreationTimestamp:", long_time(obj["metadata"].get("creationTimestamp")))
    w.line("Reference:", f"{target['kind']}/{target['name']}")
    _describe_metrics(w, spec.get("metrics") or (), dig(obj, "status", "currentMetrics", default=()))
    describe_field(w, "Min replicas:", spec.get("minReplicas"))
    w.line("Max replicas:", spec["maxReplicas"])
    _describe_behavior(w, spec.get("behavior"))
    current, desired = number(obj, "status", "currentReplicas"), number(obj, "status", "desiredReplicas")
    w.line(f"{target['kind']} pods:", f"{current} current / {desired} desired")
    _describe_conditions(w, dig(obj, "status", "conditions", default=()))
    if show_events:
        describe_events(w, reader.events_of(obj), now)
    return w.text()


def _describe_metrics(w: Description, metrics: Sequence[Obj], current: Sequence[Obj]) -> None:
    w.line("Metrics:", "( current / target )")
    for at, metric in enumerate(metrics):
        status = current[at] if at < len(current) else {}
        w.line(*_metric(metric, status), level=1)


def _metric(metric: Obj, status: Obj) -> tuple[str, ...]:
    """The two cells of a metric: what it is, and its value now and wanted."""
    kind = metric.get("type", "")
    member = MEMBERS.get(kind)
    if member is None:
        return (f'<unknown metric type "{kind}">',)
    source, now = metric[member], dig(status, member, "current", default={})
    if kind in ("Resource", "ContainerResource"):
        return _resource_metric(source, now)
    title, target = f'"{source["metric"]["name"]}"', source["target"]
    averages = f"{now.get('averageValue', UNKNOWN)} / {target.get('averageValue')}"
    if kind == "Pods":
        return f"{title} on pods:", averages
    if kind == "Object":
        described = source["describedObject"]
        title = f"{title} on {described['kind']}/{described['name']}"
    if "averageValue" in target:
        return f"{title} (target average value):", averages
    return f"{title} (target value):", f"{now.get('value', UNKNOWN)} / {target.get('value')}"


def _resource_metric(source: Obj, now: Obj) -> tuple[str, str]:
    container = f' of container "{source["container"]}"' if "container" in source else ""
    title, target = f"resource {source['name']}{container} on pods", source["target"]
    if "averageValue" in target:
        return f"{title}:", f"{now.get('averageValue', UNKNOWN)} / {target['averageValue']}"
    current = percentage(now, UNKNOWN)
    if current != UNKNOWN:
        current = f"{current} ({now.get('averageValue', '0')})"
    return f"{title}  (as a percentage of request):", f"{current} / {percentage(target, '<auto>')}"


def _describe_behavior(w: Description, behavior: Obj | None) -> None:
    """Mirrors printDirectionBehavior."""
    if behavior is None:
        return
    w.line("Behavior:")
    for title, field in (("Scale Up:", "scaleUp"), ("Scale Down:", "scaleDown")):
        rules = behavior.get(field)
        if rules is None:
            continue
        w.line(title, level=1)
        if rules.get("stabilizationWindowSeconds") is not None:
            w.line(f"Stabilization Window: {rules['stabilizationWindowSeconds']} seconds", level=2)
        if rules.get("policies"):
            w.line(f"Select Policy: {rules.get('selectPolicy', 'Max')}", level=2)
            w.line("Policies:", level=2)
        for policy in rules.get("policies") or ():
            period = f"Period: {policy['periodSeconds']} seconds"
            w.line(f"- Type: {policy['type']}", f"Value: {policy['value']}", period, level=3)


def _describe_conditions(w: Description, conditions: Sequence[Obj]) -> None:
    if not conditions:
        return
    w.line("Conditions:")
    w.line("Type", "Status", "Reason", "Message", level=1)
    w.line("----", "------", "------", "-------", level=1)
    for condition in conditions:
        cells = (condition["type"], condition["status"], condition.get("reason", ""), condition.get("message", ""))
        w.line(*cells, level=1)
