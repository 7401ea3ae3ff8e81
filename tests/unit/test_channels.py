"""Commands in containers over websockets: what travels on which channel, and how the end of a command is said."""

from __future__ import annotations

import asyncio
import json
import struct
import time
import zlib
from base64 import b64decode, b64encode
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from kubesim.errors import UserError, not_found
from kubesim.rest.request import Request
from kubesim.server import spdy
from kubesim.server.channels import Channels
from kubesim.server.forwarding import PROTOCOL, Forwarding, PortChannels

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.server.channels import Asked
    from kubesim.server.command_streams import Streams
    from kubesim.server.terminal import RemoteKeyboard

    Run = Callable[[Asked, Streams], None]

EXEC = "/api/v1/namespaces/default/pods/web/exec?command=cat&command=-n&container=c&stdin=true&stdout=true"
V5 = "v5.channel.k8s.io"
LEAVES = b""


def no_pod(_namespace: str, name: str) -> Any:
    raise not_found("pods", "", name)


def _message(piece: bytes) -> dict[str, Any]:
    if piece == LEAVES:
        return {"type": "websocket.disconnect"}
    return {"type": "websocket.receive", "bytes": piece}


def talk(run: Run, target: str = EXEC, typed: tuple[bytes, ...] = (), protocols: tuple[str, ...] = (V5,)) -> list[Any]:
    """What the server sends to a client that types something."""
    sent: list[Any] = []

    async def session() -> None:
        incoming = [_message(piece) for piece in typed]

        async def receive() -> Any:
            if incoming:
                return incoming.pop(0)
            await asyncio.Event().wait()
            raise AssertionError("unreachable")

        async def send(message: Any) -> None:
            sent.append(message)

        await Channels(run, no_pod)(Request.of_target("GET", target), {"subprotocols": list(protocols)}, receive, send)

    asyncio.run(asyncio.wait_for(session(), 10))
    return sent


def status_of(sent: list[Any]) -> Any:
    """What came on the channel of errors, which is the last."""
    assert sent[-1] == {"type": "websocket.close", "code": 1000}
    assert sent[-2]["bytes"][0] == 3
    return json.loads(sent[-2]["bytes"][1:])


def test_streams_travel_side_by_side() -> None:
    def cat(asked: Asked, streams: Streams) -> None:
        assert asked[1:] == ("exec", "default", "web", "c", ("cat", "-n"), True, False)
        while line := streams.stdin.readline():
            streams.out.write_data(line)
        streams.err.write("done")

    sent = talk(cat, typed=(b"\0one\nt", b"\0wo\n", b"\xff\0"))
    assert sent[0] == {"type": "websocket.accept", "subprotocol": V5}
    assert [message["bytes"] for message in sent[1:-2]] == [b"\1one\n", b"\1two\n", b"\2done"]
    assert status_of(sent) == {"metadata": {}, "status": "Success"}


TTY = EXEC.replace("command=cat&command=-n", "command=sh&tty=true")


def screen_of(sent: list[Any]) -> bytes:
    return b"".join(message["bytes"][1:] for message in sent[1:-2])


@pytest.mark.parametrize(
    ("typed", "line", "screen"),
    [
        (b"ls -l\r", "ls -l\n", b"$ ls -l\r\n"),
        (b"lsx\x7f \xc3\xa4\n", "ls \u00e4\n", b"$ lsx\b \b \xc3\xa4\r\n"),
        (b"echo one two\x17\x1b[Athree\r", "echo one three\n", b"$ echo one two\b \b\b \b\b \bthree\r\n"),
        (b"rm\x15\x04", None, b"$ rm\b \b\b \b"),
    ],
)
def test_a_line_that_is_typed_on_a_terminal_shows_and_may_be_corrected(
    typed: bytes, line: str | None, screen: bytes
) -> None:
    read = []

    def shell(asked: Asked, streams: Streams) -> None:
        assert asked.tty
        assert streams.keyboard is not None
        read.append(streams.keyboard.read("$ "))

    sent = talk(shell, TTY, tuple(b"\0" + bytes((key,)) for key in typed))
    assert (read, screen_of(sent)) == ([line], screen)


def run_on(keyboard: RemoteKeyboard) -> None:
    while True:
        keyboard.check()


def test_control_c_on_a_terminal_interrupts_what_is_read_or_run() -> None:
    def shell(_asked: Asked, streams: Streams) -> None:
        keyboard = streams.keyboard
        assert keyboard is not None
        with pytest.raises(KeyboardInterrupt):
            keyboard.read("")
        with pytest.raises(KeyboardInterrupt):
            run_on(keyboard)
        streams.err.write(f"{keyboard.read('')!r}\n")

    sent = talk(shell, TTY, (b"\0ab\x03", b"\0lost\x03kept\r"))
    assert screen_of(sent) == b"ab^C^Ckept\r\n'kept\\n'\r\n"


