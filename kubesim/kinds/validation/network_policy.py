"""What is wrong with a NetworkPolicy. Mirrors ValidateNetworkPolicySpec of pkg/apis/networking/validation."""

from __future__ import annotations

from ipaddress import ip_network

from kubesim.api import names
from kubesim.api.fields import FieldError, forbidden, invalid, invalid_for_each, not_supported, required
from kubesim.api.metadata_validation import validate_label_selector
from kubesim.kinds.validation.addresses import validate_cidr

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from kubesim.api.meta import Obj

# Errors list these unsorted.
_PROTOCOLS = ("TCP", "UDP", "SCTP")
_TYPES = ("Ingress", "Egress")


def validate_network_policy(obj: Obj) -> list[FieldError]:
    """Mirrors ValidateNetworkPolicy."""
    return _validate_spec(obj["spec"])


def validate_network_policy_update(new: Obj, old: Obj) -> list[FieldError]:
    """Networks that were there stay valid, however they are written. Mirrors ValidateNetworkPolicyUpdate."""
    return _validate_spec(new["spec"], {cidr for _, cidr in networks_of(old["spec"])})


def _validate_spec(spec: Obj, known: Container[str] = ()) -> list[FieldError]:
    """``known`` networks are not validated."""
    wrong = validate_label_selector(spec.get("podSelector"), "spec.podSelector")
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        for index, rule in enumerate(spec.get(direction) or ()):
            path = f"spec.{direction}[{index}]"
            for place, port in enumerate(rule.get("ports") or ()):
                wrong += _validate_port(port, f"{path}.ports[{place}]")
            for place, peer in enumerate(rule.get(peers) or ()):
                wrong += _validate_peer(peer, f"{path}.{peers}[{place}]", known)
    types = spec.get("policyTypes") or []
    if len(types) > len(_TYPES):
        return [*wrong, invalid("spec.policyTypes", types, "may not specify more than two policyTypes")]
    for index, kind in enumerate(types):
        if kind not in _TYPES:
            wrong.append(not_supported(f"spec.policyTypes[{index}]", kind, _TYPES))
    return wrong


def _validate_port(port: Obj, path: str) -> list[FieldError]:
    number, end = port.get("port"), port.get("endPort")
    wrong: list[FieldError] = []
    if port.get("protocol", "TCP") not in _PROTOCOLS:
        wrong.append(not_supported(f"{path}.protocol", port["protocol"], _PROTOCOLS))
    if number is None:
        why = "may not be specified when `port` is not specified"
        return wrong if end is None else [*wrong, invalid(f"{path}.endPort", end, why)]
    if isinstance(number, str):
        if end is not None:
            wrong.append(invalid(f"{path}.endPort", end, "may not be specified when `port` is non-numeric"))
        return wrong + invalid_for_each(f"{path}.port", number, names.is_port_name(number))
    wrong += invalid_for_each(f"{path}.port", number, names.is_port_number(number))
    if end is not None:
        if end < number:
            wrong.append(invalid(f"{path}.endPort", number, "must be greater than or equal to `port`"))
        wrong += invalid_for_each(f"{path}.endPort", end, names.is_port_number(end))
    return wrong


def _validate_peer(peer: Obj, path: str, known: Container[str]) -> list[FieldError]:
    wrong: list[FieldError] = []
    for name in ("podSelector", "namespaceSelector"):
        wrong += validate_label_selector(peer.get(name), f"{path}.{name}")
    if "ipBlock" in peer:
        wrong += _validate_block(peer["ipBlock"], f"{path}.ipBlock", known)
    if not peer:
        wrong.append(required(path, "must specify a peer"))
    elif "ipBlock" in peer and len(peer) > 1:
        wrong.append(forbidden(path, "may not specify both ipBlock and another peer"))
    return wrong


def _validate_block(block: Obj, path: str, known: Container[str]) -> list[FieldError]:
    cidr = block.get("cidr", "")
    if not cidr:
        return [required(f"{path}.cidr")]
    wrong = validate_cidr(cidr, f"{path}.cidr", known)
    try:
        network = ip_network(cidr, strict=False)
    except ValueError:
        return wrong
    for index, exception in enumerate(block.get("except") or ()):
        at = f"{path}.except[{index}]"
        wrong += validate_cidr(exception, at, known)
        try:
            inner = ip_network(exception, strict=False)
        except ValueError:
            continue
        is_within = inner.version == network.version and inner.network_address in network
        if not is_within or inner.prefixlen <= network.prefixlen:
            wrong.append(invalid(at, exception, "must be a strict subset of `cidr`"))
    return wrong


def networks_of(spec: Obj) -> Iterator[tuple[str, str]]:
    """Every network that the policy names, with its path."""
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        for index, rule in enumerate(spec.get(direction) or ()):
            for place, peer in enumerate(rule.get(peers) or ()):
                block = peer.get("ipBlock")
                if block is None:
                    continue
                path = f"spec.{direction}[{index}].{peers}[{place}].ipBlock"
                yield f"{path}.cidr", block.get("cidr", "")
                for number, cidr in enumerate(block.get("except") or ()):
                    yield f"{path}.except[{number}]", cidr
