"""An IPAddress: an address that a Service has."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class IPAddress(PlainKind):
    """Mirrors pkg/registry/networking/ipaddress."""

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.ip_address import validate_ip_address

        return validate_ip_address(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.ip_address import validate_ip_address_update

        return validate_ip_address_update(new, old)
