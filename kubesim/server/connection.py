"""A connection that was accepted: uvicorn's, or, where its first request asks for SPDY, upgraded here.

uvicorn upgrades to websockets alone. What speaks SPDY is shown to the application as a websocket with one subprotocol
would be: its messages are pieces of the stream.
"""

from __future__ import annotations

import asyncio
import traceback
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from kubesim.server.spdy import PROTOCOL

if TYPE_CHECKING:
    from typing import Any

_END = b"\r\n\r\n"
_MOST_HEAD = 1 << 16  # bytes; of a longer head uvicorn says what it does
_MOST_WAITING = 64  # pieces that were received and that nobody has read


class Connection(asyncio.Protocol):
    """Looks at the head of the first request; from then on somebody else has the connection."""

    def __init__(self, **given: Any) -> None:
        self._given = given
        self._http: Any = AutoHTTPProtocol(**given)
        self._received = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._http.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, rest = self._received.partition(_END)
        if not end and len(self._received) < _MOST_HEAD:
            return
        if end and _asks_for_spdy(head):
            self._http.connection_lost(ConnectionResetError())  # it never was HTTP's, and stays open
            upgraded = Upgraded(self._transport, self._given["server_state"])
            self._transport.set_protocol(upgraded)
            upgraded.start(self._given["config"].loaded_app, head)
            if rest:
                upgraded.data_received(rest)
        else:
            self._transport.set_protocol(self._http)
            self._http.data_received(self._received)

    def eof_received(self) -> None:
        self._http.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._http.connection_lost(exc)


def _asks_for_spdy(head: bytes) -> bool:
    wanted = PROTOCOL.lower().encode()
    if wanted not in head.lower() or len(head.partition(b"\r\n")[0].split(b" ")) != 3:
        return False
    return any(name == b"upgrade" and wanted in value.lower() for name, value in _headers(head))


def _headers(head: bytes) -> list[tuple[bytes, bytes]]:
    pairs = (line.partition(b":") for line in head.split(b"\r\n")[1:])
    return [(name.strip().lower(), value.strip()) for name, _, value in pairs]


class Upgraded(asyncio.Protocol):
    """A connection that the application has, as if it were a websocket's."""

    def __init__(self, transport: Any, state: Any) -> None:
        self._transport = transport
        self._state = state
        self._incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._can_write = asyncio.Event()
        self._can_write.set()
        self._is_paused = self._has_answered = False

    def start(self, app: Any, head: bytes) -> None:
        """Let the application answer a request with that head."""
        self._incoming.put_nowait({"type": "websocket.connect"})
        self._state.connections.add(self)
        task = asyncio.get_running_loop().create_task(self._run(app, _scope(head)))
        self._state.tasks.add(task)
        task.add_done_callback(self._state.tasks.discard)

    async def _run(self, app: Any, scope: dict[str, Any]) -> None:
        try:
            await app(scope, self._receive, self._send)
        except Exception:  # a bug of ours, which ends the connection
            traceback.print_exc()
        finally:
            self._transport.close()

    # from the client

    def data_received(self, data: bytes) -> None:
        self._incoming.put_nowait({"type": "websocket.receive", "bytes": data})
        if self._incoming.qsize() > _MOST_WAITING and not self._is_paused:
            self._is_paused = True
            self._transport.pause_reading()

    def connection_lost(self, _exc: Exception | None) -> None:
        self._state.connections.discard(self)
        self._can_write.set()
        self.shutdown()

    def shutdown(self) -> None:
        """The client has left, or the server is about to stop."""
        self._incoming.put_nowait({"type": "websocket.disconnect", "code": 1001})

    async def _receive(self) -> dict[str, Any]:
        message = await self._incoming.get()
        if self._is_paused and self._incoming.empty() and not self._transport.is_closing():
            self._is_paused = False
            self._transport.resume_reading()
        return message

    # to the client

    def pause_writing(self) -> None:
        self._can_write.clear()

    def resume_writing(self) -> None:
        self._can_write.set()

    async def _send(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        if kind == "websocket.accept":
            given = [(b"Connection", b"Upgrade"), (b"Upgrade", PROTOCOL.encode()), *message.get("headers", ())]
            self._write_head(101, given)
        elif kind == "websocket.http.response.start":
            self._write_head(message["status"], [*message["headers"], (b"Connection", b"close")])
        elif kind == "websocket.close":
            if not self._has_answered:
                self._write_head(403, [(b"Content-Length", b"0"), (b"Connection", b"close")])
            self._transport.close()
        else:
            await self._can_write.wait()
            self._transport.write(message.get("bytes") or message.get("body") or b"")

    def _write_head(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        self._has_answered = True
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode()]
        self._transport.write(b"\r\n".join([*lines, *(b": ".join(header) for header in headers)]) + _END)


def _scope(head: bytes) -> dict[str, Any]:
    """The request as ASGI has that of a websocket, with its method beside."""
    method, target = head.partition(b"\r\n")[0].split(b" ")[:2]
    path, _, query = target.partition(b"?")
    return {
        "type": "websocket",
        "method": method.decode("latin-1"),
        "path": unquote(path.decode("latin-1")),
        "raw_path": path,
        "query_string": query,
        "headers": _headers(head),
        "subprotocols": [PROTOCOL],
    }
