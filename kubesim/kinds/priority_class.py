"""A PriorityClass: which pods go first."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class PriorityClass(PlainKind):
    """Mirrors pkg/registry/scheduling/priorityclass."""

    has_generation = True

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_PriorityClass."""
        obj.setdefault("preemptionPolicy", "PreemptLowerPriority")

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.priority_class import validate_priority_class

        return validate_priority_class(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.priority_class import validate_priority_class_update

        return validate_priority_class_update(new, old)
