"""A ReplicationController: what there was before ReplicaSets; its selector is a map of labels."""

from __future__ import annotations

from kubesim.kinds.common.cells import format_labels, number
from kubesim.kinds.replica_set import ReplicaSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class ReplicationController(ReplicaSet):
    """Mirrors pkg/registry/core/replicationcontroller."""

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

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.replication_controller import validate_replication_controller

        return validate_replication_controller(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:  # noqa: ARG002
        """The selector may change."""
        return self.validate(new)

    def field(self, obj: Obj, path: str) -> str | None:
        return number(obj, "status", "replicas") if path == "status.replicas" else super().field(obj, path)

    def selector_cell(self, selector: Obj | None) -> str:
        return format_labels(selector)
