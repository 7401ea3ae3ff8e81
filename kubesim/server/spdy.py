"""SPDY/3.1, as far as exec, attach and port-forward speak it: streams with headers and data in one connection.

Frames are read from bytes and written as bytes. Mirrors what k8s.io/apimachinery's httpstream/spdy uses of
moby/spdystream: no flow control, no priorities, no pushes.
"""

from __future__ import annotations

import os
import struct
import zlib

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: As it is asked for.
PROTOCOL = "SPDY/3.1"
SYN_STREAM, SYN_REPLY, RST_STREAM, PING, GOAWAY = 1, 2, 3, 6, 7
FIN = 1
MOST_FRAME = 1 << 20  # bytes
_HEAD = 8
_CHUNK = 1 << 15
_VERSION = 0x8003  # a control frame of version 3


class Frame(NamedTuple):
    """What came: ``kind`` is 0 for data; ``headers`` are those of a new stream, ``ends`` says that it is the last."""

    kind: int
    stream: int
    ends: bool
    data: bytes
    headers: dict[str, str]


class Session:
    """One connection: frames in and out, with the compression of headers that lasts as long as it does."""

    def __init__(self) -> None:
        with open(os.path.join(os.path.dirname(__file__), "spdy_dictionary.bin"), "rb") as file:
            dictionary = file.read()
        self._inflate = zlib.decompressobj(zdict=dictionary)
        self._deflate = zlib.compressobj(zdict=dictionary)
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that are whole by now; ValueError for what is none."""
        self._buffer += data
        while len(self._buffer) >= _HEAD:
            first, size = struct.unpack(">II", self._buffer[:_HEAD])
            flags, length = size >> 24, size & 0xFFFFFF
            if length > MOST_FRAME:
                raise ValueError("a frame is too long")
            if len(self._buffer) < _HEAD + length:
                return
            content = bytes(self._buffer[_HEAD : _HEAD + length])
            del self._buffer[: _HEAD + length]
            yield self._frame(first, flags, content)

    def _frame(self, first: int, flags: int, content: bytes) -> Frame:
        ends = bool(flags & FIN)
        if not first >> 31:
            return Frame(0, first, ends, content, {})
        kind = first & 0xFFFF
        stream = struct.unpack(">I", content[:4])[0] & 0x7FFFFFFF if len(content) >= 4 else 0
        headers = self._headers(content[10:]) if kind == SYN_STREAM else {}
        return Frame(kind, stream, ends, content, headers)

    def _headers(self, block: bytes) -> dict[str, str]:
        """The headers of a stream; their names have small letters."""
        try:
            plain = self._inflate.decompress(block, MOST_FRAME)
        except zlib.error as error:
            raise ValueError(str(error)) from error
        at, texts = 4, []
        while at + 4 <= len(plain):
            size = struct.unpack(">I", plain[at : at + 4])[0]
            texts.append(plain[at + 4 : at + 4 + size].decode("latin-1"))
            at += 4 + size
        return {name.lower(): value for name, value in zip(texts[::2], texts[1::2], strict=False)}

    def reply(self, stream: int) -> bytes:
        """A stream is accepted."""
        block = self._deflate.compress(struct.pack(">I", 0)) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        return _control(SYN_REPLY, struct.pack(">I", stream) + block)

    @staticmethod
    def data(stream: int, content: bytes, *, ends: bool = False) -> bytes:
        """Content for a stream, in frames; ``ends``: the last of it."""
        pieces = [content[at : at + _CHUNK] for at in range(0, len(content), _CHUNK)] or [b""]
        frames = []
        for number, piece in enumerate(pieces, 1):
            flags = FIN if ends and number == len(pieces) else 0
            frames.append(struct.pack(">II", stream, flags << 24 | len(piece)) + piece)
        return b"".join(frames)

    @staticmethod
    def pong(frame: Frame) -> bytes:
        """The answer to a ping."""
        return _control(PING, frame.data)


def _control(kind: int, content: bytes) -> bytes:
    return struct.pack(">HHI", _VERSION, kind, len(content)) + content
