"""The server as an ASGI application: requests in, answers, watches and logs out.

Requests that change something are saved together; each is answered once it is on the disk.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from math import inf
from uuid import uuid4

from kubesim.errors import StatusError
from kubesim.rest.api_server import refusal
from kubesim.rest.logs import LogStream
from kubesim.rest.request import UPGRADE, Answer, Request
from kubesim.rest.statuses import not_simulated
from kubesim.rest.watching import Watch
from kubesim.server.answers import deny, send_answer, send_parts
from kubesim.server.compression import compressed, is_worth_it
from kubesim.server.limits import (
    BOOKMARKS,
    LONGEST_WATCH,
    MOST_BATCH,
    MOST_BODY,
    MOST_CHANGES,
    MOST_WATCHES,
    POLL,
    THREADS,
)
from kubesim.server.pacemaker import Pacemaker
from kubesim.server.polling import Polls
from kubesim.server.spdy import PROTOCOL as SPDY
from kubesim.server.websockets import stream_bytes, stream_events

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
    from typing import Any, Protocol

    from kubesim.server.access import Access
    from kubesim.server.asgi import Receive, Scope, Send
    from kubesim.server.page import Page
    from kubesim.server.served_cluster import Found, ServedCluster

    #: Answers a connection that is upgraded; see ``channels``.
    Upgrade = Callable[[Request, Scope, Receive, Send], Awaitable[None]]

    class Application(Protocol):
        """What is served: it answers, and is asked to end what goes on before the server stops."""

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...

        def end(self) -> None: ...


class App:
    """Serves a cluster to whom ``access`` lets in; ``upgrade`` answers websockets, ``page`` people."""

    def __init__(self, served: ServedCluster, access: Access, upgrade: Upgrade, page: Page) -> None:
        self._access = access
        self._served = served
        self._page = page
        self._upgrade = upgrade
        self._waiting: list[tuple[Request, asyncio.Future[Found]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._streams = 0
        self._pacemaker = Pacemaker(served)
        self._polls = Polls()
        self._is_ending = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Let time pass from the server's start to its end."""
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS))
        await receive()
        await self.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def start(self) -> None:
        """Let time pass from now on."""
        self._pacemaker.start()

    async def stop(self) -> None:
        """Let no more time pass, and end what goes on."""
        self.end()
        await self._pacemaker.stop()

    def end(self) -> None:
        """End what goes on: the server is about to stop."""
        self._is_ending.set()
        self._pacemaker.notify()

    # requests

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = self._access.request(scope)
        if request is None:
            await send_answer(send, self._access.refusal)
            return
        body = await _body(receive)
        if body is None:
            why = f"Request entity too large: limit is {MOST_BODY}"
            await send_answer(send, refusal(request, StatusError("RequestEntityTooLarge", why, 413)))
            return
        request = request._replace(body=body)
        if self._page.handles(request) and not request.is_anonymous:
            await send_answer(send, await asyncio.to_thread(self._page.answer, request))
            self._pacemaker.notify()
            return
        self._heed(scope.get("client"), request)
        send = _audited(send, request)
        found = await self._found(request)
        if isinstance(found, Answer):
            if found.status == UPGRADE.status:  # to something that uvicorn does not know
                found = refusal(request, not_simulated("what is to be upgraded to"))
            if is_worth_it(request, found):
                found = await asyncio.to_thread(compressed, found)
            await send_answer(send, found, is_head=request.method == "HEAD")
        else:
            await self._stream(found, request, receive, send)

    def _heed(self, connection: Any, request: Request) -> None:
        """Let the clock go on for who asks the same again and again."""
        now = asyncio.get_running_loop().time()
        poll = self._polls.poll(connection, request, self._served.history.end, now)
        if poll is not None:
            self._pacemaker.polled(is_of_one=bool(poll.name))

    async def _found(self, request: Request) -> Found:
        if not request.changes_something:
            found = await asyncio.to_thread(self._served.read, request)
            self._pacemaker.report()
            return found
        future: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
        self._waiting.append((request, future))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())
        return await future

    async def _write(self) -> None:
        """Write what waits, many requests at a time, until nothing waits."""
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST_BATCH], self._waiting[MOST_BATCH:]
            try:
                answers = await asyncio.to_thread(self._served.write, [request for request, _ in batch])
            except Exception as error:
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
                continue
            for (_, future), answer in zip(batch, answers, strict=True):
                if not future.done():
                    future.set_result(answer)
            self._pacemaker.notify()
        self._writer = None

    # what goes on

    async def _stream(self, found: Watch | LogStream, request: Request, receive: Receive, send: Send) -> None:
        if self._streams >= MOST_WATCHES:
            await send_answer(send, _too_many(request))
            return
        self._streams += 1
        events = self._events(found) if isinstance(found, Watch) else self._log(found)
        content_type = found.content_type if isinstance(found, Watch) else "text/plain"
        try:
            await send_parts(send, receive, events, (("Content-Type", content_type), *found.headers))
        finally:
            self._streams -= 1

    async def _events(self, watch: Watch) -> AsyncGenerator[bytes, None]:
        """The events of a watch, until its time is up or the server ends."""
        loop = asyncio.get_running_loop()
        end = loop.time() + min(watch.options.timeout or LONGEST_WATCH, LONGEST_WATCH)
        lines, place = await asyncio.to_thread(self._served.begin, watch)
        if lines:
            yield b"".join(lines)
        if any(line.startswith(b'{"type":"ERROR"') for line in lines):
            return
        history = self._served.history
        mark = loop.time() + BOOKMARKS if watch.options.bookmarks else inf
        with self._pacemaker.watching(watch):
            while not self._is_ending.is_set() and loop.time() < end:
                changes = history.after(place, MOST_CHANGES)
                if changes is None:
                    return
                place += len(changes)
                if changes and watch.converts:
                    found = await asyncio.to_thread(self._served.events, watch, changes)
                else:
                    found = [line for change, version in changes for line in watch.events(change, version)]
                if loop.time() >= mark and history.end == place:
                    mark = loop.time() + BOOKMARKS
                    found.append(watch.bookmark(history.version_at(place)))
                if found:
                    yield b"".join(found)
                if history.end == place:
                    await self._pacemaker.wait(min(end, mark) - loop.time())

    async def _log(self, log: LogStream) -> AsyncGenerator[bytes, None]:
        """A log, and what comes to it while it is followed."""
        yield log.first
        with self._pacemaker.watching(log):
            while log.options.follow and not log.is_over and not self._is_ending.is_set():
                await self._pacemaker.wait(POLL)
                more = await asyncio.to_thread(self._served.more, log)
                if more:
                    yield more

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = self._access.request(scope)
        if request is None:
            await deny(send, self._access.refusal)
            return
        if self._streams >= MOST_WATCHES:
            await deny(send, _too_many(request))
            return
        self._streams += 1
        try:
            await receive()  # websocket.connect
            found = await self._found(request)
            if isinstance(found, Answer) and found.status == UPGRADE.status:
                await self._upgrade(request, scope, receive, send)
            else:
                await self._streamed(found, request, scope["subprotocols"], receive, send)
        finally:
            self._streams -= 1
            self._pacemaker.notify()

    async def _streamed(
        self, found: Found, request: Request, offered: Sequence[str], receive: Receive, send: Send
    ) -> None:
        """Answer a websocket with a watch, a log, or what plain HTTP would be answered."""
        if request.is_proxied or (SPDY in offered and not isinstance(found, Answer)):
            await deny(send, refusal(request, not_simulated("what is upgraded there")))
        elif isinstance(found, Answer):
            await deny(send, found)
        elif isinstance(found, Watch):
            await stream_events(send, receive, self._events(found), offered)
        else:
            await stream_bytes(send, receive, self._log(found), offered)


async def _body(receive: Receive) -> bytes | None:
    """The content of a request, None where there is too much of it."""
    parts, size = [], 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > MOST_BODY:
            return None
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


def _too_many(request: Request) -> Answer:
    why = "Too many requests, please try again later."
    return refusal(request, StatusError("TooManyRequests", why, 429, retry_after=1))


def _audited(send: Send, request: Request) -> Send:
    """Sends answers with the number that the audit has of their request: the client's own, or any."""
    number = request.header("audit-id") or str(uuid4())

    async def sending(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = [(b"audit-id", number.encode("latin-1")), *message["headers"]]
            message = {**message, "headers": headers}
        await send(message)

    return sending
