"""What is wrong with Endpoints. Mirrors validateEndpointSubsets of pkg/apis/core/validation."""

from __future__ import annotations

from ipaddress import ip_address

from kubesim.api import names
from kubesim.api.fields import FieldError, invalid, invalid_for_each, one_of, required
from kubesim.kinds.validation.addresses import validate_ip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.api.meta import Obj

_PROTOCOLS = ("SCTP", "TCP", "UDP")


def validate_endpoints(obj: Obj) -> list[FieldError]:
    """Mirrors ValidateEndpoints."""
    return _validate_subsets(obj.get("subsets") or ())


def validate_endpoints_update(new: Obj, old: Obj) -> list[FieldError]:
    """Subsets that did not change are not validated again. Mirrors ValidateEndpointsUpdate."""
    return [] if new.get("subsets") == old.get("subsets") else validate_endpoints(new)


def _validate_subsets(subsets: Iterable[Obj]) -> list[FieldError]:
    wrong: list[FieldError] = []
    for index, subset in enumerate(subsets):
        path, ports = f"subsets[{index}]", subset.get("ports") or ()
        if not subset.get("addresses") and not subset.get("notReadyAddresses"):
            wrong.append(required(path, "must specify `addresses` or `notReadyAddresses`"))
        for kind in ("addresses", "notReadyAddresses"):
            for place, address in enumerate(subset.get(kind) or ()):
                wrong += _validate_address(address, f"{path}.{kind}[{place}]")
        for place, port in enumerate(ports):
            wrong += _validate_port(port, f"{path}.ports[{place}]", is_named=len(ports) > 1)
    return wrong


def _validate_address(address: Obj, path: str) -> list[FieldError]:
    ip, host, node = address.get("ip", ""), address.get("hostname", ""), address.get("nodeName")
    wrong = validate_ip(ip, f"{path}.ip")
    if host:
        wrong += invalid_for_each(f"{path}.hostname", host, names.is_dns_1123_label(host))
    if node is not None:
        wrong += invalid_for_each(f"{path}.nodeName", node, names.is_dns_1123_subdomain(node))
    return wrong + validate_endpoint_ip(ip, f"{path}.ip")


def validate_endpoint_ip(address: str, path: str) -> list[FieldError]:
    """An address that pods and other machines can have. Mirrors ValidateEndpointIP."""
    try:
        ip = ip_address(address)
    except ValueError:
        return [invalid(path, address, "must be a valid IP address")]
    local = "(169.254.0.0/16, fe80::/10)"
    multicast = "(224.0.0.0/24, ff02::/10)"
    is_local_multicast = str(ip).startswith("224.0.0.") or str(ip).startswith("ff02:")
    troubles = {
        f"may not be unspecified ({address})": ip.is_unspecified,
        "may not be in the loopback range (127.0.0.0/8, ::1/128)": ip.is_loopback,
        f"may not be in the link-local range {local}": ip.is_link_local,
        f"may not be in the link-local multicast range {multicast}": is_local_multicast,
    }
    return [invalid(path, address, why) for why, is_so in troubles.items() if is_so]


def _validate_port(port: Obj, path: str, *, is_named: bool) -> list[FieldError]:
    name, number = port.get("name", ""), port.get("port", 0)
    if name:
        wrong = invalid_for_each(f"{path}.name", name, names.is_dns_1123_label(name))
    else:
        wrong = [required(f"{path}.name")] if is_named else []
    wrong += invalid_for_each(f"{path}.port", number, names.is_port_number(number))
    wrong += one_of(f"{path}.protocol", port.get("protocol", ""), _PROTOCOLS)
    application = port.get("appProtocol")
    if application is None:
        return wrong
    return wrong + invalid_for_each(f"{path}.appProtocol", application, names.is_qualified_name(application))
