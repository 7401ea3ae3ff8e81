"""What is wrong with a PriorityClass. Mirrors pkg/apis/scheduling/validation."""

from __future__ import annotations

from kubesim.api.fields import FieldError, forbidden, immutable, not_supported, required
from kubesim.api.well_known import SYSTEM_PRIORITY_CLASSES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

SYSTEM_PREFIX = "system-"
HIGHEST_OF_USERS = 1000000000
_POLICIES = ("PreemptLowerPriority", "Never")


def validate_priority_class(obj: Obj) -> list[FieldError]:
    """Mirrors ValidatePriorityClass."""
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
    if not policy:
        return [*wrong, required("preemptionPolicy")]
    return wrong if policy in _POLICIES else [*wrong, not_supported("preemptionPolicy", policy, _POLICIES)]


def validate_priority_class_update(new: Obj, old: Obj) -> list[FieldError]:
    """Mirrors ValidatePriorityClassUpdate."""
    changed = new.get("value", 0) != old.get("value", 0)
    wrong = [forbidden("value", "may not be changed in an update.")] if changed else []
    return wrong + immutable("preemptionPolicy", new["preemptionPolicy"], old["preemptionPolicy"])


def _trouble_of_system_class(obj: Obj) -> str:
    """Mirrors IsKnownSystemPriorityClass."""
    name, value = obj["metadata"].get("name", ""), obj.get("value", 0)
    if name not in SYSTEM_PRIORITY_CLASSES:
        return f"{name} is not a known system priority class"
    if value != SYSTEM_PRIORITY_CLASSES[name]:
        return f"value of {name} PriorityClass must be {SYSTEM_PRIORITY_CLASSES[name]}"
    return f"globalDefault of {name} PriorityClass must be false" if obj.get("globalDefault") else ""
