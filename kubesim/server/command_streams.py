"""A command's streams on their way to a client: as channels of a websocket, or as streams of SPDY.

Mirrors apimachinery's remotecommand protocols. In v4.channel.k8s.io and v5.channel.k8s.io the first byte of a
websocket's message is the number of its channel; SPDY has a stream for each, which names what it is for.
"""

from __future__ import annotations

import asyncio
import queue
from base64 import b64decode, b64encode

from kubesim.server.spdy import GOAWAY, PING, SYN_STREAM, Frame, Session
from kubesim.server.terminal import RemoteKeyboard
from kubesim.startup.context_manager import suppress
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Protocol

    from kubesim.server.asgi import Receive, Send

    class Link(Protocol):
        """The way to a client."""

        async def is_open(self) -> bool:
            """Wait for what the client has to open; False if it has left instead."""
            ...

        async def read(self, stdin: Input) -> None:
            """Pass on what the client sends, until it closes its input or leaves."""
            ...

        async def write(self, number: int, content: bytes) -> None:
            """Send what is for the channel of a number."""
            ...

        async def close(self, reading: asyncio.Task[None]) -> None:
            """Nothing more is sent; ``reading`` is the task that reads."""
            ...


STDIN, STDOUT, STDERR, ERROR, CLOSE = 0, 1, 2, 3, 255
_RESIZE = 4
_NUMBERS = {"stdin": STDIN, "stdout": STDOUT, "stderr": STDERR, "error": ERROR, "resize": _RESIZE}
_LINGER = 2.0  # seconds that a client has to take what was sent


class Channel:
    """A stream of the command, one way; ``is_terminal``: what it is shown on moves down a line only with a newline."""

    def __init__(self, number: int, send: Callable[[bytes], None], *, is_terminal: bool = False) -> None:
        self._number = number
        self._send = send
        self._newline = "\r\n" if is_terminal else "\n"

    def write_data(self, text: str, /) -> int:
        if text:
            shown = text.replace("\n", self._newline)
            self._send(bytes((self._number,)) + shown.encode(errors="surrogateescape"))
        return len(text)

    def write(self, text: str, /) -> int:
        """As ``write_data``: who reads it is not known here."""
        return self.write_data(text)

    def flush(self) -> None:
        """Nothing is held back."""


class Input:
    """Standard input, of which a command reads lines while the client sends pieces."""

    def __init__(self) -> None:
        self._pieces: queue.Queue[bytes] = queue.Queue()
        self._rest = b""
        self._is_over = False
        #: Whether the client has left.
        self.is_left = False

    def feed(self, piece: bytes) -> None:
        """A piece that has come; an empty one ends it."""
        self._pieces.put(piece)

    def leave(self) -> None:
        """The client is gone."""
        self.is_left = True
        self.feed(b"")

    def readline(self) -> str:
        """The next line; waits for it. Empty at the end."""
        while b"\n" not in self._rest and not self._is_over:
            self._rest += self.next()
        line, newline, self._rest = self._rest.partition(b"\n")
        return (line + newline).decode(errors="surrogateescape")

    def next(self) -> bytes:
        """The next piece; waits for it. Empty at the end."""
        piece = b"" if self._is_over else self._pieces.get()
        self._is_over = not piece
        return piece

    def present(self) -> bytes:
        """A piece that is there already, empty if there is none."""
        try:
            piece = self._pieces.get_nowait()
        except queue.Empty:
            return b""
        self._is_over |= not piece
        return piece

    def isatty(self) -> bool:
        """Nobody sits here."""
        return False


class Streams(NamedTuple):
    """What a command has around it; ``keyboard`` is a person's, at a terminal."""

    stdin: Input
    out: Channel
    err: Channel
    keyboard: RemoteKeyboard | None = None
    home: None = None


def streams_of(put: Callable[[bytes], None], *, reads: bool, is_terminal: bool) -> Streams:
    """Streams for a client, to which ``put`` sends; on a terminal all that a command prints is one stream."""
    stdin, out = Input(), Channel(STDOUT, put, is_terminal=is_terminal)
    if not is_terminal:
        return Streams(stdin, out, Channel(STDERR, put))
    return Streams(stdin, out, out, RemoteKeyboard(stdin, out) if reads else None)


