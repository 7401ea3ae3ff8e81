"""Ports of a pod over SPDY, by itself or in a websocket's binary messages, as port-forward of kubectl has it.

Mirrors client-go's tools/portforward on the other side: each connection has a stream for errors and one for data.
"""

from __future__ import annotations

import asyncio
import struct

from kubesim.server.spdy import GOAWAY, PING, RST_STREAM, SYN_STREAM, Frame, Session
from kubesim.startup.context_manager import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from kubesim.server.asgi import Receive, Send

    class Forwarder(Protocol):
        """The pod at the other end. Each method may take its time."""

        def refusal(self, port: int) -> str:
            """Why nobody takes a connection on a port, empty if somebody does."""
            ...

        def answers(self, port: int, received: bytearray) -> tuple[bytes, bool, str]:
            """What comes back for what was received, whether the connection ends then, and what went wrong."""
            ...


#: How the streams of forwarded connections go, and that in a websocket.
STREAMS = "portforward.k8s.io"
PROTOCOL = f"SPDY/3.1+{STREAMS}"


class _Connection:
    """One forwarded connection; of SPDY, once both of its streams are open."""

    def __init__(self, port: int = 0) -> None:
        self.error = self.data = 0  # streams
        self.port = port
        self.received = bytearray()
        self.has_ended = False


class Forwarding:
    """A client's tunnel to one pod."""

    def __init__(self, forwarder: Forwarder, send: Send) -> None:
        self._forwarder = forwarder
        self._send = send
        self._session = Session()
        self._half_open: dict[str, _Connection] = {}  # with one of their streams, by the number of the request
        self._by_stream: dict[int, _Connection] = {}

    async def run(self, receive: Receive) -> None:
        """Forward until the client leaves."""
        with suppress(ValueError):  # it speaks something else
            while True:
                message = await receive()
                if message["type"] == "websocket.disconnect":
                    return
                for frame in self._session.feed(message.get("bytes") or b""):
                    if frame.kind == GOAWAY:
                        return
                    await self._take(frame)

    async def _take(self, frame: Frame) -> None:
        if frame.kind == SYN_STREAM:
            await self._open(frame)
        elif frame.kind == PING:
            await self._write(self._session.pong(frame))
        elif frame.kind == RST_STREAM:
            self._by_stream.pop(frame.stream, None)
        elif frame.kind == 0:
            connection = self._by_stream.get(frame.stream)
            if connection is not None and frame.stream == connection.data:
                connection.received += frame.data
                await self._answer(connection, is_over=frame.ends)

    async def _open(self, frame: Frame) -> None:
        """Accept a stream; a connection is made once it has both."""
        headers = frame.headers
        number = headers.get("requestid", "")
        connection = self._half_open.setdefault(number, _Connection())
        self._by_stream[frame.stream] = connection
        connection.port = int(headers.get("port", "0") or 0)
        if headers.get("streamtype") == "error":
            connection.error = frame.stream
        else:
            connection.data = frame.stream
        await self._write(self._session.reply(frame.stream))
        if connection.error and connection.data:
            self._half_open.pop(number, None)
            why = await asyncio.to_thread(self._forwarder.refusal, connection.port)
            if why:
                await self._end(connection, why)

    async def _answer(self, connection: _Connection, *, is_over: bool) -> None:
        work = self._forwarder.answers
        content, ends, why = await asyncio.to_thread(work, connection.port, connection.received)
        if content:
            await self._write(self._session.data(connection.data, content))
        if ends or why or is_over:
            await self._end(connection, why)

    async def _end(self, connection: _Connection, why: str) -> None:
        """Close both streams; what went wrong is said on the one for that. What comes then is nobody's."""
        self._by_stream.pop(connection.error, None)
        self._by_stream.pop(connection.data, None)
        await self._write(self._session.data(connection.error, why.encode(), ends=True))
        await self._write(self._session.data(connection.data, b"", ends=True))

    async def _write(self, content: bytes) -> None:
        await self._send({"type": "websocket.send", "bytes": content})


class PortChannels:
    """A client's websocket to one pod, with a connection to each port that was named before: two channels for each.

    Mirrors the kubelet's websocket of v4.channel.k8s.io: each channel begins with its port.
    """

    def __init__(self, forwarder: Forwarder, ports: Sequence[int], send: Send) -> None:
        self._forwarder = forwarder
        self._send = send
        self._connections = [_Connection(port) for port in ports]

    async def run(self, receive: Receive) -> None:
        """Forward until the client leaves, or every connection has ended."""
        for number, connection in enumerate(self._connections):
            for channel in (2 * number, 2 * number + 1):
                await self._write(channel, struct.pack("<H", connection.port))
            await self._end(number, await asyncio.to_thread(self._forwarder.refusal, connection.port))
        while not all(connection.has_ended for connection in self._connections):
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return
            content: bytes = message.get("bytes") or (message.get("text") or "").encode("latin-1", "replace")
            number, is_error = divmod(content[0], 2) if content else (len(self._connections), 0)
            if number < len(self._connections) and not is_error:
                await self._answer(number, content[1:])
        await self._send({"type": "websocket.close", "code": 1000})

    async def _answer(self, number: int, content: bytes) -> None:
        connection = self._connections[number]
        if connection.has_ended:
            return
        connection.received += content
        work = self._forwarder.answers
        answer, ends, why = await asyncio.to_thread(work, connection.port, connection.received)
        if answer:
            await self._write(2 * number, answer)
        connection.has_ended = ends
        await self._end(number, why)

    async def _end(self, number: int, why: str) -> None:
        """End a connection if something went wrong, and say what on its second channel."""
        if why:
            self._connections[number].has_ended = True
            await self._write(2 * number + 1, why.encode())

    async def _write(self, channel: int, content: bytes) -> None:
        await self._send({"type": "websocket.send", "bytes": bytes((channel,)) + content})
