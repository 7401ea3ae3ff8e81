"""Addresses and networks, as fields take them. Mirrors apimachinery's pkg/util/validation/ip.go."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from kubesim.api.fields import FieldError, invalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container

NO_IP = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
NO_CIDR = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"


def without_leading_zeros(address: str) -> str:
    """An IPv4 address without leading zeros; other texts as they are."""
    parts = address.split(".")
    if len(parts) != 4 or not all(part.isascii() and part.isdigit() for part in parts):
        return address
    return ".".join(str(int(part)) for part in parts)


def validate_ip(address: str, path: str, known: Container[str] = ()) -> list[FieldError]:
    """An address of a field that once took more; ``known`` ones stay valid. Mirrors IsValidIPForLegacyField."""
    if address in known:
        return []
    plain = without_leading_zeros(address)
    try:
        read = ip_address(plain)
    except ValueError:
        return [invalid(path, address, NO_IP)]
    if plain != address:
        return [invalid(path, address, "must not have leading 0s")]
    if isinstance(read, IPv6Address) and read.ipv4_mapped is not None:
        return [invalid(path, address, "must not be an IPv4-mapped IPv6 address")]
    return []


def validate_canonical_ip(address: str, path: str) -> list[FieldError]:
    """Mirrors IsValidIP."""
    wrong = validate_ip(address, path)
    if not wrong and str(ip_address(address)) != address:
        wrong.append(invalid(path, address, f'must be in canonical form ("{ip_address(address)}")'))
    return wrong


def validate_cidr(cidr: str, path: str, known: Container[str] = ()) -> list[FieldError]:
    """A network; ``known`` ones stay valid. Mirrors IsValidCIDRForLegacyField."""
    if cidr in known:
        return []
    address, slash, length = cidr.partition("/")
    plain = without_leading_zeros(address)
    try:
        network = ip_network(f"{plain}/{length}", strict=False)
        if not slash or not length.isdigit():
            raise ValueError
    except ValueError:
        return [invalid(path, cidr, NO_CIDR)]
    read = ip_address(plain)
    if plain != address or str(int(length)) != length:
        return [invalid(path, cidr, "must not have leading 0s in IP or prefix length")]
    if isinstance(read, IPv6Address) and read.ipv4_mapped is not None:
        return [invalid(path, cidr, "must not have an IPv4-mapped IPv6 address")]
    if read != network.network_address:
        return [invalid(path, cidr, "must not have bits set beyond the prefix length")]
    return []


def validate_canonical_cidr(cidr: str, path: str) -> list[FieldError]:
    """Mirrors IsValidCIDR."""
    wrong = validate_cidr(cidr, path)
    if not wrong and str(ip_network(cidr)) != cidr:
        wrong.append(invalid(path, cidr, f'must be in canonical form ("{ip_network(cidr)}")'))
    return wrong


def family_of_cidr(cidr: str) -> int:
    """4 or 6; 0 where the text is no network. Mirrors netutils.IPFamilyOfCIDRString."""
    try:
        return ip_network(cidr, strict=False).version
    except ValueError:
        return 0