class Websocket:
    """A client with a websocket; ``is_text``: its messages are in base64, after a digit for the channel."""

    def __init__(self, receive: Receive, send: Send, *, is_text: bool = False) -> None:
        self._receive = receive
        self._send = send
        self._is_text = is_text

    async def is_open(self) -> bool:
        """Its channels are there without being opened."""
        return True

    async def read(self, stdin: Input) -> None:
        """Pass on what the client sends, until it closes its input or leaves."""
        while True:
            message: dict[str, Any] = await self._receive()
            if message["type"] == "websocket.disconnect":
                stdin.leave()
                return
            content = self._read(message.get("bytes") or (message.get("text") or "").encode())
            if content[:1] == bytes((STDIN,)) and len(content) > 1:
                stdin.feed(content[1:])
            elif content[:2] == bytes((CLOSE, STDIN)):
                stdin.feed(b"")

    async def write(self, number: int, content: bytes) -> None:
        """Send what is for the channel of a number."""
        if self._is_text:
            await self._send({"type": "websocket.send", "text": f"{number}{b64encode(content).decode()}"})
        else:
            await self._send({"type": "websocket.send", "bytes": bytes((number,)) + content})

    def _read(self, content: bytes) -> bytes:
        """A message as one of bytes has it."""
        if not self._is_text or not content:
            return content
        with suppress(ValueError):
            return bytes((content[0] - ord("0"),)) + b64decode(content[1:], validate=True)
        return b""

    async def close(self, reading: asyncio.Task[None]) -> None:
        """Nothing more is sent."""
        await _end(reading)
        await self._send({"type": "websocket.close", "code": 1000})


class SpdyStreams:
    """A client with SPDY, which opens a stream for each of ``wanted``."""

    def __init__(self, receive: Receive, send: Send, wanted: frozenset[str]) -> None:
        self._receive = receive
        self._send = send
        self._wanted = {_NUMBERS[name] for name in wanted}
        self._session = Session()
        self._streams: dict[int, int] = {}  # by the numbers of channels
        self._is_ready = asyncio.Event()

    async def is_open(self) -> bool:
        """Wait for the streams that are wanted; False if the client has left instead."""
        await self._is_ready.wait()
        return self._wanted <= self._streams.keys()

    async def read(self, stdin: Input) -> None:
        """Pass on what the client sends, until it leaves."""
        with suppress(ValueError):  # it speaks something else
            while (message := await self._receive())["type"] != "websocket.disconnect":
                frames = list(self._session.feed(message["bytes"]))
                for frame in frames:
                    await self._take(frame, stdin)
                if any(frame.kind == GOAWAY for frame in frames):
                    break
        stdin.leave()
        self._is_ready.set()

    async def _take(self, frame: Frame, stdin: Input) -> None:
        if frame.kind == SYN_STREAM:
            self._streams[_NUMBERS.get(frame.headers.get("streamtype", ""), CLOSE)] = frame.stream
            await self._write(self._session.reply(frame.stream))
            if self._wanted <= self._streams.keys():
                self._is_ready.set()
        elif frame.kind == PING:
            await self._write(self._session.pong(frame))
        elif frame.kind == 0 and frame.stream == self._streams.get(STDIN):
            if frame.data:
                stdin.feed(frame.data)
            if frame.ends:
                stdin.feed(b"")

    async def write(self, number: int, content: bytes) -> None:
        """Send what is for the channel of a number, if the client has a stream for it."""
        if number in self._streams:
            await self._write(self._session.data(self._streams[number], content))

    async def close(self, reading: asyncio.Task[None]) -> None:
        """Nothing more is sent; the client has a moment to leave by itself."""
        for stream in self._streams.values():
            await self._write(self._session.data(stream, b"", ends=True))
        await asyncio.wait((reading,), timeout=_LINGER)
        await _end(reading)

    async def _write(self, content: bytes) -> None:
        await self._send({"type": "websocket.send", "bytes": content})


async def _end(reading: asyncio.Task[None]) -> None:
    reading.cancel()
    with suppress(asyncio.CancelledError):
        await reading
