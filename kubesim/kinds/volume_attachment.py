"""A VolumeAttachment: a volume that is, or is to be, attached to a node."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, ClassVar

    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class VolumeAttachment(PlainKind):
    """Mirrors pkg/registry/storage/volumeattachment."""

    has_status = True
    new_status: ClassVar[Mapping[str, Any]] = {"attached": False}

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.volume_attachment import validate_volume_attachment

        return validate_volume_attachment(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.volume_attachment import validate_volume_attachment_update

        return validate_volume_attachment_update(new, old)
