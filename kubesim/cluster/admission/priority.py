"""The plugin Priority: a pod gets the priority of its class, and one class at most is the default.

Mirrors plugin/pkg/admission/priority.
"""

from __future__ import annotations

from kubesim.api.well_known import SYSTEM_PRIORITY_CLASSES
from kubesim.cluster.admission import UPDATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client


def admit(attributes: Attributes, client: Client) -> None:
    """Fill in a pod's priority and preemption policy; StatusError Forbidden for others, or no such class."""
    spec = attributes.new["spec"]
    if attributes.operation == UPDATE:
        before = (attributes.old or {})["spec"]
        for field in ("priority", "preemptionPolicy"):
            if field in before:
                spec.setdefault(field, before[field])
        return
    found = _class_of(attributes, client)
    if "metadata" in found:
        spec["priorityClassName"] = found["metadata"]["name"]
    policy = found.get("preemptionPolicy", "PreemptLowerPriority")
    filled_in = (
        ("priority", "integer", "priority", found["value"]),
        ("preemptionPolicy", "string", "PreemptionPolicy", policy),
    )
    for field, type_, called, value in filled_in:
        if spec.setdefault(field, value) != value:
            raise attributes.forbidden(
                f"the {type_} value of {called} ({spec[field]}) must not be provided in pod spec; priority admission "
                f"controller computed {value} from the given PriorityClass name",
            )


def validate(attributes: Attributes, client: Client) -> None:
    """StatusError Forbidden for a second default class."""
    default = default_class(client.list("PriorityClass")) if attributes.new.get("globalDefault") else None
    if default is None:
        return
    name = default["metadata"]["name"]
    if attributes.operation != UPDATE or name != attributes.name:
        raise attributes.forbidden(f"PriorityClass {name} is already marked as default. Only one default can exist")


def _class_of(attributes: Attributes, client: Client) -> Obj:
    """The class that the pod names, or else the default one; StatusError Forbidden. Mirrors establishPriority."""
    name = attributes.new["spec"].get("priorityClassName")
    if not name:
        return default_class(client.list("PriorityClass")) or {"value": 0}
    if name in SYSTEM_PRIORITY_CLASSES:
        return {"value": SYSTEM_PRIORITY_CLASSES[name]}
    found = client.find("PriorityClass", "", name)
    if found is None:
        raise attributes.forbidden(f"no PriorityClass with name {name} was found")
    return found


def default_class(classes: list[Obj]) -> Obj | None:
    """The class of pods that name none: of several the lowest. Mirrors getDefaultPriorityClass."""
    defaults = [found for found in classes if found.get("globalDefault")]
    return min(defaults, key=lambda found: int(found["value"]), default=None)
