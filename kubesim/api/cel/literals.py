"""What the text of a literal stands for. Mirrors the parser's visitors of literals, and its unescape."""

from __future__ import annotations

import re

from kubesim.api.cel.syntax import Problem
from kubesim.api.cel.values import Uint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.cel.lexer import Token

_PLAIN = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ESCAPES = re.compile(r"\\(?:[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|(.))", re.DOTALL)


def value_of(token: Token, sign: str = "") -> Any:
    """The value of a literal with a minus before it, or none; Problem for one that is out of range."""
    kind, text = token.kind, token.text
    if kind in ("true", "false"):
        return kind == "true"
    if kind == "null":
        return None
    if kind == "NUM_INT":
        return _bounded(token, sign + text, -(2**63), 2**63 - 1, "int")
    if kind == "NUM_UINT":
        return Uint(_bounded(token, text[:-1], 0, 2**64 - 1, "uint"))
    if kind == "NUM_FLOAT":
        number = float(sign + text)
        if abs(number) == float("inf"):
            raise Problem(token.offset, "invalid double literal")
        return number
    return _unquoted(token, text[1:], is_bytes=True) if kind == "BYTES" else _unquoted(token, text, is_bytes=False)


def _bounded(token: Token, text: str, low: int, high: int, name: str) -> int:
    digits = text.lstrip("-")
    number = int(digits, 16 if digits.startswith("0x") else 10) * (-1 if text.startswith("-") else 1)
    if not low <= number <= high:
        raise Problem(token.offset - (text.startswith("-")), f"invalid {name} literal")
    return number


def _unquoted(token: Token, text: str, *, is_bytes: bool) -> Any:
    is_raw = text[0] in "rR"
    text = text[1:] if is_raw else text
    width = 3 if text.startswith(('"""', "'''")) and len(text) >= 6 else 1
    text = text[width:-width].replace("\r\n", "\n").replace("\r", "\n")
    if is_bytes:
        return _as_bytes(token, text, is_raw=is_raw)
    return text if is_raw or "\\" not in text else _ESCAPES.sub(lambda found: _character(token, found), text)


def _character(token: Token, found: re.Match[str]) -> str:
    if found[5]:
        return _PLAIN.get(found[5], found[5])
    point = int(found[4], 8) if found[4] else int(found[1] or found[2] or found[3], 16)
    if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF:
        raise Problem(token.offset, "invalid unicode code point")
    return chr(point)


def _as_bytes(token: Token, text: str, *, is_raw: bool) -> bytes:
    if is_raw:
        return text.encode()
    parts, end = [], 0
    for found in _ESCAPES.finditer(text):
        parts.append(text[end : found.start()].encode())
        end = found.end()
        if found[2] or found[3]:
            raise Problem(token.offset, "unable to unescape string")
        if found[1] or found[4]:
            parts.append(bytes([int(found[1], 16) if found[1] else int(found[4], 8)]))
        else:
            parts.append(_PLAIN.get(found[5], found[5]).encode())
    return b"".join((*parts, text[end:].encode()))
