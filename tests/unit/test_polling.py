"""Programs that ask the same again until something has become of it: the clock that jumps goes on for them."""

from __future__ import annotations

import http.client
import json
import time
from urllib.parse import urlsplit

import kubesim
import pytest
from command_lines import DEPLOYMENT
from kubesim.rest.request import Request
from kubesim.server.polling import Polls

POD = Request.of_target("GET", "/api/v1/namespaces/default/pods/a")
PODS = Request.of_target("GET", "/api/v1/namespaces/default/pods?limit=5")


def test_who_asks_the_same_again_on_one_connection_waits_for_something() -> None:
    polls = Polls()
    assert polls.poll(1, POD, place=7, now=0.0) is None
    assert polls.poll(1, PODS, place=7, now=0.5) is None  # something else
    assert polls.poll(2, POD, place=7, now=0.5) is None  # another program
    assert polls.poll(1, POD, place=7, now=0.01) is None  # at once: it only looks again
    found = polls.poll(1, POD, place=7, now=0.5)
    assert found is not None
    assert found.name == "a"


def test_what_has_changed_in_between_is_looked_at_anew() -> None:
    polls = Polls()
    polls.poll(1, POD, place=7, now=0.0)
    assert polls.poll(1, POD, place=8, now=1.0) is None
    assert polls.poll(1, POD, place=8, now=2.0) is not None


@pytest.mark.parametrize(
    ("agent", "waits"), [("kubernetes-client-javascript/2.0.1", True), ("kubectl/v1.36.2 (linux/amd64)", False)]
)
def test_a_program_that_makes_a_connection_for_each_request_is_known_by_its_name(agent: str, waits: bool) -> None:
    polls, request = Polls(), Request.of_target("GET", POD.path, {"user-agent": agent})
    polls.poll(1, request, place=7, now=0.0)
    assert (polls.poll(2, request, place=7, now=1.0) is not None) == waits


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/api/v1/namespaces/default/secrets/a"),
        ("GET", "/healthz"),
        ("GET", "/api/v1/pods?watch=true"),
        ("PATCH", POD.path),
    ],
)
def test_what_waits_for_nothing_is_no_poll(method: str, target: str) -> None:
    polls, request = Polls(), Request.of_target(method, target)
    polls.poll(1, request, place=7, now=0.0)
    assert polls.poll(1, request, place=7, now=9.0) is None


def test_a_program_that_polls_a_deployment_sees_it_become_ready() -> None:
    pytest.importorskip("uvicorn", reason="the extra serve is not installed")
    cluster = kubesim.Cluster(seed=1, at="2026-01-01T00:00:00Z")
    with cluster.serve() as server:
        cluster.apply(DEPLOYMENT)
        address = urlsplit(server.url)
        connection = http.client.HTTPConnection(address.netloc, timeout=10)
        end, ready = time.monotonic() + 20, 0
        while ready < 2 and time.monotonic() < end:
            connection.request("GET", f"{address.path}/apis/apps/v1/namespaces/default/deployments/web")
            ready = json.load(connection.getresponse())["status"].get("readyReplicas", 0)
            time.sleep(0.1)
        connection.close()
    assert ready == 2
