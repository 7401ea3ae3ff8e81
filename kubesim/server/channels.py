"""Commands in containers over websockets: streams side by side on numbered channels.

Mirrors apimachinery's remotecommand protocols v4.channel.k8s.io and v5.channel.k8s.io, in which the first byte of each
message is the number of its channel.
"""

from __future__ import annotations

import asyncio
import queue
import traceback

from kubesim.errors import StatusError, UserError
from kubesim.golang.json import dumps
from kubesim.rest.api_server import refusal
from kubesim.rest.request import Request
from kubesim.rest.request_info import request_info
from kubesim.rest.statuses import not_simulated
from kubesim.server import forwarding
from kubesim.startup.context_manager import suppress
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.rest.request_info import RequestInfo
    from kubesim.server.app import Receive, Scope, Send
    from kubesim.server.forwarding import Forwarder

STDIN, STDOUT, STDERR, ERROR, CLOSE = 0, 1, 2, 3, 255
PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")


class Asked(NamedTuple):
    """A command for a container, or, for ``attach``, its own program.

    ``reads``: standard input is passed on; ``tty``: the client has a terminal.
    """

    request: Request
    subresource: str
    namespace: str
    pod: str
    container: str
    command: tuple[str, ...]
    reads: bool
    tty: bool


class Channel:
    """A stream of the command, one way."""

    def __init__(self, number: int, send: Callable[[bytes], None]) -> None:
        self._number = number
        self._send = send

    def write_data(self, text: str, /) -> int:
        if text:
            self._send(bytes((self._number,)) + text.encode(errors="surrogateescape"))
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

    def feed(self, piece: bytes) -> None:
        """A piece that has come; an empty one ends it."""
        self._pieces.put(piece)

    def readline(self) -> str:
        """The next line; waits for it. Empty at the end."""
        while b"\n" not in self._rest and not self._is_over:
            piece = self._pieces.get()
            self._is_over = not piece
            self._rest += piece
        line, newline, self._rest = self._rest.partition(b"\n")
        return (line + newline).decode(errors="surrogateescape")

    def isatty(self) -> bool:
        """Nobody sits here."""
        return False


class Streams(NamedTuple):
    """What a command has around it."""

    stdin: Input
    out: Channel
    err: Channel
    home: None = None


class Channels:
    """Answers upgraded connections by ``run``, which runs a command in a thread, and ``forward``, which finds a pod."""

    def __init__(
        self, run: Callable[[Asked, Streams], None], forward: Callable[[Request, str, str], Forwarder]
    ) -> None:
        self._run = run
        self._forward = forward

    async def __call__(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        offered = scope.get("subprotocols", ())
        protocol = next((one for one in PROTOCOLS if one in offered), None)
        info = request_info(request)
        if info.subresource == "portforward" and info.resource == "pods" and forwarding.PROTOCOL in offered:
            await self._forwarded(request, info, receive, send)
            return
        if info.subresource not in ("exec", "attach") or info.resource != "pods" or protocol is None:
            what = f"{info.resource}/{info.subresource} over this protocol"
            await _refuse(request, not_simulated(what), send)
            return
        await send({"type": "websocket.accept", "subprotocol": protocol})
        asked = Asked(
            request,
            info.subresource,
            info.namespace,
            info.name,
            request.parameter("container"),
            tuple(request.parameters("command")),
            request.flag("stdin"),
            request.flag("tty"),
        )
        await self._execute(asked, receive, send)

    async def _forwarded(self, request: Request, info: RequestInfo, receive: Receive, send: Send) -> None:
        try:
            forwarder = await asyncio.to_thread(self._forward, request, info.namespace, info.name)
        except StatusError as error:
            await _refuse(request, error, send)
            return
        await send({"type": "websocket.accept", "subprotocol": forwarding.PROTOCOL})
        await forwarding.Forwarding(forwarder, send).run(receive)

    async def _execute(self, asked: Asked, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        outgoing: asyncio.Queue[bytes | None] = asyncio.Queue()

        def put(message: bytes | None) -> None:
            loop.call_soon_threadsafe(outgoing.put_nowait, message)

        streams = Streams(Input(), Channel(STDOUT, put), Channel(STDERR, put))
        reading = asyncio.create_task(_read(receive, streams.stdin))
        running = loop.run_in_executor(None, self._ended, asked, streams, put)
        while (message := await outgoing.get()) is not None:
            await send({"type": "websocket.send", "bytes": message})
        await running
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading
        await send({"type": "websocket.close", "code": 1000})

    def _ended(self, asked: Asked, streams: Streams, put: Callable[[bytes | None], None]) -> None:
        """Run the command, and say at last how it ended."""
        try:
            try:
                status = _status_after(self._run, asked, streams)
            except Exception:  # a bug of ours, of which the client learns as well
                traceback.print_exc()
                status = _failure("Internal error occurred: a bug", "InternalError", 500)
            put(bytes((ERROR,)) + dumps(status, sort_keys=False).encode())
        finally:
            put(None)


def _status_after(run: Callable[[Asked, Streams], None], asked: Asked, streams: Streams) -> Obj:
    """How a command ended, as the kubelet's streaming server writes it."""
    try:
        run(asked, streams)
    except StatusError as error:
        return _failure(error.message, error.reason, error.code)
    except UserError as error:
        if not error.bare:
            return _failure(error.message, "InternalError", 500)
        cause = {"reason": "ExitCode", "message": str(error.status)}
        details = {"causes": [cause]}
        return {
            "metadata": {},
            "status": "Failure",
            "message": f"command terminated with non-zero exit code: {error.message}",
            "reason": "NonZeroExitCode",
            "details": details,
        }
    return {"metadata": {}, "status": "Success"}


def _failure(message: str, reason: str, code: int) -> Obj:
    return {"metadata": {}, "status": "Failure", "message": message, "reason": reason, "code": code}


async def _read(receive: Receive, stdin: Input) -> None:
    """Pass on what the client sends, until it closes its input or leaves."""
    while True:
        message: dict[str, Any] = await receive()
        if message["type"] == "websocket.disconnect":
            stdin.feed(b"")
            return
        content: bytes = message.get("bytes") or (message.get("text") or "").encode()
        if content[:1] == bytes((STDIN,)) and len(content) > 1:
            stdin.feed(content[1:])
        elif content[:2] == bytes((CLOSE, STDIN)):
            stdin.feed(b"")


async def _refuse(request: Request, error: StatusError, send: Send) -> None:
    """Answer in plain HTTP instead."""
    answer = refusal(request, error)
    headers = [(b"content-type", answer.content_type.encode()), (b"content-length", str(len(answer.body)).encode())]
    await send({"type": "websocket.http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": answer.body})
