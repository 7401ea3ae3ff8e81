"""Connections that are upgraded: commands in containers, and ports of pods, over websockets or SPDY."""

from __future__ import annotations

import asyncio
import traceback
from threading import Thread

from kubesim import errors
from kubesim.errors import StatusError, UserError
from kubesim.golang.json import dumps
from kubesim.golang.quoting import quote
from kubesim.rest.api_server import refusal
from kubesim.rest.request import PLAIN, Answer, Request
from kubesim.rest.request_info import request_info
from kubesim.rest.statuses import not_simulated
from kubesim.server import forwarding
from kubesim.server.answers import deny
from kubesim.server.command_streams import ERROR, SpdyStreams, Streams, Websocket, streams_of
from kubesim.server.spdy import PROTOCOL as SPDY
from kubesim.startup.context_manager import suppress
from kubesim.startup.json_text import loads
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kubesim.api.meta import Obj
    from kubesim.rest.request_info import RequestInfo
    from kubesim.server.asgi import Receive, Scope, Send
    from kubesim.server.command_streams import Link
    from kubesim.server.forwarding import Forwarder

V4 = "v4.channel.k8s.io"
#: What commands are run by over websockets.
PROTOCOLS = ("v5.channel.k8s.io", V4, "v4.base64.channel.k8s.io", "channel.k8s.io", "base64.channel.k8s.io")
#: Those that say how a command ended in a line of text, if it failed.
_IN_WORDS = ("", "channel.k8s.io", "base64.channel.k8s.io")
_VERSIONS = "x-stream-protocol-version"


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


class Channels:
    """Answers upgraded connections by ``run``, which runs a command in a thread, and ``forward``, which finds a pod."""

    def __init__(self, run: Callable[[Asked, Streams], None], forward: Callable[[str, str], Forwarder]) -> None:
        self._run = run
        self._forward = forward

    async def __call__(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        offered = scope.get("subprotocols", ())
        info = request_info(request)
        part = info.subresource if info.resource == "pods" else ""
        if part == "portforward":
            await self._forwarded(request, info, offered, receive, send)
        elif part in ("exec", "attach") and SPDY in offered:
            if await _agreed(request, V4, send):
                asked = _asked(request, info)
                await _accept(send, V4)
                await self._execute(asked, SpdyStreams(receive, send, _wanted(asked)))
        elif part in ("exec", "attach") and (chosen := _chosen(offered)) is not None:
            await send({"type": "websocket.accept", "subprotocol": chosen or None})
            link = Websocket(receive, send, is_text="base64" in chosen)
            await self._execute(_asked(request, info), link, in_words=chosen in _IN_WORDS)
        else:
            await deny(send, _unknown(request, info))

    async def _forwarded(
        self, request: Request, info: RequestInfo, offered: Sequence[str], receive: Receive, send: Send
    ) -> None:
        tunnels = (SPDY, forwarding.PROTOCOL)
        # Who names none means that of v4: kr8s does.
        chosen = next((one for one in (*tunnels, V4) if one in offered), None if offered else "")
        if chosen is None:
            await deny(send, _unknown(request, info))
        if chosen is None or (chosen == SPDY and not await _agreed(request, forwarding.STREAMS, send)):
            return
        try:
            ports = () if chosen in tunnels else _ports(request)
            forwarder = await asyncio.to_thread(self._forward, info.namespace, info.name)
        except StatusError as error:
            await deny(send, refusal(request, error))
            return
        if chosen == SPDY:
            await _accept(send, forwarding.STREAMS)
        else:
            await send({"type": "websocket.accept", "subprotocol": chosen or None})
        if chosen in tunnels:
            await forwarding.Forwarding(forwarder, send).run(receive)
        else:
            await forwarding.PortChannels(forwarder, ports, send).run(receive)

    async def _execute(self, asked: Asked, link: Link, *, in_words: bool = False) -> None:
        loop = asyncio.get_running_loop()
        outgoing: asyncio.Queue[bytes | None] = asyncio.Queue()

        def put(message: bytes | None) -> None:
            with suppress(RuntimeError):  # the server has stopped
                loop.call_soon_threadsafe(outgoing.put_nowait, message)

        streams = streams_of(put, reads=asked.reads, is_terminal=asked.tty)
        reading = asyncio.create_task(link.read(streams.stdin))
        if await link.is_open():
            # A command may wait for long: it must not take a thread of those by which requests are answered.
            Thread(target=self._ended, args=(asked, streams, put), name="kubesim-command", daemon=True).start()
            while (message := await outgoing.get()) is not None:
                content = message[1:]
                if in_words and message[0] == ERROR:
                    status = loads(content)
                    content = status["message"].encode() if status["status"] == "Failure" else b""
                if content:
                    with suppress(OSError):  # the client has left: as on a real node, the command goes on without it
                        await link.write(message[0], content)
        with suppress(OSError):
            await link.close(reading)

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


def _chosen(offered: Sequence[str]) -> str | None:
    """The protocol that is spoken over a websocket: the empty one if none is asked for, None if none is known."""
    return next((one for one in PROTOCOLS if one in offered), None) if offered else ""


def _asked(request: Request, info: RequestInfo) -> Asked:
    return Asked(
        request,
        info.subresource,
        info.namespace,
        info.name,
        request.parameter("container"),
        tuple(request.parameters("command")),
        request.flag("stdin"),
        request.flag("tty"),
    )


def _wanted(asked: Asked) -> frozenset[str]:
    """The streams that a client opens for a command. Mirrors the kubelet's createStreams."""
    named = ("stdin", "stdout", *(() if asked.tty else ("stderr",)))
    return frozenset(("error", *(name for name in named if asked.request.flag(name))))


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
        failed = f"error executing command [{' '.join(asked.command)}], exit code {error.status}"  # containerd's words
        return {
            "metadata": {},
            "status": "Failure",
            "message": f"command terminated with non-zero exit code: {failed}",
            "reason": "NonZeroExitCode",
            "details": details,
        }
    return {"metadata": {}, "status": "Success"}


def _failure(message: str, reason: str, code: int) -> Obj:
    return {"metadata": {}, "status": "Failure", "message": message, "reason": reason, "code": code}


# what is answered to the request itself


async def _agreed(request: Request, version: str, send: Send) -> bool:
    """Whether the client of SPDY speaks that version; it is refused if not. Mirrors httpstream.Handshake."""
    offered = [one.strip() for one in request.header(_VERSIONS).split(",")]
    if version in offered:
        return True
    why = "unable to upgrade: unable to negotiate protocol: "
    why += f"client supports [{' '.join(offered)}], server accepts [{version}]\n"
    accepted = (("X-Accepted-Stream-Protocol-Versions", version),)
    await deny(send, Answer(403, PLAIN, why.encode(), accepted))
    return False


def _ports(request: Request) -> list[int]:
    """The ports that a websocket without SPDY names; StatusError BadRequest. Mirrors NewV4Options."""
    given = [port for value in request.parameters("ports") for port in value.split(",")]
    if not given:
        raise errors.bad_request('query parameter "port" is required')
    for port in given:
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise errors.bad_request(f"unable to parse {quote(port)} as a port")
    return [int(port) for port in given]


def _unknown(request: Request, info: RequestInfo) -> Answer:
    return refusal(request, not_simulated(f"{info.resource}/{info.subresource} over this protocol"))


async def _accept(send: Send, version: str) -> None:
    """Answer a client of SPDY, with the version of what is spoken in it."""
    await send({"type": "websocket.accept", "headers": [(b"X-Stream-Protocol-Version", version.encode())]})
