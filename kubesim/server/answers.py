"""Answers on their way to a client: whole ones, and those that come in parts until the client leaves."""

from __future__ import annotations

import asyncio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable

    from kubesim.rest.request import Answer
    from kubesim.server.asgi import Receive, Scope, Send

    Headers = list[tuple[bytes, bytes]]

_USUAL = ("Cache-Control", "no-cache, private")


async def send_answer(send: Send, answer: Answer, *, is_head: bool = False) -> None:
    """Send a whole answer over plain HTTP."""
    await send({"type": "http.response.start", "status": answer.status, "headers": _headers(answer)})
    await send({"type": "http.response.body", "body": b"" if is_head else answer.body})


async def deny(send: Send, answer: Answer) -> None:
    """Answer in plain HTTP who has asked for a websocket."""
    await send({"type": "websocket.http.response.start", "status": answer.status, "headers": _headers(answer)})
    await send({"type": "websocket.http.response.body", "body": answer.body})


async def refuse(scope: Scope, send: Send, answer: Answer) -> None:
    """Send a whole answer, whatever was asked for."""
    await (deny if scope["type"] == "websocket" else send_answer)(send, answer)


async def send_parts(
    send: Send, receive: Receive, parts: AsyncGenerator[bytes, None], given: Iterable[tuple[str, str]]
) -> None:
    """Send parts as they come over plain HTTP, with these headers, until there are no more or the client is gone."""
    headers = _encoded([_USUAL, *given])
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": True})

    async def send_part(part: bytes) -> None:
        await send({"type": "http.response.body", "body": part, "more_body": True})

    if await pass_on(parts, send_part, receive):
        await send({"type": "http.response.body", "body": b""})


async def pass_on(
    parts: AsyncGenerator[bytes, None], send_part: Callable[[bytes], Awaitable[None]], receive: Receive
) -> bool:
    """Pass on parts until there are no more or the client is gone; whether it is still there."""

    async def pump() -> None:
        async for part in parts:
            await send_part(part)

    sending, leaving = asyncio.create_task(pump()), asyncio.create_task(_gone(receive))
    try:
        await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        if leaving.done():
            return False
        sending.result()
        return True
    finally:
        sending.cancel()
        leaving.cancel()
        await asyncio.gather(sending, leaving, return_exceptions=True)
        await parts.aclose()


async def _gone(receive: Receive) -> None:
    """Wait until the client has left."""
    while not (await receive())["type"].endswith(".disconnect"):
        pass


def _headers(answer: Answer) -> Headers:
    given = list(answer.headers)
    if answer.content_type:
        given.insert(0, ("Content-Type", answer.content_type))
    if answer.status != 304:
        given.append(("Content-Length", str(len(answer.body))))
    if not any(name == "Cache-Control" for name, _ in answer.headers):
        given.append(_USUAL)
    return _encoded(given)


def _encoded(headers: list[tuple[str, str]]) -> Headers:
    return [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in headers]
