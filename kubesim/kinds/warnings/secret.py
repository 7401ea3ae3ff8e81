"""Keys and certificates that are none. Mirrors warningsForSecret, and what tls.X509KeyPair finds before it decodes."""

from __future__ import annotations

from base64 import b64decode

from kubesim.api.well_known import SECRET_TYPE_TLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

_NO_PEM = "tls: failed to find any PEM data in {} input"


def warnings_for_secret(secret: Obj) -> list[str]:
    """Of a TLS secret, whether its data are PEM at all; whether key and certificate match is not checked."""
    if secret.get("type") != SECRET_TYPE_TLS:
        return []
    data = secret.get("data") or {}
    for name, called in (("tls.crt", "certificate"), ("tls.key", "key")):
        if b"-----BEGIN " not in b64decode(data.get(name) or ""):
            return [_NO_PEM.format(called)]
    return []
