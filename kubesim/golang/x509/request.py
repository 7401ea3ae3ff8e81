"""A request for a certificate (PKCS #10). Mirrors x509.ParseCertificateRequest and CheckSignature."""

from __future__ import annotations

from kubesim.golang.x509 import der
from kubesim.golang.x509.names import COMMON_NAME, ORGANIZATION, alt_names_in, attributes_of
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.golang.x509.der import Element

_EXTENSION_REQUEST = "1.2.840.113549.1.9.14"
_ATTRIBUTES = 0xA0
_MALFORMED = "asn1: structure error: tags don't match"


class CertificateRequest(NamedTuple):
    """Who asks for a certificate, of which public key.

    ``subject`` has the values of each attribute, by its identifier; ``alt_names`` the contents by their tags.
    """

    signed: bytes
    subject: dict[str, list[str]]
    public_key: Element
    alt_names: dict[int, list[bytes]]
    algorithm: str
    signature: bytes

    @property
    def common_name(self) -> str:
        return (self.subject.get(COMMON_NAME) or [""])[-1]

    @property
    def organizations(self) -> list[str]:
        return self.subject.get(ORGANIZATION, [])


def parse_request(data: bytes) -> CertificateRequest:
    """ValueError in Go's words, or ones like them, for what is no request."""
    whole = der.read(data)
    if whole.raw != data:
        raise ValueError("asn1: syntax error: trailing data")
    try:
        info, algorithm, signature = whole.children
        _version, subject, public_key, *attributes = info.children
        found = CertificateRequest(
            signed=info.raw,
            subject=attributes_of(subject),
            public_key=public_key,
            alt_names=alt_names_in(_requested(attributes)),
            algorithm=der.read_oid(algorithm.children[0].content),
            signature=signature.content[1:],
        )
    except (IndexError, UnicodeDecodeError) as error:
        raise ValueError(_MALFORMED) from error
    except ValueError as error:
        raise ValueError(str(error) if str(error).startswith("asn1: ") else _MALFORMED) from error
    return found


def _requested(attributes: list[Element]) -> Iterator[Element]:
    """The extensions that are asked for."""
    for attribute in (one for group in attributes if group.tag == _ATTRIBUTES for one in group.children):
        kind, values = attribute.children
        if der.read_oid(kind.content) == _EXTENSION_REQUEST:
            yield from values.children[0].children


def check_signature(request: CertificateRequest) -> None:
    """ValueError unless the request is signed by the key that it names.

    A key of a sort that is not known here (Ed25519, other curves) is taken to have signed.
    """
    from kubesim.golang.x509.signatures import verify

    verify(request.public_key, request.algorithm, request.signed, request.signature)
