"""A ReplicationController: what there was before there were ReplicaSets."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubesim.api.meta import labels_of
from kubesim.kinds.plain_columns import PlainKind

if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Look


class ReplicationController(PlainKind):
    """Mirrors pkg/registry/core/replicationcontroller."""

    has_generation = True
    has_status = True
    new_status: ClassVar = {"replicas": 0}

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_ReplicationController."""
        from kubesim.kinds.pod_spec.defaults import default_pod_template

        spec = obj.setdefault("spec", {})
        spec.setdefault("replicas", 1)
        template = spec.get("template")
        if template is None:
            return
        default_pod_template(template)
        labels = labels_of(template)
        if labels and not spec.get("selector"):
            spec["selector"] = dict(labels)
        if labels and not labels_of(obj):
            obj["metadata"]["labels"] = dict(labels)

    def validate(self, obj: Obj) -> list[FieldError]:
        """Mirrors ValidateReplicationControllerSpec."""
        from kubesim.api.fields import not_negative, required
        from kubesim.api.selectors import from_labels
        from kubesim.kinds.validation.workload import validate_lasting_template, validate_matching

        spec = obj["spec"]
        wrong = not_negative("spec.minReadySeconds", spec.get("minReadySeconds"))
        if not spec.get("selector"):
            wrong.append(required("spec.selector"))
        wrong += not_negative("spec.replicas", spec["replicas"])
        template = spec.get("template")
        if template is None:
            return [*wrong, required("spec.template")]
        wrong += validate_matching(template, from_labels(spec.get("selector")))
        return wrong + validate_lasting_template(template, "ReplicationController")

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:
        from kubesim.kinds.warnings.pod_template import warnings_for_workload

        return warnings_for_workload(self, new, old)

    def describe(self, obj: Obj, look: Look, now: int, *, show_events: bool = True) -> str:
        from kubesim.kinds.description.workloads import describe_replication_controller

        return describe_replication_controller(obj, look, now, show_events=show_events)
