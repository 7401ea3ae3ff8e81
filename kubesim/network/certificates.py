"""Certificates: whom one is for, who made it, and whether a client trusts it. Signatures are not checked."""

from __future__ import annotations

from kubesim.golang.x509.der import read
from kubesim.golang.x509.names import COMMON_NAME, DNS_NAME, IP_ADDRESS, alt_names_in, attributes_of
from kubesim.golang.x509.pem import CERTIFICATE, decode_all
from kubesim.startup.context_manager import suppress
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.golang.x509.der import Element

_EXTENSIONS, _VERSION = 0xA3, 0xA0

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
    for block in decode_all(text.encode()):
        if block.type == CERTIFICATE:
            with suppress(IndexError, ValueError):
                found.append(_certificate(block.content))
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


def go_problem_with(served: str, trusted: str, host: str) -> str:
    """Why a client in Go that trusts a PEM text refuses a server's certificate for a host; empty if it does not."""
    own, known = certificates_in(served)[:1], certificates_in(trusted)
    words = "tls: failed to verify certificate: x509: "
    if not own or not any(one.der == own[0].der or one.subject == own[0].issuer for one in known):
        return f"{words}certificate signed by unknown authority"
    names = own[0].names
    if not names:
        return f"{words}certificate relies on legacy Common Name field, use SANs instead"
    if not any(_is_for(name, host) for name in names):
        return f"{words}certificate is valid for {', '.join(names)}, not {host}"
    return ""


def _is_for(name: str, host: str) -> bool:
    name, host = name.lower(), host.lower()
    return name == host or (name.startswith("*.") and host.partition(".")[2] == name[2:])


def _certificate(content: bytes) -> Certificate:
    """The certificate in DER; ValueError, IndexError if it is none."""
    signed = read(content).children[0].children
    fields = [field for field in signed if field.tag != _VERSION]
    issuer, subject = fields[2], fields[4]
    extensions = [each for field in signed if field.tag == _EXTENSIONS for each in field.children[0].children]
    common_names = attributes_of(subject).get(COMMON_NAME, [""])
    return Certificate(content, subject.content, issuer.content, common_names[-1], tuple(_alternatives(extensions)))


def _alternatives(extensions: list[Element]) -> Iterator[str]:
    found = alt_names_in(extensions)
    yield from (name.decode("ascii", "replace") for name in found.get(DNS_NAME, ()))
    yield from (".".join(map(str, address)) for address in found.get(IP_ADDRESS, ()) if len(address) == 4)
