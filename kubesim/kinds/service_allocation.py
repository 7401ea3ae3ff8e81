"""The addresses and node ports of Services: those asked for, those kept, those found free.

Mirrors pkg/registry/core/service (strategy.go and storage/alloc.go) for a cluster with one IPv4 range.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim import errors
from kubesim.api.fields import FieldError, invalid
from kubesim.kinds.service_defaults import is_externally_accessible, needs_health_check

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Admission

SERVICE_RANGE = "10.96.0.0/12"
#: What a dry run is told: nothing is allocated in it.
DRY_RUN_ADDRESS = "10.96.0.0"
_FIRST_ADDRESS = 10 << 24 | 96 << 16
_ADDRESSES = 1 << 20
# Addresses and ports below these are left to those who ask for one by name.
_DYNAMIC_ADDRESS = 257
NODE_PORTS = range(30000, 32768)
_DYNAMIC_PORT = 30086
#: The port that a dry run is told, which nobody can have.
DRY_RUN_PORT = NODE_PORTS.stop + 1

_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


def allocate(obj: Obj, old: Obj | None, admission: Admission) -> None:
    """Fill in what the service gets from the cluster, in place; StatusError Invalid for what it cannot get."""
    spec = obj["spec"]
    before = (old or {}).get("spec") or {}
    _synchronise_addresses(spec, before)
    services = admission.list("Service")
    # what a new service asks for is allocated before its name is looked for: one of that name has it already
    others = [service["spec"] for service in services if old is None or not _is_same(service, obj)]
    if spec["type"] != "ExternalName":
        _fill_families(spec)
        _allocate_address(obj, before, others, admission)
    if needs_node_ports(spec):
        _allocate_node_ports(obj, before, others, admission)


def _is_same(service: Obj, obj: Obj) -> bool:
    one, other = service["metadata"], obj["metadata"]
    return (one["namespace"], one["name"]) == (other["namespace"], other.get("name"))


def needs_node_ports(spec: Obj) -> bool:
    kind = spec["type"]
    return kind == "NodePort" or (kind == "LoadBalancer" and bool(spec.get("allocateLoadBalancerNodePorts", True)))


def _synchronise_addresses(spec: Obj, before: Obj) -> None:
    """``clusterIP`` and ``clusterIPs`` say the same; whichever changed is right. Mirrors normalizeClusterIPs."""
    address, addresses = spec.get("clusterIP"), spec.get("clusterIPs")
    if address and (not addresses or (address != before.get("clusterIP") and addresses == before.get("clusterIPs"))):
        spec["clusterIPs"] = [address]
    elif not address and before.get("clusterIP") and addresses == before.get("clusterIPs"):
        spec.pop("clusterIPs", None)


def _fill_families(spec: Obj) -> None:
    """Mirrors initIPFamilyFields where only IPv4 is configured."""
    selectorless = spec.get("clusterIP") == "None" and not spec.get("selector")
    policy = spec.setdefault("ipFamilyPolicy", "RequireDualStack" if selectorless else "SingleStack")
    if not spec.get("ipFamilies"):
        spec["ipFamilies"] = ["IPv4"] if policy == "SingleStack" or not selectorless else ["IPv4", "IPv6"]


def _allocate_address(obj: Obj, before: Obj, others: Iterable[Obj], admission: Admission) -> None:
    spec = obj["spec"]
    asked = spec.get("clusterIP")
    if asked == "None" or (asked and before.get("clusterIP")):
        return  # another one than before is refused by the validation
    taken = {address for other in others for address in other.get("clusterIPs") or ()}
    if asked:
        _refuse(obj, _check_address(asked, taken))
    elif admission.dry_run:
        asked = DRY_RUN_ADDRESS
    else:
        asked = next(address for address in _candidates(admission) if address not in taken)
    spec.update(clusterIP=asked, clusterIPs=[asked])


def _check_address(asked: str, taken: set[str]) -> list[FieldError]:
    path = "spec.clusterIPs"
    try:
        first, second, *_ = (int(part) for part in asked.split("."))
    except ValueError:
        return []  # what is no address at all is told by the validation
    if first != 10 or not 96 <= second < 112:
        why = f"failed to allocate IP {asked}: the provided network does not match the current range"
        return [invalid(path, [asked], why)]
    if asked in taken:
        return [invalid(path, [asked], f"failed to allocate IP {asked}: provided IP is already allocated")]
    return []


def _candidates(admission: Admission) -> Iterable[str]:
    while True:
        offset = _DYNAMIC_ADDRESS + _number(admission) % (_ADDRESSES - _DYNAMIC_ADDRESS - 1)
        address = _FIRST_ADDRESS + offset
        yield ".".join(str(address >> shift & 255) for shift in (24, 16, 8, 0))


def _number(admission: Admission) -> int:
    """A number as random as the cluster's suffixes are."""
    number = 0
    for letter in admission.random_suffix(8):
        number = number * len(_LETTERS) + _LETTERS.index(letter)
    return number


