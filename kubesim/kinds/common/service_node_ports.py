"""The ports that nodes serve a Service on: those asked for, those kept, those found free.

Mirrors initNodePorts, updateNodePorts and allocHealthCheckNodePort of pkg/registry/core/service/storage/alloc.go, and
PortAllocationOperation of its portallocator.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.api.fields import invalid
from kubesim.kinds.common.service_defaults import needs_health_check

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.api.meta import Obj

NODE_PORTS = range(30000, 32768)
# Ports below this are only given to services that ask for one of them.
_DYNAMIC_PORT = 30086
_ALLOCATED = "provided port is already allocated"
_OUTSIDE = f"provided port is not in the valid range. The range of valid ports is {NODE_PORTS[0]}-{NODE_PORTS[-1]}"


class PortOperation:
    """What one request takes of the range of node ports.

    ``taken`` are the ports that services have; ``number`` gives numbers to choose a free one by.
    """

    def __init__(self, taken: Iterable[int], number: Callable[[], int], *, dry_run: bool) -> None:
        self._taken = set(taken)
        self._number = number
        self._dry_run = dry_run
        self._own: list[int] = []

    def allocate(self, port: int) -> str:
        """Take a port; why it cannot be had, or "". A dry run does not ask whether it is in the range."""
        if not self._dry_run and port not in NODE_PORTS:
            return _OUTSIDE
        if port in self._taken or port in self._own:
            return _ALLOCATED
        self._own.append(port)
        return ""

    def allocate_next(self) -> int:
        """Take any port that is free; a dry run gets one that is outside the range."""
        if self._dry_run:
            port = max(self._own, default=NODE_PORTS.stop) + 1
        else:
            free = [port for port in range(_DYNAMIC_PORT, NODE_PORTS.stop) if port not in self._taken | {*self._own}]
            port = free[self._number() % len(free)]
        self._own.append(port)
        return port


def needs_node_ports(spec: Obj) -> bool:
    """Whether a service that asks for no ports gets some. Mirrors shouldAllocateNodePorts."""
    kind = spec["type"]
    return kind == "NodePort" or (kind == "LoadBalancer" and bool(spec.get("allocateLoadBalancerNodePorts", True)))


def has_node_ports(spec: Obj) -> bool:
    return spec["type"] in ("NodePort", "LoadBalancer")


def node_ports(spec: Obj) -> set[int]:
    return {port["nodePort"] for port in spec.get("ports") or () if port.get("nodePort")}


def ports_in_use(spec: Obj) -> set[int]:
    """The node ports of a service with that of its health check."""
    return node_ports(spec) | ({spec["healthCheckNodePort"]} if spec.get("healthCheckNodePort") else set())


def allocate_node_ports(obj: Obj, before: Obj, operation: PortOperation) -> None:
    """Fill in the node ports that the service needs, in place; StatusError for the first that cannot be had."""
    spec = obj["spec"]
    if has_node_ports(spec):
        if before:
            _update(obj, before, operation)
        else:
            _initialise(obj, operation)
    if needs_health_check(spec) and not (before and needs_health_check(before)):
        _allocate_health_check(spec, operation)


def _initialise(obj: Obj, operation: PortOperation) -> None:
    """Ports of one number (of TCP and of UDP, say) share a node port."""
    ports = obj["spec"].get("ports") or ()
    found: dict[int, int] = {}
    for index, port in enumerate(ports):
        number, asked = port.get("port", 0), port.get("nodePort", 0)
        if not asked and not needs_node_ports(obj["spec"]):
            continue
        if number not in found:
            asked = next((one["nodePort"] for one in ports if one.get("port", 0) == number and one.get("nodePort")), 0)
            if asked:
                _take(obj, index, asked, operation)
            found[number] = port["nodePort"] = asked or operation.allocate_next()
        elif not asked:
            port["nodePort"] = found[number]
        elif asked != found[number]:
            _take(obj, index, asked, operation)


def _update(obj: Obj, before: Obj, operation: PortOperation) -> None:
    kept = node_ports(before)
    seen: set[tuple[str, int]] = set()
    taken: set[int] = set()
    for index, port in enumerate(obj["spec"].get("ports") or ()):
        asked = port.get("nodePort", 0)
        if not asked and not needs_node_ports(obj["spec"]):
            continue
        if not asked:
            port["nodePort"] = operation.allocate_next()
        elif asked not in kept and asked not in taken:
            _take(obj, index, asked, operation)
            taken.add(asked)
        key = (port.get("protocol", ""), port["nodePort"])
        if key in seen:
            raise errors.StatusError("", f"duplicate nodePort: {{{key[0]} {key[1]}}}", 500)
        seen.add(key)


def _take(obj: Obj, index: int, port: int, operation: PortOperation) -> None:
    why = operation.allocate(port)
    if why:
        cause = invalid(f"spec.ports[{index}].nodePort", port, why).cause()
        raise errors.invalid("Service", "", obj["metadata"].get("name", ""), (cause,))


def _allocate_health_check(spec: Obj, operation: PortOperation) -> None:
    asked = spec.get("healthCheckNodePort", 0)
    if not asked:
        spec["healthCheckNodePort"] = operation.allocate_next()
        return
    why = operation.allocate(asked)
    if why:
        raise errors.internal_error(f"failed to allocate requested HealthCheck NodePort {asked}: {why}")
