"""Commands in containers over websockets: what travels on which channel, and how the end of a command is said."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from kubesim.errors import UserError, not_found
from kubesim.rest.request import Request
from kubesim.server.channels import Channels

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.server.channels import Asked, Streams

    Run = Callable[[Asked, Streams], None]

EXEC = "/api/v1/namespaces/default/pods/web/exec?command=cat&command=-n&container=c&stdin=true&stdout=true"
V5 = "v5.channel.k8s.io"


def talk(run: Run, target: str = EXEC, typed: tuple[bytes, ...] = (), protocols: tuple[str, ...] = (V5,)) -> list[Any]:
    """What the server sends to a client that types something."""
    sent: list[Any] = []

    async def session() -> None:
        incoming = [{"type": "websocket.connect"}, *({"type": "websocket.receive", "bytes": piece} for piece in typed)]

        async def receive() -> Any:
            if incoming:
                return incoming.pop(0)
            await asyncio.Event().wait()
            raise AssertionError("unreachable")

        async def send(message: Any) -> None:
            sent.append(message)

        await Channels(run)(Request.of_target("GET", target), {"subprotocols": list(protocols)}, receive, send)

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


def test_an_exit_status_is_a_cause() -> None:
    def fails(_asked: Asked, _streams: Streams) -> None:
        raise UserError("command terminated with exit code 3", bare=True, status=3)

    status = status_of(talk(fails))
    assert status["reason"] == "NonZeroExitCode"
    assert status["details"]["causes"] == [{"reason": "ExitCode", "message": "3"}]


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
