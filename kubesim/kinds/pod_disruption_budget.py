"""A PodDisruptionBudget: how many pods may be evicted at a time."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class PodDisruptionBudget(PlainKind):
    """Mirrors pkg/registry/policy/poddisruptionbudget."""

    has_generation = True
    has_status = True
    new_status: ClassVar = {"currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0}

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.pod_disruption_budget import validate_pod_disruption_budget

        return validate_pod_disruption_budget(obj)