def test_who_leaves_a_terminal_interrupts_its_command() -> None:
    interrupted = Event()

    def shell(_asked: Asked, streams: Streams) -> None:
        assert streams.keyboard is not None
        try:
            run_on(streams.keyboard)
        except KeyboardInterrupt:
            interrupted.set()

    talk(shell, TTY, (LEAVES,))
    assert interrupted.wait(5)


def test_a_command_goes_on_without_a_client_that_has_left() -> None:
    ended = Event()

    def prints(_asked: Asked, streams: Streams) -> None:
        while not streams.stdin.is_left:
            time.sleep(0.001)
        for _ in range(3):
            streams.out.write("nobody reads it\n")
        ended.set()

    async def session() -> None:
        async def receive() -> Any:
            return _message(LEAVES)

        async def send(message: Any) -> None:
            if message["type"] != "websocket.accept":
                raise OSError("the client has left")

        await Channels(prints, no_pod)(Request.of_target("GET", EXEC), {"subprotocols": [V5]}, receive, send)

    asyncio.run(asyncio.wait_for(session(), 10))
    assert ended.is_set()


def test_commands_that_wait_keep_no_other_request_from_being_answered() -> None:
    async def answered() -> int:
        waiting = Event()
        channels = Channels(lambda _asked, _streams: waiting.wait(10) and None, no_pod)

        async def receive() -> Any:
            await asyncio.sleep(0)
            return _message(b"\0x")

        async def send(_message: Any) -> None:
            """Nobody looks at it."""

        request = Request.of_target("GET", EXEC)
        asked = {"subprotocols": [V5]}
        running = [asyncio.create_task(channels(request, asked, receive, send)) for _ in range(40)]
        await asyncio.sleep(0.1)
        found = await asyncio.wait_for(asyncio.to_thread(lambda: 200), 5)
        waiting.set()
        await asyncio.gather(*running)
        return found

    assert asyncio.run(answered()) == 200


@pytest.mark.parametrize("protocols", [("channel.k8s.io",), ()])
def test_an_old_client_reads_in_words_how_a_command_failed(protocols: tuple[str, ...]) -> None:
    def fails(_asked: Asked, streams: Streams) -> None:
        streams.out.write_data("out")
        raise UserError("command terminated with exit code 3", bare=True, status=3)

    def succeeds(_asked: Asked, streams: Streams) -> None:
        streams.out.write_data("out")

    words = b"\3command terminated with non-zero exit code: error executing command [cat -n], exit code 3"
    sent = [message.get("bytes") for message in talk(fails, protocols=protocols)]
    assert sent == [None, b"\1out", words, None]
    assert [message.get("bytes") for message in talk(succeeds, protocols=protocols)] == [None, b"\1out", None]


def test_a_client_that_has_text_alone_gets_base64() -> None:
    def cat(_asked: Asked, streams: Streams) -> None:
        streams.out.write_data(streams.stdin.readline())

    sent = talk(cat, typed=(b"0" + b64encode(b"one\n"),), protocols=("v4.base64.channel.k8s.io",))
    assert sent[1] == {"type": "websocket.send", "text": f"1{b64encode(b'one' + bytes((10,))).decode()}"}
    assert json.loads(b64decode(sent[2]["text"][1:]))["status"] == "Success"


def test_an_exit_status_is_a_cause() -> None:
    def fails(_asked: Asked, _streams: Streams) -> None:
        raise UserError("command terminated with exit code 3", bare=True, status=3)

    status = status_of(talk(fails))
    assert status["reason"] == "NonZeroExitCode"
    assert status["details"]["causes"] == [{"reason": "ExitCode", "message": "3"}]
    failed = "error executing command [cat -n], exit code 3"
    assert status["message"] == f"command terminated with non-zero exit code: {failed}"


