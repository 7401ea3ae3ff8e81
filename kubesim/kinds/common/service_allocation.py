"""The addresses of Services: those asked for, those kept, those found free; their node ports with them.

Mirrors pkg/registry/core/service/storage/alloc.go for a cluster with one IPv4 range.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.api.fields import FieldError, invalid
from kubesim.kinds.common.service_families import initialise_families, synchronise_addresses
from kubesim.kinds.common.service_node_ports import PortOperation, allocate_node_ports, ports_in_use

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Admission

SERVICE_RANGE = "10.96.0.0/12"
#: The answer to a dry run: nothing is allocated in it.
DRY_RUN_ADDRESS = "10.96.0.0"
_FIRST_ADDRESS = 10 << 24 | 96 << 16
_ADDRESSES = 1 << 20
# Addresses below this are only given to services that ask for one of them.
_DYNAMIC_ADDRESS = 257

_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


def allocate(obj: Obj, old: Obj | None, admission: Admission) -> None:
    """Fill in what the service gets from the cluster, in place; StatusError Invalid for what it cannot get."""
    spec = obj["spec"]
    before = (old or {}).get("spec") or {}
    synchronise_addresses(spec, before)
    _refuse(obj, initialise_families(spec, before))
    services = admission.list("Service")
    # what a new service asks for is allocated before its name is checked: a service of that name has it already
    others = [service["spec"] for service in services if old is None or not _is_same(service, obj)]
    if spec["type"] != "ExternalName" and (not before or before["type"] == "ExternalName"):
        _allocate_address(obj, others, admission)
    taken = {port for service in services for port in ports_in_use(service["spec"])}
    operation = PortOperation(taken, lambda: _number(admission), dry_run=admission.dry_run)
    allocate_node_ports(obj, before, operation)


def _is_same(service: Obj, obj: Obj) -> bool:
    one, other = service["metadata"], obj["metadata"]
    return (one["namespace"], one["name"]) == (other["namespace"], other.get("name"))


def _allocate_address(obj: Obj, others: Iterable[Obj], admission: Admission) -> None:
    spec = obj["spec"]
    asked = spec.get("clusterIP")
    if asked == "None":
        return
    taken = {address for other in others for address in other.get("clusterIPs") or ()}
    if asked:
        _refuse(obj, _check_address(spec["clusterIPs"], set() if admission.dry_run else taken, admission.dry_run))
    elif admission.dry_run:
        asked = DRY_RUN_ADDRESS
    else:
        asked = next(address for address in _candidates(admission) if address not in taken)
    spec.update(clusterIP=asked, clusterIPs=[asked])


def _check_address(addresses: list[str], taken: set[str], dry_run: bool) -> list[FieldError]:
    """A dry run asks the only range; other requests first find the range of the address."""
    from ipaddress import ip_address, ip_network

    asked, network = ip_address(addresses[0]), ip_network(SERVICE_RANGE)
    ends = (network.network_address, network.broadcast_address)
    why = ""
    if asked not in network or asked in ends:
        outside = f"the provided IP ({asked}) is not in the valid range. The range of valid IPs is {SERVICE_RANGE}"
        why = outside if dry_run else "the provided network does not match the current range"
    elif addresses[0] in taken:
        why = "provided IP is already allocated"
    return [invalid("spec.clusterIPs", addresses, f"failed to allocate IP {asked}: {why}")] if why else []


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


def _refuse(obj: Obj, wrong: list[FieldError]) -> None:
    if wrong:
        causes = tuple(error.cause() for error in wrong)
        raise errors.invalid("Service", "", obj["metadata"].get("name", ""), causes)
