"""Endpoints that somebody writes for a Service without a selector: slices mirror them, and requests go there."""

from __future__ import annotations

import json
from typing import Any

from network_world import Small

SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: outside}
spec: {ports: [{name: http, port: 80}]}
"""
MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
MIRRORED = f"-l {MANAGED_BY}=endpointslicemirroring-controller.k8s.io"


def endpoints(address: str, port: int = 8080, **meta: Any) -> str:
    subset = {"addresses": [{"ip": address}], "ports": [{"name": "http", "port": port}]}
    return json.dumps(
        {"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "outside", **meta}, "subsets": [subset]}
    )


def slices(world: Small) -> list[Any]:
    found: list[Any] = json.loads(world.library.kubectl(f"get endpointslices {MIRRORED} -o json").stdout)["items"]
    return found


def test_slices_follow_endpoints_that_somebody_writes() -> None:
    world = Small()
    world.run("create deployment web --image=gcr.io/google-samples/hello-app:2.0")
    world.settle(20)
    (pod,) = (pod for pod in world.cluster.list("Pod", "default") if pod["metadata"]["name"].startswith("web"))
    world.apply(SERVICE)
    world.apply(endpoints("10.1.2.3", labels={"a": "b"}, annotations={"mine": "yes"}))
    (made,) = slices(world)
    assert made["metadata"]["labels"] == {
        "a": "b",
        "kubernetes.io/service-name": "outside",
        MANAGED_BY: "endpointslicemirroring-controller.k8s.io",
    }
    assert made["metadata"]["annotations"] == {"mine": "yes"}
    assert made["endpoints"] == [{"addresses": ["10.1.2.3"], "conditions": {"ready": True}}]
    assert made["ports"] == [{"name": "http", "port": 8080, "protocol": "TCP"}]

    world.apply(endpoints(pod["status"]["podIP"]))
    (changed,) = slices(world)
    assert changed["metadata"]["uid"] == made["metadata"]["uid"]
    assert "Hello, world!" in (world.body("http://outside") or "")

    world.run("delete endpoints outside")
    assert slices(world.settle(5)) == []


def test_a_service_that_gets_a_selector_loses_the_mirrored_slices() -> None:
    world = Small()
    world.apply(SERVICE)
    world.apply(endpoints("10.1.2.3"))
    assert len(slices(world)) == 1
    world.run("set selector service outside app=web")
    assert slices(world) == []
    found = json.loads(world.library.kubectl("get endpointslices -o json").stdout)["items"]
    assert [one["metadata"]["labels"][MANAGED_BY] for one in found if "outside" in one["metadata"]["name"]] == [
        "endpointslice-controller.k8s.io"
    ]


def test_what_is_not_to_be_mirrored_is_not() -> None:
    world = Small()
    world.apply(SERVICE)
    world.apply(endpoints("10.1.2.3", labels={"endpointslice.kubernetes.io/skip-mirror": "true"}))
    assert slices(world) == []
    world.apply(endpoints("10.1.2.3"))
    assert len(slices(world)) == 1
