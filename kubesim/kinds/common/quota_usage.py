"""What an object takes of the quotas of its namespace. Mirrors pkg/quota/v1/evaluator."""

from __future__ import annotations

from kubesim.api import quantity
from kubesim.api.meta import dig
from kubesim.kinds.pod_spec.resources import pod_amounts, quality_of_service

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.api.meta import Obj
    from kubesim.kinds import Names

    Usage = dict[str, str]

# Kinds that quotas counted before they counted all.
_COUNTED = ("services", "replicationcontrollers", "secrets", "configmaps", "resourcequotas", "persistentvolumeclaims")
_COMPUTE = ("cpu", "memory", "ephemeral-storage")
# A quota on the total of these needs a value from every object.
_TO_BE_NAMED = ("cpu", "limits.cpu", "limits.memory", "memory", "requests.cpu", "requests.memory")
_CLASS_STORAGE = ".storageclass.storage.k8s.io/requests.storage"
_CLASS_CLAIMS = ".storageclass.storage.k8s.io/persistentvolumeclaims"


def usage_of(obj: Obj, names: Names) -> Usage:
    """The resources that an object uses, by the names that quotas have for them."""
    usage = {f"count/{names.qualified}": "1"}
    if not names.group and names.plural in _COUNTED:
        usage[names.plural] = "1"
    if names.key == "Pod":
        usage.update(_usage_of_pod(obj))
    elif names.key == "Service":
        usage.update(_usage_of_service(obj["spec"]))
    elif names.key == "PersistentVolumeClaim":
        usage.update(_usage_of_claim(obj["spec"]))
    return usage


def _usage_of_pod(pod: Obj) -> Usage:
    """Nothing once it has ended."""
    if dig(pod, "status", "phase") in ("Failed", "Succeeded"):
        return {}
    requests, limits = pod_amounts(pod["spec"], "requests"), pod_amounts(pod["spec"], "limits")
    usage = {"pods": "1"}
    for name, amount in requests.items():
        if name in _COMPUTE or name.startswith("hugepages-"):
            usage[name] = amount
        usage[f"requests.{name}"] = amount
    usage.update({f"limits.{name}": limits[name] for name in _COMPUTE if name in limits})
    return usage


def _usage_of_service(spec: Obj) -> Usage:
    """Node ports are counted as they will be: a load balancer that allocates none has those that it asks for."""
    ports, kind = spec.get("ports") or (), spec.get("type")
    if kind == "LoadBalancer" and not spec.get("allocateLoadBalancerNodePorts", True):
        ports = [port for port in ports if port.get("nodePort")]
    return {
        "services.nodeports": str(len(ports) if kind in ("NodePort", "LoadBalancer") else 0),
        "services.loadbalancers": str(int(kind == "LoadBalancer")),
    }


def _usage_of_claim(spec: Obj) -> Usage:
    name, amount = spec.get("storageClassName"), dig(spec, "resources", "requests", "storage")
    usage = {"requests.storage": amount} if amount else {}
    if name:
        usage[f"{name}{_CLASS_CLAIMS}"] = "1"
        usage.update({f"{name}{_CLASS_STORAGE}": amount} if amount else {})
    return usage


def is_about(quota: Obj, obj: Obj) -> bool:
    """Whether the quota's scopes let it count the object: those of pods count no other kind."""
    spec = quota["spec"]
    scopes = [{"scopeName": scope, "operator": "Exists"} for scope in spec.get("scopes") or ()]
    scopes += dig(spec, "scopeSelector", "matchExpressions", default=())
    if not scopes:
        return True
    return obj["kind"] == "Pod" and all(_is_in(scope, obj) for scope in scopes)


def _is_in(scope: Obj, pod: Obj) -> bool:
    """Mirrors podMatchesScopeFunc."""
    name, spec = scope.get("scopeName"), pod["spec"]
    if name in ("Terminating", "NotTerminating"):
        return ("activeDeadlineSeconds" in spec) is (name == "Terminating")
    if name in ("BestEffort", "NotBestEffort"):
        return (quality_of_service(spec) == "BestEffort") is (name == "BestEffort")
    if name == "PriorityClass":
        return _has_priority(scope, spec.get("priorityClassName", ""))
    return name == "CrossNamespacePodAffinity" and _looks_beyond_its_namespace(spec.get("affinity") or {})


def _looks_beyond_its_namespace(affinity: Obj) -> bool:
    """Mirrors usesCrossNamespacePodAffinity."""
    terms: list[Obj] = []
    for field in ("podAffinity", "podAntiAffinity"):
        rules = affinity.get(field) or {}
        terms += rules.get("requiredDuringSchedulingIgnoredDuringExecution") or ()
        weighted = rules.get("preferredDuringSchedulingIgnoredDuringExecution") or ()
        terms += [one.get("podAffinityTerm") or {} for one in weighted]
    return any(term.get("namespaces") or term.get("namespaceSelector") is not None for term in terms)


def _has_priority(scope: Obj, name: str) -> bool:
    operator, values = scope.get("operator"), scope.get("values") or ()
    if operator in ("In", "NotIn"):
        return (name in values) is (operator == "In")
    return bool(name) is (operator == "Exists")


def unnamed(pod: Obj, hard: Iterable[str]) -> str:
    """Which of the limited resources which containers do not name; "" where all do. Mirrors Constraints."""
    spec = pod["spec"]
    if spec.get("resources"):
        return ""
    missing = []
    containers = (*(spec.get("containers") or ()), *(spec.get("initContainers") or ()))
    for name in sorted(set(hard) & set(_TO_BE_NAMED)):
        lacking = sorted({container["name"] for container in containers if not _names(container, name)})
        if lacking:
            missing.append(f"{name} for: {','.join(lacking)}")
    return f"must specify {'; '.join(missing)}" if missing else ""


def _names(container: Obj, resource: str) -> bool:
    of, _, name = resource.rpartition(".")
    return name in ((container.get("resources") or {}).get(of or "requests") or {})


def added(usage: Usage, more: Usage) -> Usage:
    """Two usages together."""
    return {name: _sum(usage.get(name), more.get(name)) for name in {**usage, **more}}


def _sum(one: str | None, other: str | None) -> str:
    if one is None or other is None:
        return one or other or "0"
    return quantity.add(one, other)


def grown(usage: Usage, before: Usage) -> Usage:
    """What a usage has more than another one, by resource. Mirrors SubtractWithNonNegativeResult and RemoveZeros."""
    more = {name: quantity.subtract(amount, before.get(name, "0")) for name, amount in usage.items()}
    return {name: amount for name, amount in more.items() if quantity.compare(amount, "0") > 0}


def is_charged_for_update(new: Obj, old: Obj) -> bool:
    """Whether a changed object may use more than before: other kinds use the same as long as they live.

    Mirrors the evaluators' Handles.
    """
    if new["kind"] == "Pod":
        return _charges(new["spec"]) != _charges(old["spec"])
    return new["kind"] in ("Service", "PersistentVolumeClaim")


def _charges(spec: Obj) -> tuple[bool, Usage, Usage]:
    """What of a pod that runs can change, and counts."""
    return "activeDeadlineSeconds" in spec, pod_amounts(spec, "requests"), pod_amounts(spec, "limits")


def exceeded(used: Usage, hard: Usage) -> list[str]:
    """The resources of which more is used than there may be."""
    return [name for name in sorted(hard) if name in used and quantity.compare(used[name], hard[name]) > 0]
