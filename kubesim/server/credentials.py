"""What a server shows over TLS, and a token by which its administrator is known.

An authority is made for the server alone and signs one certificate. Then its key is forgotten: nobody signs another.
"""

from __future__ import annotations

import secrets
import time

from kubesim.golang.x509 import pem
from kubesim.golang.x509.certificate import Template, create_certificate
from kubesim.golang.x509.names import DNS_NAME, IP_ADDRESS
from kubesim.golang.x509.signatures import new_private_key, private_key_info, public_key_info
from kubesim.startup.context_manager import suppress
from kubesim.startup.named_tuple import NamedTuple
from kubesim.store import file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.golang.x509.certificate import Subject

_COMMON_NAME = "2.5.4.3"
_DAY = 24 * 3600 * 1000  # ms
_LASTS = 3650 * _DAY
_SIGNS_CERTIFICATES, _SIGNS = 1 << 5, 1 << 0  # bits of KeyUsage
_SERVER_AUTH = "1.3.6.1.5.5.7.3.1"


class Certificates(NamedTuple):
    """``authority`` is the PEM text that clients trust, ``chain`` the server's key and certificate."""

    authority: str
    chain: bytes


def new_certificates(address: str) -> Certificates:
    """Certificates for a server at an address of this machine, valid for ten years."""
    issuer: Subject = {_COMMON_NAME: ["kubesim"]}
    authority_key, key = new_private_key(), new_private_key()
    begin = int(time.time() * 1000) - _DAY
    authority = Template(
        secrets.randbits(120),
        issuer,
        public_key_info(authority_key),
        begin,
        begin + _LASTS,
        key_usage=_SIGNS_CERTIFICATES | _SIGNS,
        is_authority=True,
    )
    own = Template(
        secrets.randbits(120),
        {_COMMON_NAME: ["kube-apiserver"]},
        public_key_info(key),
        begin,
        begin + _LASTS,
        key_usage=_SIGNS,
        extended_usages=(_SERVER_AUTH,),
        alt_names={DNS_NAME: [b"localhost"], IP_ADDRESS: _addresses(address)},
    )
    signed = [create_certificate(one, issuer, authority_key) for one in (authority, own)]
    chain = pem.encode("EC PRIVATE KEY", private_key_info(key)) + pem.encode(pem.CERTIFICATE, signed[1])
    return Certificates(pem.encode(pem.CERTIFICATE, signed[0]).decode(), chain)


def _addresses(address: str) -> list[bytes]:
    from ipaddress import ip_address

    found = ["127.0.0.1", "::1"]
    with suppress(ValueError):  # a name, which is localhost
        found.append(str(ip_address(address)))
    return [ip_address(one).packed for one in dict.fromkeys(found)]


def chain_file(state: str) -> str:
    """Where the key and the certificate of a state's server are."""
    return f"{state}.server.pem"


def keep_chain(state: str, chain: bytes) -> None:
    """Keep the key and the certificate beside the state, for its owner alone; StateError."""
    path = chain_file(state)
    file.prepare(path)
    file.replace(path, [chain], lambda: None)
