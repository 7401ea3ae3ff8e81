"""Certificates that an authority signs. Mirrors x509.CreateCertificate, with its order of extensions."""

from __future__ import annotations

import hashlib

from kubesim.golang.x509 import der
from kubesim.golang.x509.names import DNS_NAME, EMAIL, IP_ADDRESS, URI
from kubesim.golang.x509.signatures import ECDSA_WITH_SHA256, public_key_info, sign
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Subject = Mapping[str, Sequence[str]]

# Attributes of a name, in Go's order: country, organization, unit, locality, province, street, code, name, number.
_NAME_ORDER = (*("2.5.4.6", "2.5.4.10", "2.5.4.11", "2.5.4.7", "2.5.4.8", "2.5.4.9", "2.5.4.17", "2.5.4.3", "2.5.4.5"),)
_KEY_USAGE, _EXTENDED_USAGE, _CONSTRAINTS, _ALT_NAMES = "2.5.29.15", "2.5.29.37", "2.5.29.19", "2.5.29.17"
_AUTHORITY_KEY, _SUBJECT_KEY = "2.5.29.35", "2.5.29.14"
_TRUE = b"\x01\x01\xff"


class Template(NamedTuple):
    """What a certificate says; instants are in ms since the epoch.

    ``key_usage`` has the bits of KeyUsage, from digitalSignature (bit 0) on; ``extended_usages`` identifiers.
    """

    serial: int
    subject: Subject
    public_key: bytes
    not_before: int
    not_after: int
    key_usage: int = 0
    extended_usages: tuple[str, ...] = ()
    alt_names: Mapping[int, Sequence[bytes]] | None = None
    is_authority: bool = False


def create_certificate(template: Template, issuer: Subject, key: int) -> bytes:
    """The certificate in DER, signed with the issuer's key (of the curve P-256)."""
    algorithm = der.write(der.SEQUENCE, der.oid(ECDSA_WITH_SHA256))
    signed = der.write(
        der.SEQUENCE,
        der.write(0xA0, der.integer(2)),  # version 3
        der.integer(template.serial),
        algorithm,
        _name(issuer),
        der.write(der.SEQUENCE, der.instant(template.not_before), der.instant(template.not_after)),
        _name(template.subject),
        template.public_key,
        der.write(0xA3, der.write(der.SEQUENCE, *_extensions(template, _key_id(public_key_info(key))))),
    )
    return der.write(der.SEQUENCE, signed, algorithm, der.bit_string(sign(key, signed)))


def _name(subject: Subject) -> bytes:
    """A distinguished name: the values of an attribute share a set. Mirrors pkix.Name.ToRDNSequence."""
    groups = ((kind, subject[kind]) for kind in _NAME_ORDER if subject.get(kind))
    return der.write(
        der.SEQUENCE,
        *(
            der.write(der.SET, *sorted(der.write(der.SEQUENCE, der.oid(kind), der.text(value)) for value in values))
            for kind, values in groups
        ),
    )


def _key_id(public_key: bytes) -> bytes:
    """What names a key: a sum over it."""
    _, key = der.read(public_key).children
    return hashlib.sha256(key.content[1:]).digest()[:20]


def _extensions(template: Template, authority_key: bytes) -> list[bytes]:
    found = []
    if template.key_usage:
        found.append(_extension(_KEY_USAGE, _usage_bits(template.key_usage), is_critical=True))
    if template.extended_usages:
        found.append(_extension(_EXTENDED_USAGE, der.write(der.SEQUENCE, *map(der.oid, template.extended_usages))))
    constraints = der.write(der.SEQUENCE, *([_TRUE] if template.is_authority else []))
    found.append(_extension(_CONSTRAINTS, constraints, is_critical=True))
    if template.is_authority:
        return [*found, _extension(_SUBJECT_KEY, der.write(der.OCTET_STRING, authority_key))]
    found.append(_extension(_AUTHORITY_KEY, der.write(der.SEQUENCE, der.write(0x80, authority_key))))
    names = template.alt_names or {}
    parts = [der.write(tag, name) for tag in (DNS_NAME, EMAIL, IP_ADDRESS, URI) for name in names.get(tag, ())]
    if parts:
        found.append(_extension(_ALT_NAMES, der.write(der.SEQUENCE, *parts), is_critical=not any(template.subject)))
    return found


def _extension(kind: str, value: bytes, *, is_critical: bool = False) -> bytes:
    mark = [_TRUE] if is_critical else []
    return der.write(der.SEQUENCE, der.oid(kind), *mark, der.write(der.OCTET_STRING, value))


def _usage_bits(usage: int) -> bytes:
    """The bits from the left on, without those behind the last that is set."""
    size = usage.bit_length()
    reversed_bits = int(bin(usage)[:1:-1], 2) << -size % 8
    return der.bit_string(reversed_bits.to_bytes((size + 7) // 8, "big"), -size % 8)
