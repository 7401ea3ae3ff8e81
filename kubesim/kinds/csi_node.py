"""A CSINode: the drivers of volumes that a node has."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class CSINode(PlainKind):
    """Mirrors pkg/registry/storage/csinode."""

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.csi_node import validate_csi_node

        return validate_csi_node(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.csi_node import validate_csi_node_update

        return validate_csi_node_update(new, old)
