"""Tokens of service accounts: JSON web tokens with the claims of real ones, and a signature that nobody made.

Mirrors pkg/serviceaccount (claims.go, jwt.go).
"""

from __future__ import annotations

from kubesim.api.identity import hex_digest
from kubesim.api.meta import SECOND, Obj
from kubesim.cluster.admission.service_account import EXTENDED

SIGNATURE = 256  # bytes
_YEAR = 365 * 24 * 3600
ISSUER = "https://kubernetes.default.svc.cluster.local"


def claims_of(account: Obj, audiences: list[str], now: int, seconds: int, bound: dict[str, Obj], identity: str) -> Obj:
    """The claims of a token that is issued at ``now`` (ms) for some seconds; ``bound``: with what else it dies.

    What a pod gets for an hour is good for a year, for programs that do not read it again.
    """
    meta = account["metadata"]
    about: Obj = {"namespace": meta["namespace"], **bound}
    about["serviceaccount"] = {"name": meta["name"], "uid": meta["uid"]}
    at = now // SECOND
    if "pod" in bound and seconds == EXTENDED and audiences == [ISSUER]:
        about["warnafter"] = at + seconds
        seconds = _YEAR
    return {
        "aud": audiences,
        "exp": at + seconds,
        "iat": at,
        "iss": ISSUER,
        "jti": identity,
        "kubernetes.io": about,
        "nbf": at,
        "sub": f"system:serviceaccount:{meta['namespace']}:{meta['name']}",
    }


def token_with(claims: Obj, seed: int) -> str:
    """The token with such claims, of the cluster that has the seed."""
    from kubesim.api.wire import as_sent
    from kubesim.golang.base64 import encode_url
    from kubesim.golang.json import dumps

    head = encode_url(dumps({"alg": "RS256", "kid": hex_digest(seed, "key", 43)}).encode())
    body = encode_url(dumps(as_sent(claims)).encode())
    signature = bytes.fromhex(hex_digest(seed, f"{head}.{body}", 2 * SIGNATURE))
    return f"{head}.{body}.{encode_url(signature)}"


def claims_in(token: str, seed: int) -> Obj | None:
    """The claims of a token that the cluster of that seed has made; None of another text."""
    from kubesim.golang.base64 import decode_url
    from kubesim.startup.json_text import loads

    try:
        _, body, _ = token.split(".")
        claims = loads(decode_url(body))
        is_own = isinstance(claims, dict) and token_with(claims, seed) == token
    except (ValueError, KeyError):
        return None
    return claims if is_own else None
