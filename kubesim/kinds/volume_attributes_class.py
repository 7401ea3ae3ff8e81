"""A VolumeAttributesClass: attributes that a driver gives to volumes, also later."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj
    from kubesim.kinds.common.plain_columns import Cells


class VolumeAttributesClass(PlainKind):
    """Mirrors pkg/registry/storage/volumeattributesclass."""

    def cells(self) -> Cells:
        from kubesim.kinds.common.plain_columns import AGE, columns, text

        return columns(("DRIVERNAME", text("driverName")), ("AGE", AGE))

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.storage_class import validate_volume_attributes_class

        return validate_volume_attributes_class(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.storage_class import validate_volume_attributes_class_update

        return validate_volume_attributes_class_update(new, old)
