"""Where pods go, and what is said of those that fit nowhere."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.api.meta import condition_of, with_metadata
from tests.unit.node_cluster import Nodes, bare_pod, container, pod_spec, replica_set

NOT_HELPFUL = "preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."


def failure(world: Nodes) -> str:
    condition = condition_of(world.pod(), "PodScheduled")
    assert condition is not None
    assert (condition["status"], condition["reason"]) == ("False", "Unschedulable")
    message: str = condition["message"]
    assert world.told(world.pod()) == [f"FailedScheduling: {message}"]
    return message


def test_pods_of_one_controller_are_spread_over_the_workers() -> None:
    world = Nodes()
    world.create(replica_set(replicas=6))
    assert sorted(p["spec"]["nodeName"] for p in world.pods()) == ["node01"] * 3 + ["node02"] * 3


def test_the_scheduler_tells_where_a_pod_goes() -> None:
    world = Nodes()
    world.create(bare_pod())
    node = world.pod()["spec"]["nodeName"]
    assert world.told(world.pod())[0] == f"Scheduled: Successfully assigned default/web to {node}"
    assert world.pod()["metadata"]["generation"] == 1


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (
            pod_spec(container(resources={"requests": {"cpu": "64"}})),
            "1 node(s) had untolerated taint(s), 2 Insufficient cpu",
        ),
        (
            pod_spec(container(resources={"requests": {"cpu": "64", "memory": "1Ti"}})),
            "1 node(s) had untolerated taint(s), 2 Insufficient cpu, 2 Insufficient memory",
        ),
        (
            pod_spec(nodeSelector={"disk": "ssd"}),
            "1 node(s) had untolerated taint(s), 2 node(s) didn't match Pod's node affinity/selector",
        ),
        (
            pod_spec(nodeSelector={"disk": "ssd"}, tolerations=[{"operator": "Exists"}]),
            "3 node(s) didn't match Pod's node affinity/selector",
        ),
    ],
)
def test_a_pod_that_fits_nowhere_is_told_why(spec: dict[str, Any], words: str) -> None:
    world = Nodes()
    world.create(bare_pod(spec=spec))
    expected = f"0/3 nodes are available: {words}. no new claims to deallocate, {NOT_HELPFUL}"
    assert failure(world) == expected


def ports(number: int) -> dict[str, Any]:
    return container(ports=[{"containerPort": 80, "hostPort": number, "protocol": "TCP"}])


def test_where_other_pods_are_in_the_way_no_victims_are_found_among_equals() -> None:
    world = Nodes()
    world.create(replica_set("first", 2, pod_spec(ports(8080))))
    world.create(bare_pod(spec=pod_spec(ports(8080))))
    assert failure(world) == (
        "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't have free ports for the "
        "requested pod ports. no new claims to deallocate, preemption: 0/3 nodes are available: 1 Preemption is not "
        "helpful for scheduling, 2 No preemption victims found for incoming pod."
    )


def test_a_pod_that_never_preempts_says_so() -> None:
    world = Nodes()
    world.create(bare_pod(spec=pod_spec(nodeSelector={"disk": "ssd"}, preemptionPolicy="Never")))
    assert failure(world).endswith("preemption: not eligible due to preemptionPolicy=Never.")


def test_a_pod_finds_its_node_once_another_gives_up_its_room() -> None:
    world = Nodes()
    world.create(replica_set("first", 2, pod_spec(ports(8080))))
    world.create(bare_pod(spec=pod_spec(ports(8080))))
    world.set_replicas("first", 1)
    world.run(3)
    assert world.status()["phase"] == "Running"


def test_a_pod_finds_its_node_once_that_is_labelled() -> None:
    world = Nodes()
    world.create(bare_pod(spec=pod_spec(nodeSelector={"disk": "ssd"})))
    node = world.cluster.get("Node", "", "node02")
    labels = {**node["metadata"]["labels"], "disk": "ssd"}
    world.cluster.update({**node, "metadata": {**node["metadata"], "labels": labels}})
    world.engine.settle()
    assert world.pod()["spec"]["nodeName"] == "node02"


def test_a_cordoned_node_gets_no_pods() -> None:
    world = Nodes()
    node = world.cluster.get("Node", "", "node01")
    world.cluster.update({**node, "spec": {**node["spec"], "unschedulable": True}})
    world.create(replica_set(replicas=3))
    assert {p["spec"]["nodeName"] for p in world.pods()} == {"node02"}


def test_a_pod_that_tolerates_the_taint_may_go_to_the_control_plane() -> None:
    world = Nodes()
    taint = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule", "operator": "Exists"}
    world.create(replica_set(replicas=3, spec=pod_spec(tolerations=[taint])))
    assert {p["spec"]["nodeName"] for p in world.pods()} == {"controlplane", "node01", "node02"}


def affinity(kind: str, app: str) -> dict[str, Any]:
    term = {"labelSelector": {"matchLabels": {"app": app}}, "topologyKey": "kubernetes.io/hostname"}
    return {kind: {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}


def test_pods_that_shun_each_other_get_a_node_each_and_the_third_none() -> None:
    world = Nodes()
    world.create(replica_set(replicas=3, spec=pod_spec(affinity=affinity("podAntiAffinity", "web"))))
    assert sorted(p["spec"].get("nodeName", "") for p in world.pods()) == ["", "node01", "node02"]
    lonely = next(p for p in world.pods() if "nodeName" not in p["spec"])
    assert "2 node(s) didn't match pod anti-affinity rules" in world.told(lonely)[0]


def test_a_pod_goes_where_the_pods_are_that_it_likes() -> None:
    world = Nodes()
    world.create(bare_pod("db"))
    world.create(replica_set(replicas=3, spec=pod_spec(affinity=affinity("podAffinity", "db"))))
    assert {p["spec"]["nodeName"] for p in world.pods("web")} == {world.pod("db")["spec"]["nodeName"]}


def test_a_pod_of_another_scheduler_waits() -> None:
    world = Nodes()
    world.create(bare_pod(spec=pod_spec(schedulerName="mine")))
    assert "nodeName" not in world.pod()["spec"]
    assert world.told(world.pod()) == []


def test_the_note_of_what_is_used_is_the_same_when_it_is_made_anew() -> None:
    world = Nodes()
    world.create(replica_set(replicas=4, spec=pod_spec(container(resources={"requests": {"cpu": "100m"}}))))
    world.run(5)
    world.set_replicas("web", 3)
    world.run(5)
    notes = world.cluster.notes("scheduler")
    kept = {name: notes[name] for name in ("nodes", "owners", "guards")}
    notes.clear()
    world.create(bare_pod("late", pod_spec(nodeSelector={"disk": "ssd"})))
    assert {name: notes[name] for name in kept} == kept


# claims

CLAIM: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "PersistentVolumeClaim",
    "metadata": {"name": "data", "namespace": "default"},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, "storageClassName": ""},
    "status": {"phase": "Pending"},
}


VOLUME: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "PersistentVolume",
    "metadata": {"name": "disk"},
    "spec": {
        "accessModes": ["ReadWriteOnce"],
        "capacity": {"storage": "1Gi"},
        "local": {"path": "/disk"},
    },
    "status": {"phase": "Available"},
}
BIND_COMPLETED = "pv.kubernetes.io/bind-completed"


def on_node(name: str) -> dict[str, Any]:
    expression = {"key": "kubernetes.io/hostname", "operator": "In", "values": [name]}
    return {"required": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}}


def test_a_pod_waits_until_its_claim_is_there_and_bound() -> None:
    world = Nodes()
    world.create(bare_pod(spec=pod_spec(volumes=[{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}])))
    head = "FailedScheduling: 0/3 nodes are available: "
    missing = f'{head}persistentvolumeclaim "data" not found. not found'
    unbound = f"{head}pod has unbound immediate PersistentVolumeClaims. not found"
    assert world.told(world.pod()) == [missing]
    world.create(CLAIM)
    assert world.told(world.pod()) == [missing, unbound]
    claim = world.cluster.get("PersistentVolumeClaim", "default", "data")
    bound = with_metadata(claim, annotations={BIND_COMPLETED: "yes"})
    world.create({**VOLUME, "spec": {**VOLUME["spec"], "nodeAffinity": on_node("node02")}})
    world.cluster.update({**bound, "spec": {**CLAIM["spec"], "volumeName": "disk"}})
    world.engine.settle()
    assert world.pod()["spec"].get("nodeName") == "node02"


def test_a_pod_whose_volumes_another_node_has_says_so() -> None:
    world = Nodes()
    claim = with_metadata(CLAIM, annotations={BIND_COMPLETED: "yes"})
    world.create(
        {**VOLUME, "spec": {**VOLUME["spec"], "nodeAffinity": on_node("elsewhere")}},
        {**claim, "spec": {**CLAIM["spec"], "volumeName": "disk"}},
        bare_pod(spec=pod_spec(volumes=[{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}])),
    )
    assert world.told(world.pod()) == [
        "FailedScheduling: 0/3 nodes are available: 1 node(s) had untolerated taint(s), "
        "2 node(s) didn't match PersistentVolume's node affinity. no new claims to deallocate, preemption: "
        "0/3 nodes are available: 3 Preemption is not helpful for scheduling."
    ]
