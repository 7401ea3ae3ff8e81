"""What is wrong with a PodDisruptionBudget. Mirrors pkg/apis/policy/validation."""

from __future__ import annotations

from kubesim.api.fields import FieldError, Struct, invalid, one_of
from kubesim.api.metadata_validation import selector_struct, validate_label_selector
from kubesim.kinds.validation.workload import validate_at_most_all, validate_int_or_percent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

_POLICIES = ("AlwaysAllow", "IfHealthyBudget")
_COUNTS = ("minAvailable", "maxUnavailable")


def validate_pod_disruption_budget(obj: Obj) -> list[FieldError]:
    """Mirrors ValidatePodDisruptionBudgetSpec."""
    spec = obj["spec"]
    wrong: list[FieldError] = []
    if all(name in spec for name in _COUNTS):
        why = "minAvailable and maxUnavailable cannot be both set"
        shown = Struct(
            MinAvailable=spec["minAvailable"],
            Selector=selector_struct(spec["selector"]) if "selector" in spec else None,
            MaxUnavailable=spec["maxUnavailable"],
            UnhealthyPodEvictionPolicy=spec.get("unhealthyPodEvictionPolicy"),
        )
        wrong.append(invalid("spec", shown, why))
    for name in _COUNTS:
        if name in spec:
            wrong += validate_int_or_percent(spec[name], f"spec.{name}")
            wrong += validate_at_most_all(spec[name], f"spec.{name}")
    wrong += validate_label_selector(spec.get("selector"), "spec.selector")
    policy = spec.get("unhealthyPodEvictionPolicy")
    return wrong if policy is None else wrong + one_of("spec.unhealthyPodEvictionPolicy", policy, _POLICIES)
