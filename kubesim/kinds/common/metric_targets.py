"""The metrics of a HorizontalPodAutoscaler: what they are now, and what they should be.

Mirrors formatHPAMetrics in pkg/printers/internalversion/printers.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, dig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

UNKNOWN = "<unknown>"
# The member of a metric that holds what its type is about.
MEMBERS = {
    "External": "external",
    "Pods": "pods",
    "Object": "object",
    "Resource": "resource",
    "ContainerResource": "containerResource",
}


def metrics_cell(metrics: Sequence[Obj], current: Sequence[Obj]) -> str:
    """``cpu: 20%/80%, memory: <unknown>/1Gi``: at most two metrics, and how many more there are."""
    texts = [_metric(metric, current[at] if at < len(current) else {}) for at, metric in enumerate(metrics)]
    if len(texts) > 2:
        return f"{', '.join(texts[:2])} + {len(texts) - 2} more..."
    return ", ".join(texts) or "<none>"


def _metric(metric: Obj, status: Obj) -> str:
    member = MEMBERS.get(metric.get("type", ""))
    if member is None:
        return "<unknown type>"
    target, now = dig(metric, member, "target", default={}), dig(status, member, "current", default={})
    if member in ("resource", "containerResource"):
        return f"{metric[member]['name']}: {_resource(target, now)}"
    if member == "pods":
        return f"{now.get('averageValue', UNKNOWN)}/{target.get('averageValue')}"
    if "averageValue" in target:
        return f"{now.get('averageValue', UNKNOWN)}/{target['averageValue']} (avg)"
    return f"{now.get('value', UNKNOWN)}/{target.get('value')}"


def _resource(target: Obj, now: Obj) -> str:
    if "averageValue" in target:
        return f"{now.get('averageValue', UNKNOWN)}/{target['averageValue']}"
    return f"{percentage(now, UNKNOWN)}/{percentage(target, '<auto>')}"


def percentage(values: Obj, missing: str) -> str:
    """The average utilization, as ``80%``."""
    utilization = values.get("averageUtilization")
    return missing if utilization is None else f"{utilization}%"


def cpu_metric(percent: int) -> Obj:
    """The metric of an average use of the CPU, in percent of what is requested."""
    target = {"type": "Utilization", "averageUtilization": percent}
    return {"type": "Resource", "resource": {"name": "cpu", "target": target}}
