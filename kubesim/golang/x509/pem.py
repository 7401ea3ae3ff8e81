"""Bytes in armour: ``-----BEGIN CERTIFICATE-----``. Mirrors encoding/pem."""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple

CERTIFICATE = "CERTIFICATE"

_BEGIN, _END, _DASHES = b"-----BEGIN ", b"-----END ", b"-----"


class Block(NamedTuple):
    """What one armour holds; headers are counted only."""

    type: str
    content: bytes
    has_headers: bool


def decode_all(data: bytes) -> list[Block]:
    """The blocks in a text; what is not well formed is passed over."""
    blocks: list[Block] = []
    lines = data.splitlines()
    start = None
    for index, line in enumerate(map(bytes.rstrip, lines)):
        if line.startswith(_BEGIN) and line.endswith(_DASHES):
            start = index
        elif start is not None and line.startswith(_END):
            opened = lines[start].rstrip()[len(_BEGIN) :]
            block = _block(opened, lines[start + 1 : index]) if line[len(_END) :] == opened else None
            blocks += [block] if block else []
            start = None
    return blocks


def _block(opened: bytes, lines: list[bytes]) -> Block | None:
    from base64 import b64decode
    from binascii import Error

    headers = [line for line in lines if b":" in line]
    try:
        content = b64decode(b"".join(line.strip() for line in lines if b":" not in line), validate=True)
    except Error:
        return None
    return Block(opened.removesuffix(_DASHES).decode(errors="replace"), content, bool(headers))


def encode(type_: str, content: bytes) -> bytes:
    """The armour, 64 letters a line. Mirrors pem.EncodeToMemory."""
    from base64 import b64encode

    text = b64encode(content)
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    kind = type_.encode()
    return b"\n".join([_BEGIN + kind + _DASHES, *lines, _END + kind + _DASHES, b""])
