"""What is wrong with a PodTemplate. Mirrors ValidatePodTemplate of pkg/apis/core/validation."""

from __future__ import annotations

from kubesim.kinds.pod_spec.validation import validate_pod_template_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


def validate_pod_template(obj: Obj) -> list[FieldError]:
    """Mirrors ValidatePodTemplate."""
    return validate_pod_template_spec(obj["template"], "template")
