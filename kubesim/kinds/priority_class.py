"""A PriorityClass: which pods go first."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Admission


class PriorityClass(PlainKind):
    """Mirrors pkg/registry/scheduling/priorityclass."""

    has_generation = True

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_PriorityClass."""
        obj.setdefault("preemptionPolicy", "PreemptLowerPriority")

    def admit(self, obj: Obj, admission: Admission) -> None:
        """There is one default at most. Mirrors the Priority plugin's validatePriorityClass."""
        if not obj.get("globalDefault"):
            return
        for other in admission.list("PriorityClass"):
            if other.get("globalDefault") and other["metadata"]["name"] != obj["metadata"]["name"]:
                from kubesim import errors

                name = other["metadata"]["name"]
                why = f"PriorityClass {name} is already marked as default. Only one default can exist"
                raise errors.forbidden(self.names.plural, self.names.group, obj["metadata"].get("name", ""), why)

    def admit_update(self, new: Obj, old: Obj, admission: Admission) -> None:  # noqa: ARG002
        self.admit(new, admission)

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.priority_class import validate_priority_class

        return validate_priority_class(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.priority_class import validate_priority_class_update

        return validate_priority_class_update(new, old)
