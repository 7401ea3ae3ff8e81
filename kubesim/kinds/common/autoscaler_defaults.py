"""What the API server fills in in a HorizontalPodAutoscaler, in place. Mirrors pkg/apis/autoscaling/v2/defaults.go."""

from __future__ import annotations

from kubesim.kinds.common.metric_targets import cpu_metric

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

CPU_UTILIZATION = 80
PERIOD = 15


def default_autoscaler(spec: Obj) -> None:
    spec.setdefault("minReplicas", 1)
    if not spec.get("metrics"):
        spec["metrics"] = [cpu_metric(CPU_UTILIZATION)]
    behavior = spec.get("behavior")
    if behavior is not None:
        behavior["scaleUp"] = {**_scale_up_rules(), **(behavior.get("scaleUp") or {})}
        behavior["scaleDown"] = {**_scale_down_rules(), **(behavior.get("scaleDown") or {})}


def _policy(kind: str, value: int) -> Obj:
    return {"type": kind, "value": value, "periodSeconds": PERIOD}


def _scale_up_rules() -> Obj:
    policies = [_policy("Pods", 4), _policy("Percent", 100)]
    return {"stabilizationWindowSeconds": 0, "selectPolicy": "Max", "policies": policies}


def _scale_down_rules() -> Obj:
    return {"selectPolicy": "Max", "policies": [_policy("Percent", 100)]}
