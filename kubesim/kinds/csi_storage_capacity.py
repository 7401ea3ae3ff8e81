"""A CSIStorageCapacity: how much room a class of volumes has in a part of the cluster."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj
    from kubesim.kinds.common.plain_columns import Cells


class CSIStorageCapacity(PlainKind):
    """Mirrors pkg/registry/storage/csistoragecapacity."""

    def cells(self) -> Cells:
        """It has no printer of its own upstream."""
        from kubesim.kinds.common.plain_columns import columns, text

        return columns(("CREATED AT", text("metadata", "creationTimestamp")))

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.csi_storage_capacity import validate_csi_storage_capacity

        return validate_csi_storage_capacity(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.csi_storage_capacity import validate_csi_storage_capacity_update

        return validate_csi_storage_capacity_update(new, old)

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:  # noqa: ARG002
        from kubesim.kinds.warnings.labels import warnings_for_label_selector

        return warnings_for_label_selector(new.get("nodeTopology") or {}, "nodeTopology")
