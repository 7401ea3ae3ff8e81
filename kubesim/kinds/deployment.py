"""A Deployment: pods that are replaced step by step when their template changes."""

from __future__ import annotations

from kubesim.api.meta import annotations_of
from kubesim.kinds.base import Column, Kind, age_of
from kubesim.kinds.common.cells import SELECTOR_COLUMN, TEMPLATE_COLUMNS, number, selector_cell, template_cells

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class Deployment(Kind):
    """Mirrors pkg/registry/apps/deployment."""

    has_generation = True
    has_status = True
    columns = (
        Column("NAME"),
        Column("READY"),
        Column("UP-TO-DATE"),
        Column("AVAILABLE"),
        Column("AGE"),
        *TEMPLATE_COLUMNS,
        SELECTOR_COLUMN,
    )

    def changes_generation(self, new: Obj, old: Obj) -> bool:
        """Annotations count too: they are copied to the ReplicaSets."""
        return super().changes_generation(new, old) or annotations_of(new) != annotations_of(old)

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_Deployment."""
        from kubesim.kinds.pod_spec.defaults import default_pod_template

        spec = obj.setdefault("spec", {})
        default_pod_template(spec.setdefault("template", {}))
        spec.setdefault("replicas", 1)
        spec.setdefault("revisionHistoryLimit", 10)
        spec.setdefault("progressDeadlineSeconds", 600)
        strategy = spec.setdefault("strategy", {})
        strategy["type"] = strategy.get("type") or "RollingUpdate"
        if strategy["type"] == "RollingUpdate":
            rolling = strategy.setdefault("rollingUpdate", {})
            rolling.setdefault("maxUnavailable", "25%")
            rolling.setdefault("maxSurge", "25%")

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.deployment import validate_deployment

        return validate_deployment(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.deployment import validate_deployment_update

        return validate_deployment_update(new, old)

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:
        from kubesim.kinds.warnings.pod_template import warnings_for_workload

        return warnings_for_workload(self, new, old)

    def row(self, obj: Obj, now: int) -> list[str]:
        """Mirrors printDeployment."""
        spec = obj["spec"]
        return [
            obj["metadata"]["name"],
            f"{number(obj, 'status', 'readyReplicas')}/{number(spec, 'replicas')}",
            number(obj, "status", "updatedReplicas"),
            number(obj, "status", "availableReplicas"),
            age_of(obj, now),
            *template_cells(spec["template"]),
            selector_cell(spec["selector"]),
        ]
