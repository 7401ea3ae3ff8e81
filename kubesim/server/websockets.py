"""Watches and logs over websockets, as browsers like to have them.

Mirrors apiserver's WatchServer.HandleWS and wsstream.Reader.
"""

from __future__ import annotations

from kubesim.server.answers import pass_on

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from kubesim.server.asgi import Receive, Send

#: In what a reader of a log may want it; without one it is binary as well.
BINARY = "binary.k8s.io"


async def stream_events(
    send: Send, receive: Receive, parts: AsyncGenerator[bytes, None], offered: Sequence[str]
) -> None:
    """Send each line as a message of text, until there are no more or the client is gone."""
    await send({"type": "websocket.accept", "subprotocol": next(iter(offered), None)})

    async def send_lines(part: bytes) -> None:
        for line in part.splitlines(keepends=True):
            await send({"type": "websocket.send", "text": line.decode()})

    if await pass_on(parts, send_lines, receive):
        await send({"type": "websocket.close", "code": 1000})


async def stream_bytes(
    send: Send, receive: Receive, parts: AsyncGenerator[bytes, None], offered: Sequence[str]
) -> None:
    """Send each part as a message of bytes, until there are no more or the client is gone."""
    await send({"type": "websocket.accept", "subprotocol": BINARY if BINARY in offered else None})

    async def send_part(part: bytes) -> None:
        await send({"type": "websocket.send", "bytes": part})

    if await pass_on(parts, send_part, receive):
        await send({"type": "websocket.close", "code": 1000})
