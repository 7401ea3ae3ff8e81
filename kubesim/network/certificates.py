"""Certificates: whom one is for, who made it, and whether a client trusts it. Signatures are not checked."""

from __future__ import annotations

import base64
import binascii
import re

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_PEM = re.compile(r"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)
_EXTENSIONS, _VERSION = 0xA3, 0xA0
_DNS, _ADDRESS = 0x82, 0x87
_COMMON_NAME, _ALTERNATIVES = bytes.fromhex("0603550403"), bytes.fromhex("0603551d11")

#: Of a server whose certificate is made as it starts, and is nobody's.
MADE_UP = "made up"


class Certificate(NamedTuple):
    """A certificate: its bytes, its subject and issuer as they stand, and the names that it is for."""

    der: bytes
    subject: bytes
    issuer: bytes
    common_name: str
    names: tuple[str, ...]

    @property
    def is_self_signed(self) -> bool:
        return self.subject == self.issuer


def certificates_in(text: str) -> list[Certificate]:
    """The certificates of a PEM text; what is none is left out."""
    found = []
    for inner in _PEM.findall(text):
        try:
            found.append(_certificate(base64.b64decode(inner)))
        except (binascii.Error, IndexError, ValueError):
            continue
    return found


def problem_with(served: str, trusted: str | None, host: str) -> str:
    """Why a client that trusts a PEM text, or only what all trust, refuses a server's; empty if it does not."""
    own = certificates_in(served)[:1]
    if served == MADE_UP or not own:
        return "SSL certificate problem: self-signed certificate"
    certificate, known = own[0], certificates_in(trusted or "")
    if not any(one.der == certificate.der or one.subject == certificate.issuer for one in known):
        why = "self-signed certificate" if certificate.is_self_signed else "unable to get local issuer certificate"
        return f"SSL certificate problem: {why}"
    if certificate.names:
        if not any(_is_for(name, host) for name in certificate.names):
            return f"SSL: no alternative certificate subject name matches target host name '{host}'"
    elif not _is_for(certificate.common_name, host):
        return f"SSL: certificate subject name '{certificate.common_name}' does not match target host name '{host}'"
    return ""


def _is_for(name: str, host: str) -> bool:
    name, host = name.lower(), host.lower()
    return name == host or (name.startswith("*.") and host.partition(".")[2] == name[2:])


def _certificate(der: bytes) -> Certificate:
    (_, whole), *_ = _parts(der)
    (_, signed), *_ = _parts(whole)
    fields = [(tag, part) for tag, part in _parts(signed) if tag != _VERSION]
    issuer, subject = fields[2][1], fields[4][1]
    extensions = b"".join(part for tag, part in fields if tag == _EXTENSIONS)
    return Certificate(der, subject, issuer, _common_name(subject), tuple(_alternatives(extensions)))


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The elements of a text in DER, each with its tag. IndexError, ValueError: it is none."""
    at = 0
    while at < len(data):
        tag, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            size = length & 0x7F
            length = int.from_bytes(data[at : at + size], "big")
            at += size
        if at + length > len(data):
            raise ValueError("cut off")
        yield tag, data[at : at + length]
        at += length


def _common_name(subject: bytes) -> str:
    place = subject.find(_COMMON_NAME)
    if place < 0:
        return ""
    (_, text), *_ = _parts(subject[place + len(_COMMON_NAME) :])
    return text.decode("utf-8", "replace")


def _alternatives(extensions: bytes) -> Iterator[str]:
    place = extensions.find(_ALTERNATIVES)
    if place < 0:
        return
    for tag, inner in _parts(extensions[place + len(_ALTERNATIVES) :]):
        if tag == 0x04:
            (_, names), *_ = _parts(inner)
            for sort, name in _parts(names):
                if sort == _DNS:
                    yield name.decode("ascii", "replace")
                elif sort == _ADDRESS and len(name) == 4:
                    yield ".".join(map(str, name))
            return
