"""Bytes in base64, as Go's encoding/base64 reads them."""

from __future__ import annotations

import base64
import binascii


def decode(text: str) -> bytes:
    """The bytes of a text, of which line ends do not count; ValueError in Go's words.

    Mirrors StdEncoding.DecodeString.
    """
    plain = text.replace("\r", "").replace("\n", "")
    try:
        if len(plain) % 4 == 0:
            return base64.b64decode(plain, validate=True)
    except binascii.Error:
        pass
    raise ValueError(f"illegal base64 data at input byte {_first_illegal(plain)}")


def decode_url(text: str) -> bytes:
    """The bytes of a text in the alphabet for addresses, without padding; ValueError in Go's words.

    Mirrors RawURLEncoding.DecodeString.
    """
    legal = len(text) - len(text.lstrip(_URL_ALPHABET))
    if legal < len(text):
        raise ValueError(f"illegal base64 data at input byte {legal}")
    if legal % 4 == 1:
        raise ValueError(f"illegal base64 data at input byte {legal - 1}")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encode_url(content: bytes) -> str:
    """Bytes in the alphabet for addresses, without padding. Mirrors RawURLEncoding.EncodeToString."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _first_illegal(text: str) -> int:
    """Where Go's decoder stops: at the first strange character, at what follows the padding, or where it is short."""
    body = len(text) - len(text.lstrip(_ALPHABET))
    place = body % 4
    if body == len(text):
        return body - place
    if text[body] != "=" or place < 2:
        return body
    if place == 2 and text[body + 1 :][:1] != "=":
        return body if body + 1 < len(text) else len(text)
    return body + (2 if place == 2 else 1)


_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_URL_ALPHABET = _ALPHABET[:-2] + "-_"
