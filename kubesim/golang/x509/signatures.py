"""Signatures by RSA keys and keys of the curve P-256. Mirrors crypto/rsa and crypto/ecdsa, without their haste.

Nothing is secret here: a simulated cluster's authority has its key in the source.
"""

from __future__ import annotations

import hashlib

from kubesim.golang.x509 import der

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.golang.x509.der import Element

    Point = tuple[int, int] | None

ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2"
_P256 = "1.2.840.10045.3.1.7"
_RSA = {
    "1.2.840.113549.1.1.5": "sha1",
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
}
_ECDSA = {ECDSA_WITH_SHA256: "sha256", "1.2.840.10045.4.3.3": "sha384", "1.2.840.10045.4.3.4": "sha512"}
# How PKCS #1 names the sums, in front of them.
_DIGEST_NAMES = {
    "sha1": "3021300906052b0e03021a05000414",
    "sha256": "3031300d060960864801650304020105000420",
    "sha384": "3041300d060960864801650304020205000430",
    "sha512": "3051300d060960864801650304020305000440",
}

# The curve P-256: y^2 = x^3 - 3x + b over the numbers modulo the prime.
_PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_BASE = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)


def verify(public_key: Element, algorithm: str, signed: bytes, signature: bytes) -> None:
    """ValueError unless the owner of the key (a SubjectPublicKeyInfo) signed; other algorithms are believed."""
    kind, key = public_key.children
    if algorithm in _RSA:
        modulus, exponent = (int.from_bytes(part.content, "big") for part in der.read(key.content[1:]).children)
        if not _is_rsa_signature(modulus, exponent, _RSA[algorithm], signed, signature):
            raise ValueError("crypto/rsa: verification error")
    elif algorithm in _ECDSA and der.read_oid(kind.children[1].content) == _P256:
        point = key.content[2:]
        owner = (int.from_bytes(point[:32], "big"), int.from_bytes(point[32:], "big"))
        if not _is_ecdsa_signature(owner, _hash(_ECDSA[algorithm], signed), signature):
            raise ValueError("x509: ECDSA verification failure")


def _is_rsa_signature(modulus: int, exponent: int, sum_name: str, signed: bytes, signature: bytes) -> bool:
    size = (modulus.bit_length() + 7) // 8
    digest = bytes.fromhex(_DIGEST_NAMES[sum_name]) + hashlib.new(sum_name, signed).digest()
    padded = b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest
    return pow(int.from_bytes(signature, "big"), exponent, modulus).to_bytes(size, "big") == padded


def _hash(sum_name: str, signed: bytes) -> int:
    """The leftmost bits of a sum, as many as the curve's order has."""
    return int.from_bytes(hashlib.new(sum_name, signed).digest()[:32], "big")


def _is_ecdsa_signature(owner: Point, digest: int, signature: bytes) -> bool:
    r, s = (int.from_bytes(part.content, "big") for part in der.read(signature).children)
    if not (0 < r < _ORDER and 0 < s < _ORDER):
        return False
    inverse = pow(s, -1, _ORDER)
    point = _add(_times(digest * inverse % _ORDER, _BASE), _times(r * inverse % _ORDER, owner))
    return point is not None and point[0] % _ORDER == r


def sign(key: int, signed: bytes) -> bytes:
    """An ECDSA signature with SHA-256; the same one each time, so that a cluster's life can be led again."""
    digest = _hash("sha256", signed)
    seed = hashlib.sha512(key.to_bytes(32, "big") + signed).digest()
    nonce = int.from_bytes(seed, "big") % (_ORDER - 1) + 1
    point = _times(nonce, _BASE)
    r = point[0] % _ORDER if point else 0
    s = pow(nonce, -1, _ORDER) * (digest + r * key) % _ORDER
    return der.write(der.SEQUENCE, der.integer(r), der.integer(s))


def public_key_info(key: int) -> bytes:
    """The SubjectPublicKeyInfo of a private key."""
    point = _times(key, _BASE) or (0, 0)
    kind = der.write(der.SEQUENCE, der.oid("1.2.840.10045.2.1"), der.oid(_P256))
    content = b"\x04" + b"".join(part.to_bytes(32, "big") for part in point)
    return der.write(der.SEQUENCE, kind, der.bit_string(content))


def new_private_key() -> int:
    """A private key that nobody foresees."""
    import secrets

    return secrets.randbelow(_ORDER - 1) + 1


def private_key_info(key: int) -> bytes:
    """A private key in DER. Mirrors x509.MarshalECPrivateKey."""
    _, public_key = der.read(public_key_info(key)).children
    return der.write(
        der.SEQUENCE,
        der.integer(1),
        der.write(der.OCTET_STRING, key.to_bytes(32, "big")),
        der.write(0xA0, der.oid(_P256)),
        der.write(0xA1, public_key.raw),
    )


def _add(left: Point, right: Point) -> Point:
    if left is None or right is None:
        return right if left is None else left
    (x1, y1), (x2, y2) = left, right
    if x1 == x2 and (y1 + y2) % _PRIME == 0:
        return None
    rise, run = (3 * x1 * x1 - 3, 2 * y1) if left == right else (y2 - y1, x2 - x1)
    slope = rise * pow(run, -1, _PRIME) % _PRIME
    x = (slope * slope - x1 - x2) % _PRIME
    return x, (slope * (x1 - x) - y1) % _PRIME


def _times(number: int, point: Point) -> Point:
    """Doubles and adds, bit by bit."""
    result: Point = None
    while number:
        if number & 1:
            result = _add(result, point)
        point = _add(point, point)
        number >>= 1
    return result
