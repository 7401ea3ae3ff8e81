"""A HorizontalPodAutoscaler as autoscaling/v1 serves it: one number for the CPU, all else in annotations.

Mirrors pkg/apis/autoscaling/v1/conversion.go.
"""

from __future__ import annotations

import json

from kubesim.api.meta import annotations_of, dig, with_metadata
from kubesim.api.well_known import DEPRECATED_AUTOSCALER_ANNOTATION_PREFIX as _PREFIX
from kubesim.golang.json import dumps
from kubesim.kinds.common.metric_targets import cpu_metric
from kubesim.kinds.versions.autoscaling_v1_metrics import metric_from_v1, metric_to_v1, status_from_v1, status_to_v1

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from kubesim.api.meta import Obj

VERSION, STORED_VERSION = "autoscaling/v1", "autoscaling/v2"
METRICS, STATUSES = f"{_PREFIX}metrics", f"{_PREFIX}current-metrics"
CONDITIONS, BEHAVIOR = f"{_PREFIX}conditions", f"{_PREFIX}behavior"
_TOLERANCES = (f"{_PREFIX}scale-down-tolerance", f"{_PREFIX}scale-up-tolerance")
_ROUND_TRIP = (METRICS, STATUSES, CONDITIONS, BEHAVIOR, *_TOLERANCES)
_CONDITION_FIELDS = ("type", "status", "lastTransitionTime", "reason", "message")
# The internal types have no JSON names: what is written of a behavior are their Go names, in their order.
_RULE_NAMES = {
    "StabilizationWindowSeconds": "stabilizationWindowSeconds",
    "SelectPolicy": "selectPolicy",
    "Policies": "policies",
    "Tolerance": "tolerance",
}
_POLICY_NAMES = {"Type": "type", "Value": "value", "PeriodSeconds": "periodSeconds"}


def to_stored(obj: Obj) -> Obj:
    """What the annotations keep counts; of one that is no JSON nothing is taken."""
    spec, status = dict(obj.get("spec") or {}), dict(obj.get("status") or {})
    percent = spec.pop("targetCPUUtilizationPercentage", None)
    status.pop("currentCPUUtilizationPercentage", None)
    notes = annotations_of(obj)
    metrics = [*map(metric_from_v1, _read(notes, METRICS)), *([] if percent is None else [cpu_metric(percent)])]
    if metrics:
        spec["metrics"] = metrics
    behavior = _read_behavior(notes)
    if behavior:
        spec["behavior"] = behavior
    kept = {name: text for name, text in notes.items() if name not in _ROUND_TRIP}
    new = with_metadata(obj, annotations=kept or None) if kept != notes else obj
    current = [status_from_v1(one) for one in _read(notes, STATUSES)]
    status.update({"currentMetrics": current} if current else {})
    conditions = _read(notes, CONDITIONS)
    status.update({"conditions": conditions} if conditions else {})
    return {**new, "apiVersion": STORED_VERSION, "spec": spec, **({"status": status} if "status" in obj else {})}


def from_stored(obj: Obj) -> Obj:
    spec, status = dict(obj["spec"]), dict(obj.get("status") or {})
    metrics, current = spec.pop("metrics", None) or [], status.pop("currentMetrics", None) or []
    conditions, behavior = status.pop("conditions", None) or [], spec.pop("behavior", None)
    percents = [metric["resource"]["target"]["averageUtilization"] for metric in metrics if _is_cpu_percent(metric)]
    if percents:
        spec["targetCPUUtilizationPercentage"] = percents[0]
    used = [dig(one, "resource", "current", "averageUtilization") for one in current if _is_cpu(one)]
    if used and used[-1] is not None:
        status["currentCPUUtilizationPercentage"] = used[-1]
    status.setdefault("currentReplicas", 0)
    status.setdefault("desiredReplicas", 0)
    notes = {
        METRICS: [metric_to_v1(metric) for metric in metrics if not _is_cpu_percent(metric)],
        STATUSES: [status_to_v1(one) for one in current],
        BEHAVIOR: behavior and _written_behavior(behavior),
        CONDITIONS: [{name: one[name] for name in _CONDITION_FIELDS if name in one} for one in conditions],
    }
    kept = {name: text for name, text in annotations_of(obj).items() if name not in _ROUND_TRIP}
    kept.update({name: dumps(value, sort_keys=False) for name, value in notes.items() if value})
    new = with_metadata(obj, annotations=kept) if kept != annotations_of(obj) else obj
    return {**new, "apiVersion": VERSION, "spec": spec, "status": status}


def _is_cpu(metric: Obj) -> bool:
    return metric.get("type") == "Resource" and dig(metric, "resource", "name") == "cpu"


def _is_cpu_percent(metric: Obj) -> bool:
    return _is_cpu(metric) and dig(metric, "resource", "target", "averageUtilization") is not None


def _read(notes: dict[str, str], name: str) -> list[Obj]:
    found = _parsed(notes.get(name, ""))
    return found if isinstance(found, list) and all(isinstance(one, dict) for one in found) else []


def _parsed(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None


def _written_behavior(behavior: Obj) -> Obj:
    return {"ScaleUp": _written_rules(behavior.get("scaleUp")), "ScaleDown": _written_rules(behavior.get("scaleDown"))}


def _written_rules(rules: Obj | None) -> Obj | None:
    if rules is None:
        return None
    written: Obj = {go: rules.get(name) for go, name in _RULE_NAMES.items()}
    policies = rules.get("policies") or []
    written["Policies"] = [{go: policy.get(name) for go, name in _POLICY_NAMES.items()} for policy in policies] or None
    return written


def _read_behavior(notes: dict[str, str]) -> Obj:
    found = _parsed(notes.get(BEHAVIOR, ""))
    if not isinstance(found, dict):
        return {}
    rules = {"scaleUp": found.get("ScaleUp"), "scaleDown": found.get("ScaleDown")}
    return {name: _read_rules(given) for name, given in rules.items() if isinstance(given, dict)}


def _read_rules(given: Obj) -> Obj:
    rules = {name: given[go] for go, name in _RULE_NAMES.items() if given.get(go) is not None}
    if "policies" in rules:
        rename: Callable[[Obj], Obj] = lambda one: {name: one.get(go) for go, name in _POLICY_NAMES.items()}  # noqa: E731
        rules["policies"] = list(map(rename, rules["policies"]))
    return rules
