"""The pod specs that the sub-commands of ``set`` change, and where each kind keeps its own.

Mirrors kubectl's polymorphichelpers (UpdatePodSpecForObject) and set/helper.go (selectContainers).
"""

from __future__ import annotations

from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kubesim.api.meta import Obj

FIELDS = ("initContainers", "containers")

_TEMPLATED = ("Deployment", "ReplicaSet", "ReplicationController", "DaemonSet", "StatefulSet", "Job")


def pod_spec_of(obj: Obj) -> Obj:
    """The pod spec in an object; UserError for a kind that has none."""
    path = _path(obj["kind"])
    if path is None:
        type_ = f"*{obj['apiVersion'].rpartition('/')[2]}.{obj['kind']}"
        raise UserError(f"the object is not a pod or does not have a pod template: {type_}")
    spec: Obj = obj
    for step in path:
        spec = spec.get(step) or {}
    return spec


def with_pod_spec(obj: Obj, spec: Obj) -> Obj:
    """The object with another pod spec; it shares everything else with the old object."""
    return _replaced(obj, _path(obj["kind"]) or (), spec)


def _replaced(value: Obj, path: Sequence[str], spec: Obj) -> Obj:
    if not path:
        return spec
    return {**value, path[0]: _replaced(value.get(path[0]) or {}, path[1:], spec)}


def _path(kind: str) -> tuple[str, ...] | None:
    if kind == "Pod":
        return ("spec",)
    if kind == "CronJob":
        return ("spec", "jobTemplate", "spec", "template", "spec")
    return ("spec", "template", "spec") if kind in _TEMPLATED else None


def with_containers(spec: Obj, picks: Callable[[str], bool], change: Callable[[Obj], Obj]) -> Obj:
    """The pod spec with the picked containers changed; init containers come first."""
    changed = dict(spec)
    for field in FIELDS:
        if spec.get(field):
            changed[field] = [change(each) if picks(each["name"]) else each for each in spec[field]]
    return changed


def container_names(spec: Obj) -> list[str]:
    """The names of all containers, those of init containers first."""
    return [container["name"] for field in FIELDS for container in spec.get(field) or ()]


def matches(name: str, pattern: str) -> bool:
    """Whether a container's name matches a pattern in which ``*`` stands for anything.

    It is as loose as upstream's: the part before the first ``*`` may be anywhere. Mirrors selectString.
    """
    if "*" not in pattern:
        return name == pattern
    position, parts = 0, pattern.split("*")
    for index, part in enumerate(parts, 1):
        if not part:
            continue
        found = name[position:].find(part)
        if found < position or (index == len(parts) and len(name) != len(part) + found):
            return False
        position = found
    return True
