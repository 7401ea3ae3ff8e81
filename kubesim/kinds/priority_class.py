"""A PriorityClass: which pods go first."""

from __future__ import annotations

from kubesim.kinds.common.plain_columns import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Admission

SYSTEM_PREFIX = "system-"
SYSTEM_CLASSES = {"system-cluster-critical": 2000000000, "system-node-critical": 2000001000}
HIGHEST_OF_USERS = 1000000000
_POLICIES = ("PreemptLowerPriority", "Never")


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
        """Mirrors ValidatePriorityClass."""
        from kubesim.api.fields import forbidden, not_supported

        name, value = obj["metadata"].get("name", ""), obj.get("value", 0)
        wrong: list[FieldError] = []
        if name.startswith(SYSTEM_PREFIX):
            trouble = _trouble_of_system_class(obj)
            if trouble:
                why = f"priority class names with '{SYSTEM_PREFIX}' prefix are reserved for system use only"
                wrong.append(forbidden("metadata.name", f"{why}. error: {trouble}"))
        elif value > HIGHEST_OF_USERS:
            why = f"maximum allowed value of a user defined priority is {HIGHEST_OF_USERS}"
            wrong.append(forbidden("value", why))
        policy = obj["preemptionPolicy"]
        return wrong if policy in _POLICIES else [*wrong, not_supported("preemptionPolicy", policy, _POLICIES)]

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        """Mirrors ValidatePriorityClassUpdate."""
        from kubesim.api.fields import forbidden, immutable

        changed = new.get("value", 0) != old.get("value", 0)
        wrong = [forbidden("value", "may not be changed in an update.")] if changed else []
        return wrong + immutable("preemptionPolicy", new["preemptionPolicy"], old["preemptionPolicy"])


def _trouble_of_system_class(obj: Obj) -> str:
    """Mirrors IsKnownSystemPriorityClass."""
    name, value = obj["metadata"].get("name", ""), obj.get("value", 0)
    if name not in SYSTEM_CLASSES:
        return f"{name} is not a known system priority class"
    if value != SYSTEM_CLASSES[name]:
        return f"value of {name} PriorityClass must be {SYSTEM_CLASSES[name]}"
    return f"globalDefault of {name} PriorityClass must be false" if obj.get("globalDefault") else ""
