"""Ports of a pod over a websocket: what port-forward of kubectl speaks, SPDY in a tunnel of binary messages.

Mirrors client-go's tools/portforward on the other side: each connection has a stream for errors and one for data.
"""

from __future__ import annotations

import asyncio

from kubesim.server.spdy import GOAWAY, PING, RST_STREAM, SYN_STREAM, Frame, Session
from kubesim.startup.context_manager import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from kubesim.server.app import Receive, Send

    class Forwarder(Protocol):
        """The pod at the other end. Each method may take its time."""

        def refusal(self, port: int) -> str:
            """Why nobody takes a connection on a port, empty if somebody does."""
            ...

        def answers(self, port: int, received: bytearray) -> tuple[bytes, bool, str]:
            """What comes back for what was received, whether the connection ends then, and what went wrong."""
            ...


PROTOCOL = "SPDY/3.1+portforward.k8s.io"


class _Connection:
    """One forwarded connection, once both of its streams are open."""

    def __init__(self) -> None:
        self.error = self.data = 0  # streams
        self.port = 0
        self.received = bytearray()
        self.has_ended = False


class Forwarding:
    """A client's tunnel to one pod."""

    def __init__(self, forwarder: Forwarder, send: Send) -> None:
        self._forwarder = forwarder
        self._send = send
        self._session = Session()
        self._connections: dict[str, _Connection] = {}
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
        connection = self._connections.setdefault(headers.get("requestid", ""), _Connection())
        self._by_stream[frame.stream] = connection
        connection.port = int(headers.get("port", "0") or 0)
        if headers.get("streamtype") == "error":
            connection.error = frame.stream
        else:
            connection.data = frame.stream
        await self._write(self._session.reply(frame.stream))
        if connection.error and connection.data:
            why = await asyncio.to_thread(self._forwarder.refusal, connection.port)
            if why:
                await self._end(connection, why)

    async def _answer(self, connection: _Connection, *, is_over: bool) -> None:
        if connection.has_ended:
            return
        work = self._forwarder.answers
        content, ends, why = await asyncio.to_thread(work, connection.port, connection.received)
        if content:
            await self._write(self._session.data(connection.data, content))
        if ends or why or is_over:
            await self._end(connection, why)

    async def _end(self, connection: _Connection, why: str) -> None:
        """Close both streams; what went wrong is said on the one for that."""
        connection.has_ended = True
        await self._write(self._session.data(connection.error, why.encode(), ends=True))
        await self._write(self._session.data(connection.data, b"", ends=True))

    async def _write(self, content: bytes) -> None:
        await self._send({"type": "websocket.send", "bytes": content})
