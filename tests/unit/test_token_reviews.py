"""Whose a token is, and until when."""

from __future__ import annotations

from typing import Any

import pytest
from api_world import World

ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts"
REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews"
ISSUER = "https://kubernetes.default.svc.cluster.local"
EXTRA = "authentication.kubernetes.io"


@pytest.fixture
def world() -> World:
    made = World()
    made.kubectl("run web --image=nginx")
    made.kubectl("wait pod/web --for=condition=Ready")
    made.kubectl("create secret generic held")
    return made


def issued(world: World, **spec: Any) -> str:
    made = world.data(world.ask("POST", f"{ACCOUNTS}/default/token", {"spec": spec}), 201)
    return str(made["status"]["token"])


def review(world: World, token: str, *audiences: str) -> Any:
    spec = {"token": token, **({"audiences": list(audiences)} if audiences else {})}
    return world.data(world.ask("POST", REVIEWS, {"spec": spec}), 201)["status"]


def bound_to(kind: str, name: str) -> dict[str, Any]:
    return {"boundObjectRef": {"kind": kind, "apiVersion": "v1", "name": name}}


def test_a_pods_token_names_the_pod_and_its_node_and_dies_with_it(world: World) -> None:
    pod, node = (world.get(f"/api/v1/{path}")["metadata"] for path in ("namespaces/default/pods/web", "nodes/node01"))
    token = issued(world, **bound_to("Pod", "web"))
    status = review(world, token)
    assert (status["authenticated"], status["audiences"]) == (True, [ISSUER])
    extra = status["user"]["extra"]
    assert extra.pop(f"{EXTRA}/credential-id")[0].startswith("JTI=")
    assert extra == {
        f"{EXTRA}/node-name": ["node01"],
        f"{EXTRA}/node-uid": [node["uid"]],
        f"{EXTRA}/pod-name": ["web"],
        f"{EXTRA}/pod-uid": [pod["uid"]],
    }
    world.kubectl("delete pod web --now")
    assert review(world, token) == {"user": {}, "error": f"[invalid bearer token, {INVALIDATED}]"}
    world.kubectl("run web --image=nginx")
    assert "does not match service account pod ref claim" in review(world, token)["error"]


INVALIDATED = "service account token has been invalidated"


@pytest.mark.parametrize(
    ("spec", "line", "why"),
    [
        (bound_to("Secret", "held"), "delete secret held", INVALIDATED),
        (bound_to("Node", "node01"), "delete node node01", INVALIDATED),
        ({}, "sim advance 2h", "service account token has expired"),
        ({}, "delete serviceaccount default", "service account UID"),
    ],
)
def test_a_token_is_good_until(world: World, spec: dict[str, Any], line: str, why: str) -> None:
    token = issued(world, **spec)
    assert review(world, token)["authenticated"]
    world.kubectl(line)
    assert review(world, token)["error"].startswith(f"[invalid bearer token, {why}")


def test_a_token_is_for_its_audiences(world: World) -> None:
    token = issued(world, audiences=["a", "b"])
    assert review(world, token, "x", "b")["audiences"] == ["b"]
    why = f'[invalid bearer token, token audiences ["a" "b"] is invalid for the target audiences ["{ISSUER}"]]'
    assert review(world, token) == {"user": {}, "error": why}
    assert review(world, "a.b.c") == {"user": {}, "error": "invalid bearer token"}


def test_the_token_that_every_pod_gets_for_an_hour_is_good_for_a_year(world: World) -> None:
    token = issued(world, expirationSeconds=3607, **bound_to("Pod", "web"))
    mounted = world.cluster.kubectl("exec web -- cat /var/run/secrets/kubernetes.io/serviceaccount/token").stdout
    world.kubectl("sim advance 2h")
    assert [review(world, one).get("authenticated") for one in (token, mounted)] == [True, True]
