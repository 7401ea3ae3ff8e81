"""A server in a thread of a program: several clusters, each below its own secret, none after its end."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from threading import Thread
from typing import Any

import kubesim
import pytest

pytest.importorskip("uvicorn", reason="the extra serve is not installed")
pytest.importorskip("wsproto", reason="the extra serve is not installed")

CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"


def cluster() -> kubesim.Cluster:
    return kubesim.Cluster(seed=7, at="2026-01-01T00:00:00Z", profile="bare")


def ask(url: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def names(url: str) -> list[str]:
    return [item["metadata"]["name"] for item in ask(url + CONFIG_MAPS)["items"]]


def test_a_program_and_its_clients_see_at_once_what_the_other_does() -> None:
    c = cluster()
    with c.serve() as server:
        ask(server.url + CONFIG_MAPS, {"metadata": {"name": "theirs"}})
        assert c.get("cm/theirs")["metadata"]["name"] == "theirs"
        c.kubectl("create configmap ours")
        assert {"ours", "theirs"} <= set(names(server.url))
        assert [request.method for request in server.requests] == ["POST", "GET"]


def test_clusters_that_are_served_side_by_side_never_meet() -> None:
    first, second = cluster(), cluster()
    with first.serve() as one, second.serve() as two:
        ask(one.url + CONFIG_MAPS, {"metadata": {"name": "mine"}})
        assert "mine" in names(one.url)
        assert "mine" not in names(two.url)
        assert not two.requests[1:]


def test_after_its_end_nothing_is_served_and_no_kubeconfig_is_left() -> None:
    with cluster().serve() as server:
        assert os.path.exists(server.kubeconfig)
    assert not os.path.exists(server.kubeconfig)
    with pytest.raises(urllib.error.HTTPError, match="404"):
        ask(server.url + "/version")


def test_a_watch_ends_with_the_server() -> None:
    lines: list[bytes] = []
    with cluster().serve() as server:
        answer = urllib.request.urlopen(f"{server.url}{CONFIG_MAPS}?watch=true", timeout=20)
        reader = Thread(target=lambda: lines.extend(answer))
        reader.start()
    reader.join(20)
    assert not reader.is_alive()
    assert json.loads(lines[0])["type"] == "ADDED"


def test_whoever_waits_for_a_rollout_over_http_sees_it_end() -> None:
    c = cluster()
    with c.serve() as server:
        c.kubectl("create deployment web --image=nginx --replicas=2")
        path = "/apis/apps/v1/namespaces/default/deployments?watch=true&fieldSelector=metadata.name%3Dweb"
        with urllib.request.urlopen(server.url + path, timeout=20) as answer:
            for line in answer:
                if json.loads(line)["object"].get("status", {}).get("availableReplicas") == 2:
                    break
    assert c.get("deploy/web")["status"]["availableReplicas"] == 2
