"""Whether a certificate and a private key belong together, in the words of Go's tls.X509KeyPair."""

from __future__ import annotations

import re

from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ssl import SSLError

_BLOCK = re.compile(rb"-----BEGIN ([^\n]*?)-----\r?\n.*?-----END \1-----", re.DOTALL)
_CERTIFICATE = "CERTIFICATE"
_PRIVATE_KEY = "PRIVATE KEY"

_MISMATCHES = {
    "KEY_VALUES_MISMATCH": "tls: private key does not match public key",
    "KEY_TYPE_MISMATCH": "tls: private key type does not match public key type",
    "NO_CERTIFICATE_ASSIGNED": "tls: private key type does not match public key type",
}


def check(certificate: bytes, key: bytes) -> None:
    """UserError for a text that is no certificate or no key, and for two that do not match."""
    _check_certificate(_block_types(certificate))
    _check_key(_block_types(key))
    _check_match(certificate, key)


def _block_types(text: bytes) -> list[str]:
    return [found[1].decode(errors="replace") for found in _BLOCK.finditer(text)]


def _check_certificate(types: list[str]) -> None:
    if _CERTIFICATE in types:
        return
    if not types:
        raise UserError("tls: failed to find any PEM data in certificate input")
    if len(types) == 1 and types[0].endswith(_PRIVATE_KEY):
        switched = "but did find a private key; PEM inputs may have been switched"
        raise UserError(f"tls: failed to find certificate PEM data in certificate input, {switched}")
    skipped = f"after skipping PEM blocks of the following types: [{' '.join(types)}]"
    raise UserError(f'tls: failed to find "CERTIFICATE" PEM block in certificate input {skipped}')


def _check_key(types: list[str]) -> None:
    if any(name.endswith(_PRIVATE_KEY) for name in types):
        return
    if not types:
        raise UserError("tls: failed to find any PEM data in key input")
    if types == [_CERTIFICATE]:
        raise UserError("tls: found a certificate rather than a key in the PEM for the private key")
    skipped = f"after skipping PEM blocks of the following types: [{' '.join(types)}]"
    raise UserError(f'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input {skipped}')


def _check_match(certificate: bytes, key: bytes) -> None:
    """Let OpenSSL load the two. It reads them from files only."""
    import ssl
    import tempfile
    from pathlib import Path

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")  # short keys are no mistake here
    try:
        context.load_verify_locations(cadata=certificate.decode("ascii", errors="ignore"))
    except ssl.SSLError as error:
        raise UserError("x509: malformed certificate") from error
    with tempfile.TemporaryDirectory(prefix="kubesim-") as folder:
        paths = Path(folder, "tls.crt"), Path(folder, "tls.key")
        for path, content in zip(paths, (certificate, key), strict=True):
            path.write_bytes(content)
        try:
            context.load_cert_chain(*paths, password="")
        except ssl.SSLError as error:
            raise UserError(_message(error)) from error


def _message(error: SSLError) -> str:
    return _MISMATCHES.get(error.reason or "", "tls: failed to parse private key")
