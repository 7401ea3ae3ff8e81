"""What Kubernetes' own conformance tests ask of an API server, by its paths."""

from __future__ import annotations

import pytest
from api_world import World

NAMESPACES = "/api/v1/namespaces"


@pytest.fixture
def world() -> World:
    return World()


def test_a_namespace_gets_and_loses_finalizers_by_a_part_of_its_own(world: World) -> None:
    namespace = world.data(world.ask("POST", NAMESPACES, {"metadata": {"name": "held"}}), 201)
    assert namespace["spec"] == {"finalizers": ["kubernetes"]}
    for finalizers in (["kubernetes", "example.com/mine"], ["kubernetes"]):
        changed = {**namespace, "spec": {"finalizers": finalizers}}
        changed["metadata"].pop("resourceVersion", None)
        assert world.data(world.ask("PUT", f"{NAMESPACES}/held", changed))["spec"] == namespace["spec"]
        namespace = world.data(world.ask("PUT", f"{NAMESPACES}/held/finalize", changed))
        assert namespace["spec"]["finalizers"] == finalizers
    unqualified = {"metadata": {"name": "held"}, "spec": {"finalizers": ["mine"]}}
    why = world.data(world.ask("PUT", f"{NAMESPACES}/held/finalize", unqualified), 422)["message"]
    assert "spec.finalizers[0]: Invalid value" in why
    assert "name is neither a standard finalizer name nor is it fully qualified" in why


def test_a_namespace_that_ends_is_gone_once_nothing_holds_it(world: World) -> None:
    world.ask("POST", NAMESPACES, {"metadata": {"name": "held"}})
    world.ask("DELETE", f"{NAMESPACES}/held")
    assert world.get(f"{NAMESPACES}/held")["status"]["phase"] == "Terminating"
    world.ask("PUT", f"{NAMESPACES}/held/finalize", {"metadata": {"name": "held"}, "spec": {}})
    assert world.ask("GET", f"{NAMESPACES}/held").status == 404


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas/catch-all", {"conditions": [{"type": "Seen"}]}),
        ("/apis/networking.k8s.io/v1/servicecidrs/kubernetes", {"conditions": []}),
    ],
)
def test_the_status_of_every_kind_that_has_one_is_written(world: World, target: str, status: object) -> None:
    merged = "application/merge-patch+json"
    assert world.ask("PATCH", f"{target}/status", {"status": status}, content_type=merged).status == 200
