"""IP addresses and networks. Mirrors apiserver's library/ip.go and cidr.go over Go's net/netip."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

from kubesim.api.cel.values import EvaluationError
from kubesim.golang.quoting import quote
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Address = IPv4Address | IPv6Address


class IPValue(NamedTuple):
    address: Any

    @property
    def cel_type(self) -> str:
        return "net.IP"

    def __str__(self) -> str:
        return str(self.address)


class CIDRValue(NamedTuple):
    address: Any
    bits: int

    @property
    def cel_type(self) -> str:
        return "net.CIDR"

    def __str__(self) -> str:
        return f"{self.address}/{self.bits}"


def _address(text: str) -> Address:
    """An address without a zone that is not IPv4 within IPv6."""
    try:
        found = ip_address(text)
    except ValueError:
        why = _why_not(text)
        raise EvaluationError(f"IP Address {quote(text)} parse error during conversion from string: {why}") from None
    if isinstance(found, IPv6Address) and found.scope_id:
        raise EvaluationError(f"IP address {quote(text)} with zone value is not allowed")
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        raise EvaluationError(f"IPv4-mapped IPv6 address {quote(text)} is not allowed")
    return found


def _why_not(text: str) -> str:
    """Mirrors netip.ParseAddr's words for the commonest mistakes."""
    wrong = f"ParseAddr({quote(text)}): "
    mark = next((character for character in text if character in ".:%"), "")
    if not mark:
        return wrong + "unable to parse IP"
    if mark == "%":
        return wrong + "missing IPv6 address"
    return wrong + (_why_not_ipv4(text) if mark == "." else _why_not_ipv6(text))


def _why_not_ipv6(text: str) -> str:
    rest, fields = text.removeprefix("::"), text.count("::")
    for part in rest.split(":"):
        if part and part[0] not in "0123456789abcdefABCDEF":
            at = text[text.index(part) :]
            return f"each colon-separated field must have at least one digit (at {quote(at)})"
    return "address string too short" if not fields and rest.count(":") < 7 else "unexpected character, want colon"


def _why_not_ipv4(text: str) -> str:
    fields, digits = 0, ""
    for index, character in enumerate(text):
        if character.isascii() and character.isdigit():
            if digits == "0":
                return "IPv4 field has octet with leading zero"
            digits += character
            if int(digits) > 255:
                return "IPv4 field has value >255"
        elif character == ".":
            if not digits:
                return f"IPv4 field must have at least one digit (at {quote(text[index:])})"
            if fields == 3:
                return "IPv4 address too long"
            if index == len(text) - 1:
                return f"IPv4 field must have at least one digit (at {quote(text[index:])})"
            fields, digits = fields + 1, ""
        else:
            return f"unexpected character (at {quote(text[index:])})"
    return "IPv4 address too short"


def _is_ip(text: str) -> bool:
    try:
        _address(text)
    except EvaluationError:
        return False
    return True


def _ip(value: Any) -> IPValue:
    return IPValue(value.address) if isinstance(value, CIDRValue) else IPValue(_address(value))


def _cidr(text: str) -> CIDRValue:
    words = "network address parse error during conversion from string: " * 2
    head, slash, bits = text.rpartition("/")
    wrong = f"{words}netip.ParsePrefix({quote(text)}): "
    if not slash:
        raise EvaluationError(f"{wrong}no '/'")
    try:
        found = ip_address(head)
    except ValueError:
        raise EvaluationError(f"{wrong}{_why_not(head)}") from None
    if isinstance(found, IPv6Address) and found.scope_id:
        raise EvaluationError(f"{wrong}IPv6 zones cannot be present in a prefix")
    if not (bits.isascii() and bits.isdigit()) or (len(bits) > 1 and bits[0] == "0"):
        raise EvaluationError(f"{wrong}bad bits after slash: {quote(bits)}")
    if int(bits) > found.max_prefixlen:
        raise EvaluationError(f"{wrong}prefix length out of range")
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        raise EvaluationError(f"{words}IPv4-mapped IPv6 address {quote(text)} is not allowed")
    return CIDRValue(found, int(bits))


def _is_cidr(text: str) -> bool:
    try:
        _cidr(text)
    except EvaluationError:
        return False
    return True


def _masked(value: CIDRValue) -> CIDRValue:
    size = value.address.max_prefixlen
    mask = ((1 << value.bits) - 1) << (size - value.bits)
    return CIDRValue(type(value.address)(int(value.address) & mask), value.bits)


def _holds(network: CIDRValue, address: Any) -> bool:
    return address.version == network.address.version and _masked(CIDRValue(address, network.bits)) == _masked(network)


def _contains_ip(network: CIDRValue, other: Any) -> bool:
    return _holds(network, other.address if isinstance(other, IPValue) else _address(other))


def _contains_cidr(network: CIDRValue, other: Any) -> bool:
    inner = other if isinstance(other, CIDRValue) else _cidr(other)
    return network.bits <= inner.bits and _holds(network, inner.address)


def _is_global_unicast(address: Address) -> bool:
    """Mirrors netip.Addr.IsGlobalUnicast: private addresses are."""
    if address.is_unspecified or address.is_loopback or address.is_multicast or address.is_link_local:
        return False
    return str(address) != "255.255.255.255"


def _is_link_local_multicast(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return str(address).startswith("224.0.0.")
    return address.is_multicast and int(address) >> 112 & 0x0F == 2


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "ip": _ip,
    "isIP": _is_ip,
    "ip.isCanonical": lambda text: str(_address(text)) == text,
    "family": lambda value: value.address.version,
    "isUnspecified": lambda value: value.address.is_unspecified,
    "isLoopback": lambda value: value.address.is_loopback,
    "isLinkLocalMulticast": lambda value: _is_link_local_multicast(value.address),
    "isLinkLocalUnicast": lambda value: value.address.is_link_local,
    "isGlobalUnicast": lambda value: _is_global_unicast(value.address),
    "cidr": _cidr,
    "isCIDR": _is_cidr,
    "containsIP": _contains_ip,
    "containsCIDR": _contains_cidr,
    "masked": _masked,
    "prefixLength": lambda value: value.bits,
}
