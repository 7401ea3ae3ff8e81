"""The addresses behind services, in EndpointSlices and Endpoints."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.api.meta import Obj, labels_of, with_metadata
from kubesim.cluster import Client
from kubesim.controllers.endpoint_slice.backends import find_port
from kubesim.controllers.endpoint_slice.slices import _fill
from workload_world import Workloads, template, workload


def deployment(replicas: int = 2, image: str = "nginx:1.25", **spec: Any) -> Obj:
    return workload("Deployment", "web", template("web", image, **spec), replicas=replicas)


def service(name: str = "web", labels: dict[str, str] | None = None, **spec: Any) -> Obj:
    spec = {"selector": {"app": "web"}, "ports": [{"name": "http", "port": 80, "targetPort": 8080}], **spec}
    meta = {"name": name, "namespace": "default", "labels": labels or {}}
    return {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec}


def running(*objects: Obj) -> Workloads:
    world = Workloads()
    world.create(*(objects or (deployment(), service())))
    world.run()
    return world


def slices(world: Workloads, name: str = "web") -> list[Obj]:
    found = world.cluster.list("EndpointSlice", "default")
    return [s for s in found if labels_of(s).get("kubernetes.io/service-name") == name]


def conditions(world: Workloads) -> list[tuple[bool, bool, bool]]:
    """Ready, serving, terminating of each endpoint."""
    found = [endpoint["conditions"] for s in slices(world) for endpoint in s["endpoints"] or ()]
    return sorted((c["ready"], c["serving"], c["terminating"]) for c in found)


def ready_and_not(world: Workloads, name: str = "web") -> list[int]:
    subsets = world.get("Endpoints", name).get("subsets", [])
    return [sum(len(s.get(f, ())) for s in subsets) for f in ("addresses", "notReadyAddresses")]


PORTS = {"spec": {"containers": [{"ports": [{"name": "web", "containerPort": 8080, "protocol": "TCP"}]}]}}


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        pytest.param({"port": 80}, 80, id="the service's own port"),
        pytest.param({"port": 80, "targetPort": 8080}, 8080, id="a number"),
        pytest.param({"port": 80, "targetPort": "web"}, 8080, id="a name is looked up"),
        pytest.param({"port": 80, "targetPort": "web", "protocol": "UDP"}, None, id="its protocol must be the same"),
        pytest.param({"port": 80, "targetPort": "admin"}, None, id="a name that no container has"),
    ],
)
def test_the_number_of_a_port(port, expected):
    assert find_port(PORTS, port) == expected


def test_a_new_cluster_knows_where_its_api_server_is():
    world = Workloads()
    [found] = slices(world, "kubernetes")
    assert found["metadata"]["name"] == "kubernetes"
    assert found["endpoints"][0]["addresses"] == ["172.30.1.2"]
    assert ready_and_not(world, "kubernetes") == [1, 0]


def test_a_slice_tells_its_service_and_the_pods():
    world = running(deployment(1), service(labels={"team": "a"}))
    [found] = slices(world)
    [pod] = world.pods()
    assert found["metadata"]["name"].startswith("web-")
    assert found["metadata"]["generateName"] == "web-"
    assert labels_of(found) == {
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
        "kubernetes.io/service-name": "web",
        "team": "a",
    }
    assert found["metadata"]["ownerReferences"][0]["kind"] == "Service"
    assert found["ports"] == [{"name": "http", "port": 8080, "protocol": "TCP"}]
    meta = pod["metadata"]
    assert found["endpoints"] == [
        {
            "addresses": [pod["status"]["podIP"]],
            "conditions": {"ready": True, "serving": True, "terminating": False},
            "nodeName": pod["spec"]["nodeName"],
            "targetRef": {"kind": "Pod", "name": meta["name"], "namespace": "default", "uid": meta["uid"]},
        }
    ]


def test_endpoints_tell_the_same():
    world = running(deployment(1), service())
    found = world.get("Endpoints", "web")
    [pod] = world.pods()
    assert labels_of(found) == {"endpoints.kubernetes.io/managed-by": "endpoint-controller"}
    [subset] = found["subsets"]
    assert subset["ports"] == [{"name": "http", "port": 8080, "protocol": "TCP"}]
    assert [address["ip"] for address in subset["addresses"]] == [pod["status"]["podIP"]]
    assert "notReadyAddresses" not in subset


def test_without_pods_there_is_an_empty_slice_that_is_filled_later():
    world = running(service())
    [empty] = slices(world)
    assert (empty["endpoints"], empty["ports"]) == (None, None)
    assert "subsets" not in world.get("Endpoints", "web")
    world.create(deployment())
    world.run()
    [filled] = slices(world)
    assert filled["metadata"]["name"] == empty["metadata"]["name"]
    assert len(filled["endpoints"]) == 2


def test_pods_that_are_not_ready_are_told_as_such():
    world = running(deployment(image="nginx:notready"), service())
    assert conditions(world) == [(False, False, False)] * 2
    assert ready_and_not(world) == [0, 2]


def test_a_service_may_publish_them_all_the_same():
    world = running(deployment(image="nginx:notready"), service(publishNotReadyAddresses=True))
    assert conditions(world) == [(True, False, False)] * 2
    assert ready_and_not(world) == [2, 0]


def test_a_pod_that_leaves_still_serves():
    world = running()
    world.delete("Pod", world.names()[0])
    assert conditions(world) == [(False, True, True), (True, True, False)]
    assert ready_and_not(world) == [1, 0]
    world.run()
    assert conditions(world) == [(True, True, False)] * 2


def test_pods_that_lose_the_label_lose_their_place():
    world = running()
    pod = world.pods()[0]
    Client(world.cluster).update(with_metadata(pod, labels={**labels_of(pod), "app": "other"}))
    world.run()
    names = [endpoint["targetRef"]["name"] for s in slices(world) for endpoint in s["endpoints"]]
    assert pod["metadata"]["name"] not in names
    assert len(names) == 2


def test_a_port_that_no_pod_has_makes_a_slice_without_ports():
    world = running(deployment(), service(ports=[{"port": 80, "targetPort": "nowhere"}]))
    [found] = slices(world)
    assert (found["ports"], len(found["endpoints"])) == (None, 2)
    assert ready_and_not(world) == [0, 0]


def test_a_headless_service_says_so_and_names_its_pods():
    sts = workload("StatefulSet", "web", template("web"), replicas=1, serviceName="web")
    world = running(sts, service(clusterIP="None"))
    [found] = slices(world)
    assert labels_of(found)["service.kubernetes.io/headless"] == ""
    assert found["endpoints"][0]["hostname"] == "web-0"


@pytest.mark.parametrize(
    "spec", [{"selector": {}}, {"type": "ExternalName", "externalName": "example.org"}], ids=["none", "external"]
)
def test_of_some_services_nobody_keeps_the_addresses(spec):
    world = running(service(**spec))
    assert slices(world) == []
    assert world.find("Endpoints", "web") is None


def test_all_goes_with_the_service():
    world = running()
    world.delete("Service", "web")
    assert slices(world) == []
    assert world.find("Endpoints", "web") is None


def test_a_slice_that_is_deleted_comes_again():
    world = running()
    [before] = slices(world)
    world.delete("EndpointSlice", before["metadata"]["name"])
    [after] = slices(world)
    assert after["metadata"]["uid"] != before["metadata"]["uid"]
    assert after["endpoints"] == before["endpoints"]


def endpoints(*uids: str) -> dict[str, Obj]:
    return {uid: {"targetRef": {"uid": uid}} for uid in uids}


def test_new_endpoints_go_where_there_is_room():
    few = {"endpoints": list(endpoints("a", "b").values())}
    many = {"endpoints": list(endpoints(*(f"m{i}" for i in range(99))).values())}
    pods = endpoints("a", "b", *(f"m{i}" for i in range(99)), "new1", "new2")
    filled = _fill([], pods, [few, many])
    assert [(want.stored, len(want.endpoints)) for want in filled] == [(few, 3), (many, 100)]


def test_a_hundred_fill_a_slice():
    filled = _fill([], endpoints(*(str(i) for i in range(250))), [])
    assert [len(want.endpoints) for want in filled] == [100, 100, 50]


def test_of_many_pods_the_changes_are_taken_together():
    world = running(deployment(150), service())
    assert sorted(len(found["endpoints"]) for found in slices(world)) == [50, 100]
    world.run(0.1)
    world.history.clear()
    for name in world.names()[:5]:
        world.delete("Pod", name)
    world.run(60)
    assert conditions(world) == [(True, True, False)] * 150
    assert len([change for change in world.history if change.key.kind == "Endpoints"]) == 2


@pytest.mark.parametrize("drop_wakes", [False, True])
def test_a_run_cut_by_saving_equals_the_uncut_run(drop_wakes):
    uncut, cut = Workloads(), Workloads()
    for world in (uncut, cut):
        world.create(service(), deployment(3))
    for _ in range(20):
        uncut.run(0.3)
        cut.run(0.3)
        cut = cut.reopened(drop_wakes=drop_wakes)
    assert cut.objects() == uncut.objects()
