"""What is wrong with an EndpointSlice. Mirrors pkg/apis/discovery/validation."""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import FieldError, duplicate, immutable, invalid_for_each, one_of, required, too_many
from kubesim.kinds.validation.addresses import validate_canonical_ip
from kubesim.kinds.validation.endpoints import validate_endpoint_ip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

ADDRESS_TYPES = ("FQDN", "IPv4", "IPv6")
PROTOCOLS = ("SCTP", "TCP", "UDP")
MAX_ENDPOINTS = 1000
MAX_ADDRESSES = 100


def validate_endpoint_slice(obj: Obj) -> list[FieldError]:
    kind = obj.get("addressType", "")
    wrong = one_of("addressType", kind, ADDRESS_TYPES) if kind else [required("addressType")]
    wrong += _validate_ports(obj)
    endpoints = obj.get("endpoints") or ()
    if len(endpoints) > MAX_ENDPOINTS:
        return [*wrong, too_many("endpoints", len(endpoints), MAX_ENDPOINTS)]
    for index, endpoint in enumerate(endpoints):
        wrong += _validate_endpoint(endpoint, kind, f"endpoints[{index}]")
    return wrong


def _validate_ports(obj: Obj) -> list[FieldError]:
    seen: set[str] = set()
    wrong: list[FieldError] = []
    for index, port in enumerate(obj.get("ports") or ()):
        path, name = f"ports[{index}]", port["name"]
        wrong += invalid_for_each(f"{path}.name", name, names.is_dns_1123_label(name)) if name else []
        wrong += [duplicate(f"{path}.name", name)] if name in seen else []
        seen.add(name)
        wrong += one_of(f"{path}.protocol", port["protocol"], PROTOCOLS)
    return wrong


def _validate_endpoint(endpoint: Obj, kind: str, path: str) -> list[FieldError]:
    addresses = endpoint.get("addresses") or ()
    wrong: list[FieldError] = []
    if not addresses:
        wrong.append(required(f"{path}.addresses", "must contain at least 1 address"))
    elif len(addresses) > MAX_ADDRESSES:
        wrong.append(too_many(f"{path}.addresses", len(addresses), MAX_ADDRESSES))
    for index, address in enumerate(addresses if kind in ("IPv4", "IPv6") else ()):
        at = f"{path}.addresses[{index}]"
        malformed = validate_canonical_ip(address, at)
        wrong += malformed or validate_endpoint_ip(address, at)
    for name, rule in (("nodeName", names.is_dns_1123_subdomain), ("hostname", names.is_dns_1123_label)):
        value = endpoint.get(name)
        if value is not None:
            wrong += invalid_for_each(f"{path}.{name}", value, rule(value))
    return wrong


def validate_endpoint_slice_update(new: Obj, old: Obj) -> list[FieldError]:
    """The kind of addresses cannot change. Mirrors ValidateEndpointSliceUpdate."""
    kept = immutable("addressType", new.get("addressType"), old.get("addressType"))
    return [*validate_endpoint_slice(new), *kept]
