"""A container's environment: what the pod defines, with the references in it resolved, where they can be.

Mirrors makeEnvironmentVariables (pkg/kubelet/kubelet_pods.go) and third_party/forked/golang/expansion.
"""

from __future__ import annotations

import re

from kubesim.api.meta import Obj, annotations_of, dig, labels_of
from kubesim.sim.object_data import data_at, pod_at, record_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kubesim.cluster import Cluster

Value = str | None

_REFERENCE = re.compile(r"\$(\$|\(([^()]*)\))")
_LIMITED_BY_NODES = ("cpu", "memory", "ephemeral-storage")
_SUBSCRIPTED = re.compile(r"metadata\.(labels|annotations)\['([^']+)'\]")


def expand(text: str, find: Callable[[str], Value]) -> Value:
    """``$(NAME)`` in a command, an argument or a variable; one that is not defined stays as it is.

    ``find`` gives a variable's value, None if it is not known; KeyError if it is not defined.
    """
    is_known = True

    def fill(found: re.Match[str]) -> str:
        nonlocal is_known
        if found[1] == "$":
            return "$"
        try:
            value = find(found[2])
        except KeyError:
            return found[0]
        is_known = is_known and value is not None
        return value or ""

    filled = _REFERENCE.sub(fill, text)
    return filled if is_known else None


def environment_of(cluster: Cluster, pod: Obj, container: Obj) -> dict[str, Value]:
    """The variables that a pod defines for a container, as they were when it started; None for an unknown value."""
    found: dict[str, Value] = {}
    begun = _begun(cluster, pod, container)

    def find(name: str) -> Value:
        return found[name] if name in found else links_of(cluster, pod)[name]

    for source in container.get("envFrom") or ():
        found.update(_all_of(cluster, pod, source, begun))
    shown = pod if begun is None else pod_at(cluster, pod, begun - 1)  # a change of that instant comes later
    for variable in container.get("env") or ():
        if "valueFrom" in variable:
            if "fileKeyRef" in variable["valueFrom"]:
                found.update(_of_file(cluster, pod, container, variable))
            elif not _is_left_out(cluster, pod, variable["valueFrom"], begun):
                found[variable["name"]] = _resolved(cluster, shown, container, variable["valueFrom"], begun)
        else:
            found[variable["name"]] = expand(variable.get("value", ""), find)
    return found


def sub_path_of(cluster: Cluster, pod: Obj, container: Obj, mount: Obj) -> tuple[str, list[str]]:
    """What of a volume a container mounts, empty for all of it; and the variables that are missing for that.

    Mirrors ExpandContainerVolumeMounts.
    """
    if not mount.get("subPathExpr"):
        return mount.get("subPath", ""), []
    variables, missing = environment_of(cluster, pod, container), set[str]()

    def find(name: str) -> str:
        value = variables[name] if name in variables else links_of(cluster, pod).get(name)
        if not value:
            missing.add(name)
        return value or ""

    return expand(mount["subPathExpr"], find) or "", sorted(missing)


def links_of(cluster: Cluster, pod: Obj) -> dict[str, str]:
    """The variables that a container has for Services."""
    from kubesim.sim.service_links import service_variables

    return service_variables(cluster, pod)


def _begun(cluster: Cluster, pod: Obj, container: Obj) -> int | None:
    """When (ms) a container started, where that matters: data that it was given has changed since."""
    record = record_of(cluster, pod)
    if "data" not in record and "metadata" not in record:
        return None
    kept = record.get("containers", {}).get(container["name"], {})
    return kept.get("on") if kept.get("state") == "running" else None


def _all_of(cluster: Cluster, pod: Obj, source: Obj, begun: int | None) -> Iterator[tuple[str, Value]]:
    for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
        if field in source:
            data = data_at(cluster, pod, kind, source[field].get("name", ""), begun) or {}
            for key, value in data.items():
                yield source.get("prefix", "") + key, value


def _of_file(cluster: Cluster, pod: Obj, container: Obj, variable: Obj) -> dict[str, Value]:
    """A variable that comes from a file, by what the kubelet read as the container began."""
    kept = record_of(cluster, pod).get("containers", {}).get(container["name"], {}).get("variables")
    name = variable["name"]
    if kept is None:
        return {name: None}
    return {name: kept[name]} if name in kept else {}


def _is_left_out(cluster: Cluster, pod: Obj, source: Obj, begun: int | None) -> bool:
    """Whether a variable is not defined at all: the key that it comes from may be missing, and is."""
    for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
        reference = source.get(field)
        if reference is not None and reference.get("optional"):
            return reference["key"] not in (data_at(cluster, pod, kind, reference.get("name", ""), begun) or {})
    return False


def _resolved(cluster: Cluster, pod: Obj, container: Obj, source: Obj, begun: int | None) -> Value:
    for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
        if field in source:
            data = data_at(cluster, pod, kind, source[field].get("name", ""), begun)
            return (data or {}).get(source[field]["key"])
    if "fieldRef" in source:
        return field_of(pod, source["fieldRef"].get("fieldPath", ""))
    if "resourceFieldRef" in source:
        return amount_of(cluster, pod, container, source["resourceFieldRef"])
    return None


def field_of(pod: Obj, path: str) -> Value:
    """A field of the pod, as the downward API gives it."""
    subscripted = _SUBSCRIPTED.fullmatch(path)
    if subscripted is not None:
        values = labels_of(pod) if subscripted[1] == "labels" else annotations_of(pod)
        return values.get(subscripted[2], "")
    value = dig(pod, *path.split("."))
    return value if isinstance(value, str) else None


def amount_of(cluster: Cluster, pod: Obj, container: Obj, reference: Obj) -> str:
    """A request or limit in units of the divisor, rounded up. Mirrors ExtractContainerResourceValue."""
    from kubesim.api.quantity import milli_value

    sort, _, resource = reference.get("resource", "").partition(".")
    name = reference.get("containerName") or container["name"]
    is_merged = container["name"] == name or any(one["name"] == name for one in pod["spec"]["containers"])
    every = (one for field in ("containers", "initContainers") for one in pod["spec"].get(field) or ())
    named = next((one for one in every if one["name"] == name), container)
    amount = dig(named, "resources", sort, resource, default="0")
    if sort == "limits" and is_merged and resource in _LIMITED_BY_NODES and not milli_value(amount):
        amount = _limit_of_pod(cluster, pod, resource)
    divisor = str(reference.get("divisor", "0"))
    return str(-(-milli_value(amount) // milli_value("1" if divisor == "0" else divisor)))


def _limit_of_pod(cluster: Cluster, pod: Obj, resource: str) -> str:
    """The limit of containers that have none: the pod's, else what its node can give."""
    own = dig(pod, "spec", "resources", "limits", resource)
    node = cluster.find("Node", "", pod["spec"].get("nodeName", "")) or {}
    return str(own or dig(node, "status", "allocatable", resource, default="0"))