@pytest.mark.parametrize(
    ("error", "message", "code"),
    [
        (not_found("pods", "", "web"), 'pods "web" not found', 404),
        (UserError("kubesim does not know what java does"), "kubesim does not know what java does", 500),
        (RuntimeError("a bug"), "Internal error occurred: a bug", 500),
    ],
)
def test_what_cannot_be_run_is_said(
    error: Exception, message: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(_asked: Asked, _streams: Streams) -> None:
        raise error

    status = status_of(talk(refused))
    assert (status["message"], status["code"]) == (message, code)
    assert ("Traceback" in capsys.readouterr().err) == isinstance(error, RuntimeError)


@pytest.mark.parametrize(
    ("target", "protocols"),
    [(EXEC, ("v1.channel.k8s.io",)), ("/api/v1/namespaces/default/pods/web/portforward", (V5,))],
)
def test_what_is_not_simulated_is_refused_in_plain_http(target: str, protocols: tuple[str, ...]) -> None:
    sent = talk(lambda asked, streams: None, target, protocols=protocols)
    assert sent[0]["type"] == "websocket.http.response.start"
    assert sent[0]["status"] == 501
    assert json.loads(sent[1]["body"])["reason"] == "NotImplemented"


def test_ports_of_a_pod_that_is_not_there_are_not_forwarded() -> None:
    target = "/api/v1/namespaces/default/pods/nosuch/portforward"
    sent = talk(lambda asked, streams: None, target, protocols=(PROTOCOL,))
    assert (sent[0]["type"], sent[0]["status"]) == ("websocket.http.response.start", 404)


def frame(session_deflate: Any, stream: int, headers: dict[str, str]) -> bytes:
    """A SYN_STREAM as a client sends it."""
    texts = [text for pair in headers.items() for text in pair]
    plain = struct.pack(">I", len(headers)) + b"".join(struct.pack(">I", len(t)) + t.encode() for t in texts)
    block = session_deflate.compress(plain) + session_deflate.flush(zlib.Z_SYNC_FLUSH)
    content = struct.pack(">IIH", stream, 0, 0) + block
    return struct.pack(">HHI", 0x8003, 1, len(content)) + content


class Pod:
    """Answers whatever it gets in capitals, at once."""

    def refusal(self, port: int) -> str:
        return "" if port == 80 else "nobody listens"

    def answers(self, port: int, received: bytearray) -> tuple[bytes, bool, str]:
        taken = bytes(received)
        received.clear()
        return taken.upper(), taken.endswith(b"!"), ""


def test_a_forwarded_connection_has_a_stream_for_errors_and_one_for_data() -> None:
    dictionary = (Path(spdy.__file__).parent / "spdy_dictionary.bin").read_bytes()
    deflate = zlib.compressobj(zdict=dictionary)
    sent: list[bytes] = []

    async def session() -> None:
        opening = frame(deflate, 1, {"streamtype": "error", "port": "80", "requestID": "0"})
        opening += frame(deflate, 3, {"streamtype": "data", "port": "80", "requestID": "0"})
        refused = frame(deflate, 5, {"streamtype": "error", "port": "81", "requestID": "1"})
        refused += frame(deflate, 7, {"streamtype": "data", "port": "81", "requestID": "1"})
        content = opening + spdy.Session.data(3, b"hello!") + refused
        pieces = [content[at : at + 7] for at in range(0, len(content), 7)]  # frames arrive in pieces
        incoming = [{"type": "websocket.receive", "bytes": piece} for piece in pieces]

        async def receive() -> Any:
            return incoming.pop(0) if incoming else {"type": "websocket.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message["bytes"])

        await Forwarding(Pod(), send).run(receive)

    asyncio.run(asyncio.wait_for(session(), 10))
    data = [piece for piece in sent if piece[0] < 0x80]
    ends = spdy.Session.data(1, b"", ends=True), spdy.Session.data(3, b"", ends=True)
    why = spdy.Session.data(5, b"nobody listens", ends=True), spdy.Session.data(7, b"", ends=True)
    assert data == [spdy.Session.data(3, b"HELLO!"), *ends, *why]


def test_a_websocket_without_spdy_has_two_channels_for_each_port_that_it_names() -> None:
    sent: list[Any] = []

    async def session() -> None:
        incoming = [{"type": "websocket.receive", "bytes": piece} for piece in (b"\0he", b"\0llo!", b"\0more", b"\2x")]

        async def receive() -> Any:
            return incoming.pop(0)

        async def send(message: Any) -> None:
            sent.append(message)

        await PortChannels(Pod(), [80, 81], send).run(receive)

    asyncio.run(asyncio.wait_for(session(), 10))
    ports = [b"\0P\0", b"\1P\0", b"\2Q\0", b"\3Q\0"]
    assert [message.get("bytes") for message in sent] == [*ports, b"\3nobody listens", b"\0HE", b"\0LLO!", None]
    assert sent[-1] == {"type": "websocket.close", "code": 1000}


@pytest.mark.parametrize("protocols", [("v4.channel.k8s.io",), ()])
@pytest.mark.parametrize(("query", "why"), [("", "is required"), ("?ports=80,http", 'unable to parse "http"')])
def test_a_websocket_that_names_no_ports_is_refused(query: str, why: str, protocols: tuple[str, ...]) -> None:
    target = f"/api/v1/namespaces/default/pods/web/portforward{query}"
    sent = talk(lambda asked, streams: None, target, protocols=protocols)
    assert sent[0]["status"] == 400
    assert why in json.loads(sent[1]["body"])["message"]
