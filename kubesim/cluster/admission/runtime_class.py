"""The plugin RuntimeClass: what a pod's runtime costs, and where it can run.

Mirrors plugin/pkg/admission/runtimeclass.
"""

from __future__ import annotations

from kubesim.api import quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client

_DIFFERS = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"
_UNFOUNDED = "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead"


def admit(attributes: Attributes, client: Client) -> None:
    """Give the pod its runtime's overhead, node selector and tolerations; StatusError Forbidden."""
    spec, found = attributes.new["spec"], _class_of(attributes, client)
    overhead = found.get("overhead")
    if overhead is not None:
        fixed = overhead.get("podFixed") or {}
        if spec.get("overhead") and not _is_equal(fixed, spec["overhead"]):
            raise attributes.forbidden(_DIFFERS)
        spec["overhead"] = dict(fixed)
    scheduling = found.get("scheduling")
    if scheduling is not None:
        _schedule(attributes, spec, scheduling)


def validate(attributes: Attributes, client: Client) -> None:
    """StatusError Forbidden for an overhead that is not the runtime's."""
    given = attributes.new["spec"].get("overhead")
    overhead = _class_of(attributes, client).get("overhead")
    if overhead is not None and not _is_equal(overhead.get("podFixed") or {}, given or {}):
        raise attributes.forbidden(_DIFFERS)
    if overhead is None and given is not None:
        raise attributes.forbidden(_UNFOUNDED)


def _class_of(attributes: Attributes, client: Client) -> Obj:
    """The class that the pod names, an empty one if it names none; StatusError Forbidden."""
    name = attributes.new["spec"].get("runtimeClassName")
    if name is None:
        return {}
    found = client.find("RuntimeClass", "", name)
    if found is None:
        raise attributes.forbidden(f'pod rejected: RuntimeClass "{name}" not found')
    return found


def _is_equal(one: Obj, other: Obj) -> bool:
    return one.keys() == other.keys() and all(quantity.compare(one[name], other[name]) == 0 for name in one)


def _schedule(attributes: Attributes, spec: Obj, scheduling: Obj) -> None:
    """Mirrors setScheduling."""
    selector = dict(spec.get("nodeSelector") or {})
    for key, value in (scheduling.get("nodeSelector") or {}).items():
        if selector.setdefault(key, value) != value:
            why = f"conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; pod.spec.nodeSelector[{key}] = "
            raise attributes.forbidden(f"{why}{selector[key]}")
    if selector:
        spec["nodeSelector"] = selector
    tolerations = _merged(spec.get("tolerations") or [], scheduling.get("tolerations") or [])
    if tolerations:
        spec["tolerations"] = tolerations


def _merged(first: list[Obj], second: list[Obj]) -> list[Obj]:
    """All tolerations but those that another one covers. Mirrors MergeTolerations."""
    every = [*first, *second]
    merged: list[Obj] = []
    for index, one in enumerate(every):
        later = (other for other in every[index + 1 :] if other != one)
        if not any(_is_superset(other, one) for other in (*merged, *later)):
            merged.append(one)
    return merged


def _is_superset(wide: Obj, one: Obj) -> bool:
    """Whether ``wide`` tolerates all that ``one`` does. Mirrors isSuperset."""
    if wide == one:
        return True
    exists, effect = wide.get("operator") == "Exists", wide.get("effect")
    if one.get("key") != wide.get("key") and (wide.get("key") or not exists):
        return False
    if effect and one.get("effect") != effect:
        return False
    seconds, asked = wide.get("tolerationSeconds"), one.get("tolerationSeconds")
    if effect == "NoExecute" and seconds is not None and (asked is None or asked > seconds):
        return False
    return exists or (one.get("operator") == "Equal" and one.get("value", "") == wide.get("value", ""))
