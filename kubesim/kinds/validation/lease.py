"""What is wrong with a Lease. Mirrors ValidateLease of pkg/apis/coordination/validation."""

from __future__ import annotations

from kubesim.api.fields import FieldError, forbidden, invalid, not_negative

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def validate_lease(obj: Obj) -> list[FieldError]:
    """Mirrors ValidateLeaseSpec."""
    spec = obj["spec"]
    seconds = spec.get("leaseDurationSeconds")
    wrong: list[FieldError] = []
    if seconds is not None and seconds <= 0:
        wrong.append(invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0"))
    wrong += not_negative("spec.leaseTransitions", spec.get("leaseTransitions"))
    if spec.get("preferredHolder") and not spec.get("strategy"):
        why = "may only be specified if `strategy` is defined"
        wrong.append(forbidden("spec.preferredHolder", why))
    return wrong
