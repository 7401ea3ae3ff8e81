"""Watches and logs over websockets, and who a browser says it is."""

from __future__ import annotations

import asyncio
import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from api_world import World
from kubesim.server.access import Access
from kubesim.server.app import App
from kubesim.server.page import Page
from kubesim.server.served_cluster import ServedCluster, ServerFace

NAMESPACES = "/api/v1/namespaces"
LOG = f"{NAMESPACES}/default/pods/web/log"


@pytest.fixture(scope="module")
def served() -> ServedCluster:
    world = World()
    world.kubectl("run web --image=nginx")
    world.kubectl("wait pod/web --for=condition=Ready")
    return ServedCluster(world.simulation, ServerFace())


def talk(
    served: ServedCluster, target: str, protocols: tuple[str, ...] = (), access: Access | None = None
) -> list[Any]:
    """What a websocket of somebody who only listens is sent."""
    path, _, query = target.partition("?")
    scope = {"type": "websocket", "path": path, "query_string": query.encode(), "headers": []}
    sent: list[Any] = []

    async def no_upgrade(*_: Any) -> None:
        raise AssertionError("nothing is upgraded here")

    async def session() -> None:
        incoming = [{"type": "websocket.connect"}]

        async def receive() -> Any:
            if incoming:
                return incoming.pop()
            await asyncio.Event().wait()
            raise AssertionError("unreachable")

        async def send(message: Any) -> None:
            sent.append(message)

        app = App(served, access or Access(""), no_upgrade, Page(served, "kubesim", has_control=False))
        await app({**scope, "subprotocols": list(protocols)}, receive, send)

    asyncio.run(asyncio.wait_for(session(), 10))
    return sent


def test_each_event_of_a_watch_is_a_message_until_its_time_is_up(served: ServedCluster) -> None:
    first, *events, last = talk(served, f"{NAMESPACES}?watch=true&timeoutSeconds=1", ("any", "other"))
    assert first == {"type": "websocket.accept", "subprotocol": "any"}
    names = [json.loads(event["text"])["object"]["metadata"]["name"] for event in events]
    assert names == ["default", "kube-node-lease", "kube-public", "kube-system"]
    assert last == {"type": "websocket.close", "code": 1000}


@pytest.mark.parametrize(("protocols", "agreed"), [((), None), (("x", "binary.k8s.io"), "binary.k8s.io")])
def test_a_log_is_sent_as_it_is(served: ServedCluster, protocols: tuple[str, ...], agreed: str | None) -> None:
    first, log, last = talk(served, LOG, protocols)
    assert first == {"type": "websocket.accept", "subprotocol": agreed}
    assert b"docker-entrypoint.sh: Configuration complete" in log["bytes"]
    assert last["code"] == 1000


@pytest.mark.parametrize(
    ("target", "status"),
    [(f"{NAMESPACES}/default", 200), (f"{NAMESPACES}/none", 404), (f"{NAMESPACES}/default/pods/web/proxy/", 501)],
)
def test_what_does_not_go_on_is_answered_in_http(served: ServedCluster, target: str, status: int) -> None:
    start, body = talk(served, target)
    assert (start["type"], start["status"]) == ("websocket.http.response.start", status)
    assert json.loads(body["body"])["kind"] == ("Namespace" if status == 200 else "Status")


def test_a_browser_sends_its_token_as_a_subprotocol(served: ServedCluster) -> None:
    access = Access("/secret", token="known")

    def answered(token: str) -> Any:
        word = urlsafe_b64encode(token.encode()).decode().rstrip("=")
        return talk(
            served,
            f"{NAMESPACES}?watch=true&timeoutSeconds=1",
            (f"base64url.bearer.authorization.k8s.io.{word}", "base64.binary.k8s.io"),
            access,
        )[0]

    assert answered("known") == {"type": "websocket.accept", "subprotocol": "base64.binary.k8s.io"}
    assert answered("other")["status"] == 401
    start, body = talk(served, f"{NAMESPACES}?watch=true", (), access)
    assert (start["status"], body["body"].split()[-3:]) == (403, [b"that", b"has", b"it"])
