"""What pods take of a node and what it has to give, as the scheduler and the kubelets count it.

Mirrors component-helpers' resource.PodRequests and framework.HostPortInfo.
"""

from __future__ import annotations

from kubesim.api import quantity
from kubesim.api.meta import Obj, dig
from kubesim.startup.function_cache import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

NO_PORTS = "node(s) didn't have free ports for the requested pod ports"

Resources = dict[str, int]  # cpu in thousandths, all else in whole units


def requests_of(spec: Obj) -> Resources:
    """What a pod asks for: its containers together, or an init container if that asks for more.

    Mirrors component-helpers' resource.PodRequests.
    """
    total: Resources = {}
    for container in spec["containers"]:
        _sum(total, _requests(container))
    beside: Resources = {}
    peak: Resources = {}
    for container in spec.get("initContainers") or ():
        asked = _requests(container)
        if container.get("restartPolicy") == "Always":
            _sum(total, asked)
            _sum(beside, asked)
            asked = {}
        _greatest(peak, {name: asked.get(name, 0) + beside.get(name, 0) for name in {**asked, **beside}})
    _greatest(total, peak)
    if spec.get("overhead"):
        _sum(total, _amounts(spec["overhead"]))
    return total


def _requests(container: Obj) -> Resources:
    asked = dig(container, "resources", "requests")
    return _amounts(asked) if asked else {}


def _amounts(asked: Obj) -> Resources:
    return {name: _amount(name, text) for name, text in asked.items()}


@lru_cache(maxsize=256)
def _amount(name: str, text: str | int | float) -> int:
    return quantity.milli_value(text) if name == "cpu" else quantity.value(text)


def _sum(total: Resources, more: Resources) -> None:
    for name, amount in more.items():
        total[name] = total.get(name, 0) + amount


def _greatest(total: Resources, other: Resources) -> None:
    for name, amount in other.items():
        total[name] = max(total.get(name, 0), amount)


def allocatable(node: Obj) -> Resources:
    """What a node has to give."""
    return _amounts(dig(node, "status", "allocatable", default={}))


def host_ports(spec: Obj) -> Iterator[str]:
    """The ports of its node that a pod takes, as ``address/protocol/port``."""
    for container in (*spec["containers"], *(spec.get("initContainers") or ())):
        for port in container.get("ports") or ():
            if port.get("hostPort"):
                yield f"{port.get('hostIP') or '0.0.0.0'}/{port.get('protocol', 'TCP')}/{port['hostPort']}"


def port_conflicts(spec: Obj, taken: Collection[str]) -> bool:
    """Whether a pod wants a port of its node that is taken."""
    return bool(taken) and any(_conflicts(port, taken) for port in host_ports(spec))


def _conflicts(port: str, taken: Collection[str]) -> bool:
    address, rest = port.split("/", 1)
    for other in taken:
        other_address, other_rest = other.split("/", 1)
        if rest == other_rest and (address == other_address or "0.0.0.0" in (address, other_address)):
            return True
    return False
