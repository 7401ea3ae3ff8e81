"""A Lease: the holder of something, and for how long."""

from __future__ import annotations

from kubesim.kinds.common.plain_columns import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class Lease(PlainKind):
    """Mirrors pkg/registry/coordination/lease."""

    def validate(self, obj: Obj) -> list[FieldError]:
        """Mirrors ValidateLeaseSpec."""
        from kubesim.api.fields import forbidden, invalid, not_negative

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
