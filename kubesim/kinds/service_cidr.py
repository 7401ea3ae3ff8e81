"""A ServiceCIDR: a network out of which Services get their addresses."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class ServiceCIDR(PlainKind):
    """Mirrors pkg/registry/networking/servicecidr."""

    has_status = True

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.service_cidr import validate_service_cidr

        return validate_service_cidr(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.service_cidr import validate_service_cidr_update

        return validate_service_cidr_update(new, old)
