"""Addresses that are valid, but not in canonical form. Mirrors GetWarningsForIP and GetWarningsForCIDR."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from kubesim.kinds.validation.addresses import without_leading_zeros


def warnings_for_ip(address: str, path: str) -> list[str]:
    """``address`` is valid, though it may have leading zeros."""
    plain = without_leading_zeros(address)
    try:
        read = ip_address(plain)
    except ValueError:
        return []
    mapped = read.ipv4_mapped if isinstance(read, IPv6Address) else None
    if plain != address or mapped is not None:
        return [f'{path}: non-standard IP address "{address}" is invalid: use "{mapped or read}"']
    if str(read) != address:
        return [f'{path}: IPv6 address "{address}" should be in RFC 5952 canonical format ("{read}")']
    return []


def warnings_for_cidr(cidr: str, path: str) -> list[str]:
    """``cidr`` is valid, though its address may lie within the network."""
    address, _, length = cidr.partition("/")
    plain = without_leading_zeros(address)
    try:
        network = ip_network(f"{plain}/{length}", strict=False)
    except ValueError:
        return []
    found: list[str] = []
    if ip_address(plain) != network.network_address:
        single = f"{ip_address(plain)}/{network.max_prefixlen}"
        found.append(f'{path}: CIDR value "{cidr}" is ambiguous in this context (should be "{network}" or "{single}"?)')
    if plain != address or str(int(length)) != length:
        found.append(f'{path}: non-standard CIDR value "{cidr}" is invalid: use "{network}"')
    if not found and str(network) != cidr:
        found.append(f'{path}: IPv6 CIDR value "{cidr}" should be in RFC 5952 canonical format ("{network}")')
    return found
