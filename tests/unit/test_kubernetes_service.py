"""The API server's own Service."""

from __future__ import annotations

from tests.unit.workload_world import Workloads


def test_the_service_of_the_api_server_comes_back_within_ten_seconds() -> None:
    world = Workloads()
    world.run(3)
    before = world.get("Service", "kubernetes")
    world.delete("Service", "kubernetes")
    assert world.find("Service", "kubernetes") is None
    world.run(10)
    after = world.get("Service", "kubernetes")
    assert after["spec"] == before["spec"]
    assert after["metadata"]["uid"] != before["metadata"]["uid"]
    assert world.get("Endpoints", "kubernetes")["subsets"][0]["ports"][0]["port"] == 6443
    assert world.find("EndpointSlice", "kubernetes") is not None


def test_it_comes_back_whatever_command_sees_the_time_pass() -> None:
    world = Workloads()
    world.run(3)
    world.delete("Service", "kubernetes")
    world = world.reopened(drop_wakes=True)
    world.run(10)
    assert world.find("Service", "kubernetes") is not None


def test_other_services_stay_away() -> None:
    world = Workloads()
    port = {"port": 80}
    meta = {"name": "mine", "namespace": "default"}
    world.create({"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": {"ports": [port]}})
    world.run(1)
    world.delete("Service", "mine")
    world.run(60)
    assert world.find("Service", "mine") is None
