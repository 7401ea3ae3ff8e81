"""What is wrong with a ReplicaSet. Mirrors ValidateReplicaSet of pkg/apis/apps/validation, in its order."""

from __future__ import annotations

from kubesim.api.fields import FieldError, invalid, not_negative
from kubesim.api.metadata_validation import immutable_selector, selector_struct
from kubesim.kinds.validation.workload import (
    selector_of,
    validate_lasting_template,
    validate_matching,
    validate_pod_count,
    validate_selector,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def validate_replica_set(obj: Obj) -> list[FieldError]:
    """Mirrors ValidateReplicaSet."""
    return _validate_spec(obj["spec"])


def validate_replica_set_update(new: Obj, old: Obj) -> list[FieldError]:
    """The selector cannot change. Mirrors ValidateReplicaSetUpdate and the strategy's ValidateUpdate."""
    selector, before = new["spec"].get("selector"), old["spec"].get("selector")
    return [*validate_replica_set(new), *immutable_selector("spec.selector", selector, before)]


def _validate_spec(spec: Obj) -> list[FieldError]:
    """``spec`` has its defaults."""
    wrong = validate_pod_count("spec.replicas", spec["replicas"])
    wrong += not_negative("spec.minReadySeconds", spec.get("minReadySeconds", 0))
    return wrong + validate_selected_template(spec)


def validate_selected_template(spec: Obj) -> list[FieldError]:
    """Upstream words an invalid selector of a ReplicaSet as one of deployments, too."""
    wrong = validate_selector(spec, "deployment")
    selector = selector_of(spec)
    if selector is None:
        return [*wrong, invalid("spec.selector", selector_struct(spec["selector"]), "invalid label selector")]
    wrong += validate_matching(spec["template"], selector)
    return wrong + validate_lasting_template(spec["template"], "ReplicaSet")
