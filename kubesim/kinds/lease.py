"""A Lease: the holder of something, and for how long."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class Lease(PlainKind):
    """Mirrors pkg/registry/coordination/lease."""

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.lease import validate_lease

        return validate_lease(obj)
