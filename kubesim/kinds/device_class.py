"""A DeviceClass: which devices are of one sort, and how they are set up."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class DeviceClass(PlainKind):
    """Mirrors pkg/registry/resource/deviceclass."""

    has_generation = True

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.devices import validate_device_class

        return validate_device_class(obj)
