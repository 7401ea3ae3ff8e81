"""A RuntimeClass: which runtime of its node runs a pod."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class RuntimeClass(PlainKind):
    """Mirrors pkg/registry/node/runtimeclass and pkg/apis/node/validation."""

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.runtime_class import validate_runtime_class

        return validate_runtime_class(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.runtime_class import validate_runtime_class_update

        return validate_runtime_class_update(new, old)