def _allocate_node_ports(obj: Obj, before: Obj, others: Iterable[Obj], admission: Admission) -> None:
    taken = {number for other in others for number in _node_ports(other)}
    kept = _node_ports(before)
    wrong: list[FieldError] = []
    for index, port in enumerate(obj["spec"].get("ports") or ()):
        asked = port.get("nodePort", 0)
        if not asked:
            port["nodePort"] = _free_port(taken | kept | _node_ports(obj["spec"]), admission)
        elif asked not in kept and not (admission.dry_run and asked not in NODE_PORTS):
            wrong += _check_node_port(asked, taken, f"spec.ports[{index}].nodePort")
    _refuse(obj, wrong)


def _node_ports(spec: Obj) -> set[int]:
    return {port["nodePort"] for port in spec.get("ports") or () if port.get("nodePort")}


def _check_node_port(asked: int, taken: set[int], path: str) -> list[FieldError]:
    if asked not in NODE_PORTS:
        why = f"provided port is not in the valid range. The range of valid ports is {NODE_PORTS[0]}-{NODE_PORTS[-1]}"
        return [invalid(path, asked, why)]
    return [invalid(path, asked, "provided port is already allocated")] if asked in taken else []


def _free_port(taken: set[int], admission: Admission) -> int:
    if admission.dry_run:
        return DRY_RUN_PORT
    free = [number for number in range(_DYNAMIC_PORT, NODE_PORTS.stop) if number not in taken]
    return free[_number(admission) % len(free)]


def _refuse(obj: Obj, wrong: list[FieldError]) -> None:
    if wrong:
        causes = tuple(error.cause() for error in wrong)
        raise errors.invalid("Service", "", obj["metadata"].get("name", ""), causes)


def keep_allocated_fields(spec: Obj, before: Obj) -> None:
    """What a client left out stays as it was, in place. Mirrors patchAllocatedValues."""
    if "ExternalName" not in (spec["type"], before["type"]):
        if not spec.get("clusterIP") and before.get("clusterIP"):
            spec["clusterIP"] = before["clusterIP"]
        if not spec.get("clusterIPs") and spec.get("clusterIP") == before.get("clusterIP"):
            spec["clusterIPs"] = list(before.get("clusterIPs") or ())
        for name in ("ipFamilyPolicy", "ipFamilies"):
            if name in before:
                spec.setdefault(name, before[name])
    if needs_node_ports(spec) and needs_node_ports(before):
        _keep_node_ports(spec, before)
    if needs_health_check(spec) and needs_health_check(before):
        spec.setdefault("healthCheckNodePort", before.get("healthCheckNodePort", 0))


def _keep_node_ports(spec: Obj, before: Obj) -> None:
    numbers = {(port.get("protocol"), port.get("port")): port.get("nodePort") for port in before.get("ports") or ()}
    used = _node_ports(spec)
    for port in spec.get("ports") or ():
        number = numbers.get((port.get("protocol"), port.get("port")))
        if not port.get("nodePort") and number and number not in used:
            port["nodePort"] = number
            used.add(number)


def drop_type_dependent_fields(spec: Obj, before: Obj) -> None:
    """What another type of service has no use for goes, if the client did not change it too, in place.

    Mirrors dropTypeDependentFields.
    """
    if before["type"] != "ExternalName" and spec["type"] == "ExternalName":
        _drop_unchanged(spec, before, "clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy")
    if _has_node_ports(before) and not _has_node_ports(spec) and _node_ports(spec) <= _node_ports(before):
        for port in spec.get("ports") or ():
            port.pop("nodePort", None)
    if needs_health_check(before) and not needs_health_check(spec):
        _drop_unchanged(spec, before, "healthCheckNodePort")
    if before["type"] == "LoadBalancer" != spec["type"]:
        _drop_unchanged(spec, before, "allocateLoadBalancerNodePorts", "loadBalancerClass")
    if is_externally_accessible(before) and not is_externally_accessible(spec):
        _drop_unchanged(spec, before, "externalTrafficPolicy")


def _has_node_ports(spec: Obj) -> bool:
    return spec["type"] in ("NodePort", "LoadBalancer")


def _drop_unchanged(spec: Obj, before: Obj, *names: str) -> None:
    for name in names:
        if spec.get(name) == before.get(name):
            spec.pop(name, None)
