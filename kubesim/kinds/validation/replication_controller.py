"""What is wrong with ReplicationControllers. Mirrors ValidateReplicationControllerSpec of pkg/apis/core/validation."""

from __future__ import annotations

from kubesim.api.fields import FieldError, not_negative, required
from kubesim.api.selectors import from_labels
from kubesim.kinds.pod_spec.validation import validate_pod_template_spec
from kubesim.kinds.validation.workload import validate_lasting, validate_matching

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def validate_replication_controller(obj: Obj) -> list[FieldError]:
    """The object has its defaults. Mirrors ValidateReplicationController."""
    spec = obj["spec"]
    wrong = not_negative("spec.minReadySeconds", spec.get("minReadySeconds", 0))
    selector = from_labels(spec.get("selector"))
    if selector.is_empty():
        wrong.append(required("spec.selector"))
    wrong += not_negative("spec.replicas", spec["replicas"])
    if "template" not in spec:
        return [*wrong, required("spec.template")]
    wrong += validate_matching(spec["template"], selector)
    wrong += validate_pod_template_spec(spec["template"], "spec.template")
    return wrong + validate_lasting(spec["template"]["spec"], "ReplicationController")
