"""What is wrong with a RuntimeClass. Mirrors pkg/apis/node/validation."""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import FieldError, immutable, invalid_for_each, required
from kubesim.api.metadata_validation import validate_labels
from kubesim.kinds.pod_spec.resources import validate_container_resources
from kubesim.kinds.pod_spec.scheduling import validate_tolerations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def validate_runtime_class(obj: Obj) -> list[FieldError]:
    """Mirrors ValidateRuntimeClass."""
    handler, scheduling = obj.get("handler", ""), obj.get("scheduling") or {}
    wrong = invalid_for_each("handler", handler, names.is_dns_1123_label(handler)) if handler else []
    wrong += [] if handler else [required("handler")]
    amounts = (obj.get("overhead") or {}).get("podFixed") or {}
    fixed = {name: str(amount) for name, amount in amounts.items()}
    wrong += validate_container_resources({"limits": fixed}, "overhead")
    wrong += validate_labels(scheduling.get("nodeSelector") or {}, "scheduling.nodeSelector")
    return wrong + validate_tolerations(scheduling.get("tolerations") or [], "scheduling.tolerations")


def validate_runtime_class_update(new: Obj, old: Obj) -> list[FieldError]:
    """Mirrors ValidateRuntimeClassUpdate."""
    return immutable("handler", new.get("handler"), old.get("handler"))
