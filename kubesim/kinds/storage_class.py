"""A StorageClass: how volumes are made for claims of that class."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class StorageClass(PlainKind):
    """Mirrors pkg/registry/storage/storageclass."""

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_StorageClass."""
        obj.setdefault("reclaimPolicy", "Delete")
        obj.setdefault("volumeBindingMode", "Immediate")

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.storage_class import validate_storage_class

        return validate_storage_class(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.storage_class import validate_storage_class_update

        return validate_storage_class_update(new, old)

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:  # noqa: ARG002
        from kubesim.kinds.warnings.labels import DEPRECATED_LABELS

        return [
            f"allowedTopologies[{index}].matchLabelExpressions[{place}].key: {DEPRECATED_LABELS[expression['key']]}"
            for index, term in enumerate(new.get("allowedTopologies") or ())
            for place, expression in enumerate(term.get("matchLabelExpressions") or ())
            if expression.get("key") in DEPRECATED_LABELS
        ]
