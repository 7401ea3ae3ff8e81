"""A ReplicaSet: so many pods of one template."""

from __future__ import annotations

from kubesim.kinds.base import Column, Kind, age_of
from kubesim.kinds.common.cells import SELECTOR_COLUMN, TEMPLATE_COLUMNS, number, selector_cell, template_cells

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class ReplicaSet(Kind):
    """Mirrors pkg/registry/apps/replicaset."""

    has_generation = True
    has_status = True
    new_status: ClassVar = {"replicas": 0}
    columns = (
        Column("NAME"),
        Column("DESIRED"),
        Column("CURRENT"),
        Column("READY"),
        Column("AGE"),
        *TEMPLATE_COLUMNS,
        SELECTOR_COLUMN,
    )

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_ReplicaSet."""
        from kubesim.kinds.pod_spec.defaults import default_pod_template

        spec = obj.setdefault("spec", {})
        default_pod_template(spec.setdefault("template", {}))
        spec.setdefault("replicas", 1)

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.replica_set import validate_replica_set

        return validate_replica_set(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.replica_set import validate_replica_set_update

        return validate_replica_set_update(new, old)

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:
        from kubesim.kinds.warnings.pod_template import warnings_for_workload

        return warnings_for_workload(self, new, old)

    def row(self, obj: Obj, now: int) -> list[str]:
        """Mirrors printReplicaSet."""
        spec = obj["spec"]
        return [
            obj["metadata"]["name"],
            number(spec, "replicas"),
            number(obj, "status", "replicas"),
            number(obj, "status", "readyReplicas"),
            age_of(obj, now),
            *template_cells(spec.get("template")),
            self.selector_cell(spec.get("selector")),
        ]

    def selector_cell(self, selector: Obj | None) -> str:
        """The selector as a table shows it."""
        return selector_cell(selector)
