"""What a pod asks for and may use altogether. Mirrors component-helpers' resource.PodRequests and PodLimits."""

from __future__ import annotations

from kubesim.api import quantity
from kubesim.api.meta import Obj, dig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Amounts = dict[str, str]


def pod_requests(pod: Obj) -> Amounts:
    """The amounts that the scheduler reserves for the pod."""
    return _pod_amounts(pod, "requests")


def pod_limits(pod: Obj) -> Amounts:
    """The amounts that the pod may use at most; what has no limit is not there."""
    return _pod_amounts(pod, "limits")


def total(amounts: Iterable[Amounts]) -> Amounts:
    """The sum, resource by resource."""
    result: Amounts = {}
    for each in amounts:
        result = _merged(result, each, quantity.add)
    return result


def _pod_amounts(pod: Obj, field: str) -> Amounts:
    """All containers at once, or the init container that needs most (beside the sidecars that run by then)."""
    spec = pod["spec"]
    running = total(_container_amounts(container, field) for container in spec["containers"])
    sidecars: Amounts = {}
    starting: Amounts = {}
    for container in spec.get("initContainers") or ():
        own = _container_amounts(container, field)
        if container.get("restartPolicy") == "Always":
            sidecars = _merged(sidecars, own, quantity.add)
            own = {}
        starting = _merged(starting, _merged(sidecars, own, quantity.add), _larger)
    amounts = _merged(_merged(running, sidecars, quantity.add), starting, _larger)
    amounts = {**amounts, **_texts(dig(spec, "resources", field, default={}))}
    overhead = _texts(spec.get("overhead") or {})
    if field == "limits":
        overhead = {name: amount for name, amount in overhead.items() if name in amounts}
    return _merged(amounts, overhead, quantity.add)


def _container_amounts(container: Obj, field: str) -> Amounts:
    return _texts(dig(container, "resources", field, default={}))


def _texts(amounts: Obj) -> Amounts:
    return {name: quantity.canonical(amount) for name, amount in amounts.items()}


def _merged(left: Amounts, right: Amounts, merge: Callable[[str, str], str]) -> Amounts:
    """Both, resource by resource; where both have one, as ``merge`` says."""
    shared = {name: merge(left[name], amount) for name, amount in right.items() if name in left}
    return {**left, **right, **shared}


def _larger(left: str, right: str) -> str:
    return left if quantity.compare(left, right) >= 0 else right
