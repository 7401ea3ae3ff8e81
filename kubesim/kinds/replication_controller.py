"""A ReplicationController: what there was before ReplicaSets; its selector is a map of labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.kinds.base import Column, Kind, age_of
from kubesim.kinds.cells import SELECTOR_COLUMN, TEMPLATE_COLUMNS, format_labels, number, template_cells

if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Look


class ReplicationController(Kind):
    """Mirrors pkg/registry/core/replicationcontroller."""

    has_generation = True
    has_status = True
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
        """The template's labels are its own and its selector's, too. Mirrors SetDefaults_ReplicationController."""
        from kubesim.kinds.pod_spec.defaults import default_pod_template

        spec = obj.setdefault("spec", {})
        if "template" in spec:
            default_pod_template(spec["template"])
            labels = spec["template"]["metadata"].get("labels")
            if labels:
                spec["selector"] = spec.get("selector") or dict(labels)
                obj["metadata"]["labels"] = obj["metadata"].get("labels") or dict(labels)
        spec.setdefault("replicas", 1)

    def prepare_for_create(self, obj: Obj) -> None:
        """A new ReplicationController has no pods."""
        obj["status"] = {"replicas": 0}

    def validate(self, obj: Obj) -> list[FieldError]:
        """Mirrors ValidateReplicationControllerSpec."""
        from kubesim.kinds.validation.replication_controller import validate_replication_controller_spec

        return validate_replication_controller_spec(obj["spec"])

    def row(self, obj: Obj, now: int) -> list[str]:
        """Mirrors printReplicationController."""
        spec = obj["spec"]
        return [
            obj["metadata"]["name"],
            number(spec, "replicas"),
            number(obj, "status", "replicas"),
            number(obj, "status", "readyReplicas"),
            age_of(obj, now),
            *template_cells(spec.get("template")),
            format_labels(spec.get("selector")),
        ]

    def field(self, obj: Obj, path: str) -> str | None:
        return number(obj, "status", "replicas") if path == "status.replicas" else super().field(obj, path)

    def describe(self, obj: Obj, look: Look, now: int, *, show_events: bool = True) -> str:
        from kubesim.kinds.description.workloads import describe_replication_controller

        return describe_replication_controller(obj, look, now, show_events=show_events)

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:
        from kubesim.kinds.warnings.pod_template import warnings_for_workload

        return warnings_for_workload(self, new, old)
