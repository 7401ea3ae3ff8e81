"""Requests and limits: what is wrong with them, and what they make of a pod.

Mirrors validateResourceRequirements of pkg/apis/core/validation and component-helpers' resource package.
"""

from __future__ import annotations

from kubesim.api import names, quantity
from kubesim.api.fields import (
    NEGATIVE,
    FieldError,
    duplicate,
    forbidden,
    invalid,
    invalid_for_each,
    not_found,
    not_supported,
    required,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.api.meta import Obj

HUGE_PAGES = "hugepages-"
CONTAINER_RESOURCES = frozenset(("cpu", "memory", "ephemeral-storage"))
POD_LEVEL_RESOURCES = ("cpu", "memory")

# Names without a prefix that mean something somewhere: in containers, nodes or quotas.
STANDARD_RESOURCES = CONTAINER_RESOURCES | {
    "storage",
    "pods",
    "services",
    "replicationcontrollers",
    "resourcequotas",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "requests.storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
}
NOT_AN_INTEGER = "must be an integer"


def validate_container_resources(resources: Obj, path: str, claims: Iterable[str] = ()) -> list[FieldError]:
    """``claims`` are the names of the pod's resource claims."""
    wrong = _validate_requirements(resources, path, validate_container_resource_name)
    return wrong + _validate_claims(resources.get("claims") or (), sorted(claims), f"{path}.claims")


def validate_pod_resources(spec: Obj, path: str, claims: Iterable[str]) -> list[FieldError]:
    """A pod's own requests and limits. Mirrors validatePodResources."""
    resources = spec.get("resources")
    if resources is None:
        return []
    wrong: list[FieldError] = []
    if "claims" in resources:
        wrong.append(forbidden(f"{path}.claims", "claims may not be set for Resources at pod-level"))
    wrong += _validate_requirements(resources, path, _validate_pod_resource_name)
    wrong += _validate_claims(resources.get("claims") or (), sorted(claims), f"{path}.claims")
    return wrong + _validate_consistency(spec, resources, path)


def _validate_requirements(
    resources: Obj, path: str, validate_name: Callable[[str, str], list[FieldError]]
) -> list[FieldError]:
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    wrong: list[FieldError] = []
    for name in sorted(limits):
        wrong += _validate_amount(name, limits[name], f"{path}.limits[{name}]", validate_name)
        wrong += _validate_huge_pages(name, limits[name], f"{path}.limits[{name}]")
    for name in sorted(requests):
        wrong += _validate_amount(name, requests[name], f"{path}.requests[{name}]", validate_name)
        wrong += _validate_request(name, requests[name], limits.get(name), path)
        wrong += _validate_huge_pages(name, requests[name], f"{path}.requests[{name}]")
    asked = {*limits, *requests}
    if any(name.startswith(HUGE_PAGES) for name in asked) and not asked & {"cpu", "memory"}:
        wrong.append(forbidden(path, "HugePages require cpu or memory"))
    return wrong


def _validate_amount(
    name: str, amount: str, path: str, validate_name: Callable[[str, str], list[FieldError]]
) -> list[FieldError]:
    wrong = validate_name(name, path)
    wrong += validate_not_negative(amount, path)
    if is_extended(name) and quantity.milli_value(amount) % 1000:
        wrong.append(invalid(path, amount, NOT_AN_INTEGER))
    return wrong


def validate_not_negative(amount: str, path: str) -> list[FieldError]:
    """Mirrors ValidateNonnegativeQuantity."""
    return [invalid(path, amount, NEGATIVE)] if quantity.compare(amount, "0") < 0 else []


def _validate_request(name: str, request: str, limit: str | None, path: str) -> list[FieldError]:
    """A request is at most its limit; of what cannot be overcommitted it is the limit."""
    if limit is None:
        if allows_overcommit(name):
            return []
        return [required(f"{path}.limits", "Limit must be set for non overcommitable resources")]
    compared = quantity.compare(request, limit)
    if compared and not allows_overcommit(name):
        return [invalid(f"{path}.requests", request, f"must be equal to {name} limit of {limit}")]
    if compared > 0:
        return [invalid(f"{path}.requests", request, f"must be less than or equal to {name} limit of {limit}")]
    return []


def _validate_huge_pages(name: str, amount: str, path: str) -> list[FieldError]:
    """Huge pages come whole."""
    if not name.startswith(HUGE_PAGES):
        return []
    try:
        size = quantity.value(name[len(HUGE_PAGES) :])
    except ValueError:
        size = 0
    if size > 0 and quantity.value(amount) % size == 0:
        return []
    return [invalid(path, amount, f"{amount} is not positive integer multiple of {name}")]


def _validate_resource_name(name: str, path: str) -> list[FieldError]:
    if messages := names.is_qualified_name(name):
        return invalid_for_each(path, name, messages)
    if "/" not in name and name not in STANDARD_RESOURCES and not name.startswith(HUGE_PAGES):
        return [invalid(path, name, "must be a standard resource type or fully qualified")]
    return []


def validate_container_resource_name(name: str, path: str) -> list[FieldError]:
    wrong = _validate_resource_name(name, path)
    if "/" not in name:
        if name not in CONTAINER_RESOURCES and not name.startswith(HUGE_PAGES):
            wrong.append(invalid(path, name, "must be a standard resource for containers"))
    elif not _is_native(name) and not is_extended(name):
        wrong.append(invalid(path, name, "doesn't follow extended resource name standard"))
    return wrong


def _validate_pod_resource_name(name: str, path: str) -> list[FieldError]:
    wrong = _validate_resource_name(name, path)
    if not wrong and name not in POD_LEVEL_RESOURCES and not name.startswith(HUGE_PAGES):
        return [not_supported(path, name, ("cpu", HUGE_PAGES, "memory"))]
    return wrong


def _is_native(name: str) -> bool:
    """Mirrors IsNativeResource."""
    return "/" not in name or "kubernetes.io/" in name


def is_extended(name: str) -> bool:
    """Mirrors IsExtendedResourceName."""
    is_ours = _is_native(name) or name.startswith("requests.")
    return not is_ours and not names.is_qualified_name(f"requests.{name}")


def allows_overcommit(name: str) -> bool:
    """Mirrors IsOvercommitAllowed."""
    return _is_native(name) and not name.startswith(HUGE_PAGES)


def _validate_claims(claims: Iterable[Obj], known: list[str], path: str) -> list[FieldError]:
    """Mirrors validateResourceClaimNames: a claim is asked for whole once, or each request of it once."""
    wrong: list[FieldError] = []
    seen: set[str] = set()
    for index, claim in enumerate(claims):
        at, name, request = f"{path}[{index}]", claim.get("name", ""), claim.get("request", "")
        if not name:
            wrong.append(required(at))
            continue
        whole = f"{name}/{request}" if request else name
        if name in seen:
            wrong.append(duplicate(at, name))
        else:
            wrong += invalid_for_each(f"{at}.request", request, names.is_dns_1123_label(request)) if request else []
            if whole in seen:
                wrong.append(duplicate(at, whole))
            elif not request:
                wrong += [duplicate(at, name) for other in seen if other.startswith(f"{name}/")]
            seen.add(whole)
        if name not in known:
            choice = f": {', '.join(known)}" if known else " which is empty"
            why = f"must be one of the names in pod.spec.resourceClaims{choice}"
            wrong.append(not_found(at, name)._replace(detail=why))
    return wrong


def _validate_consistency(spec: Obj, resources: Obj, path: str) -> list[FieldError]:
    """What the containers ask for fits into what the pod asks for. Mirrors validatePodResourceConsistency."""
    wrong: list[FieldError] = []
    requests, limits = resources.get("requests") or {}, resources.get("limits") or {}
    for name, total in sorted(container_requests(spec).items()):
        if name in requests and quantity.compare(total, requests[name]) > 0:
            why = f"must be greater than or equal to aggregate container requests of {total}"
            wrong.append(invalid(f"{path}.requests[{name}]", requests[name], why))
    for index, container in enumerate(spec.get("containers") or ()):
        for name, limit in sorted((container["resources"].get("limits") or {}).items()):
            if name in limits and quantity.compare(limit, limits[name]) > 0:
                at = f"{path}.containers[{index}][{name}].limits"
                wrong.append(invalid(at, limit, f"must be less than or equal to pod limits of {limits[name]}"))
    return wrong


# what they make of a pod


def pod_amounts(spec: Obj, of: str) -> dict[str, str]:
    """A pod's requests or limits (``of``): its containers' together, or its own. Mirrors PodRequests and PodLimits."""
    own = (spec.get("resources") or {}).get(of) or {}
    return {**container_amounts(spec, of), **_supported(own)}


def container_requests(spec: Obj) -> dict[str, str]:
    """What a pod's containers ask for together, by resource. Mirrors AggregateContainerRequests."""
    return container_amounts(spec, "requests")


def container_amounts(spec: Obj, of: str) -> dict[str, str]:
    """The requests or limits (``of``) of a pod's containers together.

    Sidecars run beside the containers, other init containers before them: the greater of the two counts.
    """
    together: dict[str, str] = {}
    for container in spec.get("containers") or ():
        _add(together, _amounts(container, of))
    sidecars: dict[str, str] = {}
    first: dict[str, str] = {}
    for container in spec.get("initContainers") or ():
        requests = dict(_amounts(container, of))
        if container.get("restartPolicy") == "Always":
            _add(together, requests)
            _add(sidecars, requests)
            _raise_to(first, sidecars)
        else:
            _add(requests, sidecars)
            _raise_to(first, requests)
    _raise_to(together, first)
    return together


def _amounts(container: Obj, of: str) -> dict[str, str]:
    return (container.get("resources") or {}).get(of) or {}


def _add(total: dict[str, str], amounts: dict[str, str]) -> None:
    for name, amount in amounts.items():
        total[name] = quantity.add(total[name], amount) if name in total else amount


def _raise_to(total: dict[str, str], amounts: dict[str, str]) -> None:
    for name, amount in amounts.items():
        if name not in total or quantity.compare(amount, total[name]) > 0:
            total[name] = amount


def pod_level_requests(spec: Obj) -> dict[str, str]:
    """A pod's own requests with their defaults: its containers', else its own limits. Mirrors defaultPodRequests."""
    resources = spec["resources"]
    limits = _supported(resources.get("limits") or {})
    asked = {name: amount for name, amount in container_requests(spec).items() if name in POD_LEVEL_RESOURCES}
    return {**limits, **asked, **(resources.get("requests") or {})}


def _supported(amounts: dict[str, str]) -> dict[str, str]:
    supported = (*POD_LEVEL_RESOURCES, HUGE_PAGES)
    return {name: amount for name, amount in amounts.items() if name.startswith(supported)}


def quality_of_service(spec: Obj) -> str:
    """``Guaranteed``, ``Burstable`` or ``BestEffort``. Mirrors qos.ComputePodQOS."""
    own = spec.get("resources")
    if own:
        return _class_of([own])
    containers = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
    return _class_of([container.get("resources") or {} for container in containers])


def _class_of(asked: list[Obj]) -> str:
    requests = [_computed(resources.get("requests") or {}) for resources in asked]
    limits = [_computed(resources.get("limits") or {}) for resources in asked]
    if not any(requests) and not any(limits):
        return "BestEffort"
    for request, limit in zip(requests, limits, strict=True):
        if set(limit) != {"cpu", "memory"}:
            return "Burstable"
        if any(quantity.compare(request.get(name, limit[name]), limit[name]) for name in limit):
            return "Burstable"
    return "Guaranteed"


def _computed(amounts: dict[str, str]) -> dict[str, str]:
    """The amounts that count for the quality of service."""
    return {
        name: amount
        for name, amount in amounts.items()
        if name in ("cpu", "memory") and quantity.compare(amount, "0") > 0
    }
