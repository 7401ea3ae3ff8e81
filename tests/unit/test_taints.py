"""What taints of nodes do to pods, and what nodes do with taints."""

from __future__ import annotations

import pytest
from kubesim.api.meta import Obj, condition_of
from kubesim.cluster import Client
from tests.unit.workload_world import Workloads, nodes_of, workload

EVICTED = ("TaintManagerEviction", "Marking for deletion Pod default/one")
SPARED = ("TaintManagerEviction", "Cancelling deletion of Pod default/one")
MAINTENANCE = {"key": "maintenance", "value": "now", "effect": "NoExecute"}
FOR_A_MINUTE = {"key": "maintenance", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 60}


def pod(*tolerations: Obj) -> Obj:
    spec = {
        "containers": [{"name": "main", "image": "nginx:1.25"}],
        "nodeName": "node01",
        "terminationGracePeriodSeconds": 0,
        "tolerations": list(tolerations),
    }
    meta = {"name": "one", "namespace": "default"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}


def set_spec(world: Workloads, node: str, **changes: object) -> None:
    found = world.cluster.get("Node", "", node)
    spec = {name: value for name, value in {**found["spec"], **changes}.items() if value is not None}
    Client(world.cluster).update({**found, "spec": spec})
    world.run(0)


def taints(world: Workloads, node: str = "node01") -> list[tuple[str, str]]:
    found = world.cluster.get("Node", "", node)["spec"].get("taints") or ()
    return [(taint["key"], taint["effect"]) for taint in found]


def world_with(*tolerations: Obj) -> Workloads:
    world = Workloads()
    world.create(pod(*tolerations))
    world.run(10)
    return world


def test_pods_leave_a_node_that_must_not_execute_them_and_are_made_elsewhere() -> None:
    world = Workloads()
    world.create(workload("Deployment", "web", replicas=4))
    world.run()
    set_spec(world, "node01", taints=[MAINTENANCE])
    world.run(60)
    assert nodes_of(world.pods()) == ["node02"] * 4


def test_an_evicted_pod_says_why_it_goes() -> None:
    world = world_with()
    set_spec(world, "node01", taints=[MAINTENANCE])
    assert world.find("Pod", "one") is None
    gone = next(change.old for change in reversed(world.history) if change.key.kind == "Pod" and change.new is None)
    assert gone is not None
    condition = condition_of(gone, "DisruptionTarget")
    assert condition is not None
    assert (condition["reason"], condition["message"]) == (
        "DeletionByTaintManager",
        "Taint manager: deleting due to NoExecute taint",
    )
    messages = [event["message"] for event in world.cluster.list("Event") if event["reason"] == EVICTED[0]]
    assert messages == [EVICTED[1]]


@pytest.mark.parametrize(
    "toleration",
    [
        {"operator": "Exists"},
        {"key": "maintenance", "operator": "Exists"},
        {"key": "maintenance", "value": "now", "effect": "NoExecute"},
    ],
)
def test_a_pod_that_tolerates_the_taint_stays_for_good(toleration: Obj) -> None:
    world = world_with(toleration)
    set_spec(world, "node01", taints=[MAINTENANCE])
    world.run(10_000)
    assert world.find("Pod", "one") is not None


def test_a_pod_of_another_value_does_not_tolerate_it() -> None:
    world = world_with({"key": "maintenance", "value": "later"})
    set_spec(world, "node01", taints=[MAINTENANCE])
    assert world.find("Pod", "one") is None


def test_tolerating_seconds_count_from_the_taint() -> None:
    world = world_with(FOR_A_MINUTE)
    set_spec(world, "node01", taints=[MAINTENANCE])
    world.run(59)
    assert world.find("Pod", "one") is not None
    world.run(1)
    assert world.find("Pod", "one") is None


def test_tolerating_seconds_are_not_lost_between_two_commands() -> None:
    world = world_with(FOR_A_MINUTE)
    set_spec(world, "node01", taints=[MAINTENANCE])
    world.run(30)
    world = world.reopened(drop_wakes=True)
    world.run(29)
    assert world.find("Pod", "one") is not None
    world.run(1)
    assert world.find("Pod", "one") is None


def test_a_pod_stays_if_the_taint_goes_in_time_and_starts_anew_at_the_next() -> None:
    world = world_with(FOR_A_MINUTE)
    set_spec(world, "node01", taints=[MAINTENANCE])
    world.run(50)
    set_spec(world, "node01", taints=None)
    assert SPARED in world.told("Pod", "one")
    set_spec(world, "node01", taints=[MAINTENANCE])
    world.run(50)
    assert world.find("Pod", "one") is not None
    world.run(10)
    assert world.find("Pod", "one") is None


def test_a_pod_put_on_a_tainted_node_by_name_leaves_it_at_once() -> None:
    world = Workloads()
    set_spec(world, "node01", taints=[MAINTENANCE])
    world.create(pod())
    world.run(1)
    assert world.find("Pod", "one") is None


def test_a_cordoned_node_is_tainted_until_it_is_not() -> None:
    world = Workloads()
    set_spec(world, "node01", unschedulable=True)
    assert taints(world) == [("node.kubernetes.io/unschedulable", "NoSchedule")]
    set_spec(world, "node01", unschedulable=None)
    assert taints(world) == []


def test_taints_that_tell_of_trouble_do_not_stay_on_a_node_that_is_well() -> None:
    world = Workloads()
    unreachable = {"key": "node.kubernetes.io/unreachable", "effect": "NoExecute"}
    full = {"key": "node.kubernetes.io/disk-pressure", "effect": "NoSchedule"}
    mine = {"key": "node.kubernetes.io/disk-pressure", "effect": "PreferNoSchedule"}
    set_spec(world, "node01", taints=[unreachable, full, mine])
    assert taints(world) == [("node.kubernetes.io/disk-pressure", "PreferNoSchedule")]


def test_a_node_under_pressure_is_tainted() -> None:
    world = Workloads()
    node = world.cluster.get("Node", "", "node01")
    conditions = [
        {**condition, "status": "True"} if condition["type"] == "MemoryPressure" else condition
        for condition in node["status"]["conditions"]
    ]
    world.cluster.update_status(node, {**node["status"], "conditions": conditions})
    world.run(0)
    assert taints(world) == [("node.kubernetes.io/memory-pressure", "NoSchedule")]
