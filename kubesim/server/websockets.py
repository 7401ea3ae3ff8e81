"""Watches and logs over websockets, as browsers like to have them, and refusals of what comes as a websocket.

Mirrors apiserver's WatchServer.HandleWS and wsstream.Reader.
"""

from __future__ import annotations

import asyncio

from kubesim.startup.context_manager import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from kubesim.rest.request import Answer
    from kubesim.server.asgi import Receive, Send

#: In what a reader of a log may want it; without one it is binary as well.
BINARY = "binary.k8s.io"


async def deny(answer: Answer, send: Send) -> None:
    """Answer in plain HTTP instead."""
    given = [("Content-Type", answer.content_type), ("Content-Length", str(len(answer.body))), *answer.headers]
    headers = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in given]
    await send({"type": "websocket.http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": answer.body})


async def stream_events(send: Send, receive: Receive, parts: AsyncIterator[bytes], offered: Sequence[str]) -> None:
    """Send each line as a message of text, until there are no more or the client is gone."""
    await send({"type": "websocket.accept", "subprotocol": next(iter(offered), None)})

    async def pump() -> None:
        async for part in parts:
            for line in part.splitlines(keepends=True):
                await send({"type": "websocket.send", "text": line.decode()})

    await _until_gone(send, receive, asyncio.create_task(pump()))


async def stream_bytes(send: Send, receive: Receive, parts: AsyncIterator[bytes], offered: Sequence[str]) -> None:
    """Send each part as a message of bytes, until there are no more or the client is gone."""
    await send({"type": "websocket.accept", "subprotocol": BINARY if BINARY in offered else None})

    async def pump() -> None:
        async for part in parts:
            await send({"type": "websocket.send", "bytes": part})

    await _until_gone(send, receive, asyncio.create_task(pump()))


async def _until_gone(send: Send, receive: Receive, sending: asyncio.Task[None]) -> None:
    leaving = asyncio.create_task(_gone(receive))
    await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
    has_left = leaving.done()
    for task in (sending, leaving):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    if not has_left:
        await send({"type": "websocket.close", "code": 1000})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "websocket.disconnect":
        pass
