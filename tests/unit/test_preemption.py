"""Pods of a higher priority take the room of others."""

from __future__ import annotations

from kubesim.api.meta import Obj, condition_of
from tests.unit.workload_world import Workloads, workload

HALF = {"requests": {"cpu": "20"}}  # of a node's 32: a second such pod does not fit


def pod(name: str, priority: int = 0, cpu: str = "20", **spec: object) -> Obj:
    meta = {"name": name, "namespace": "default", "labels": {"app": name}}
    container = {"name": "main", "image": "nginx:1.25", "resources": {"requests": {"cpu": cpu}}}
    whole = {"containers": [container], "terminationGracePeriodSeconds": 1, **spec}
    if priority:
        whole["priorityClassName"] = f"p{priority}"
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": whole}


def priority_class(value: int, policy: str = "PreemptLowerPriority") -> Obj:
    version = "scheduling.k8s.io/v1"
    meta = {"name": f"p{value}"}
    return {
        "apiVersion": version,
        "kind": "PriorityClass",
        "metadata": meta,
        "value": value,
        "preemptionPolicy": policy,
    }


def full_world(*low: Obj) -> Workloads:
    """Two workers, each taken by one of the pods given."""
    world = Workloads()
    world.create(priority_class(10), priority_class(100), priority_class(1000), *low)
    world.run()
    assert all(world.status("Pod", one["metadata"]["name"], "phase") == ["Running"] for one in low)
    return world


def where(world: Workloads) -> dict[str, str]:
    return {one["metadata"]["name"]: one["spec"].get("nodeName", "") for one in world.pods()}


def test_a_pod_of_higher_priority_takes_the_place_of_one_of_lower() -> None:
    world = full_world(pod("a"), pod("b", 10))
    world.create(pod("high", 100))
    world.run()
    assert sorted(where(world)) == ["b", "high"]
    assert world.status("Pod", "high", "phase", "nominatedNodeName") == ["Running", None]


def test_while_the_victim_ends_the_node_is_nominated() -> None:
    world = full_world(pod("a", terminationGracePeriodSeconds=20, priorityClassName=""), pod("b", 10))
    node = where(world)["a"]
    world.create(pod("high", 100))
    world.run(0.1)
    assert world.status("Pod", "high", "phase", "nominatedNodeName") == ["Pending", node]
    reason, message = world.told("Pod", "high")[0]
    assert (reason, message) == (
        "FailedScheduling",
        "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu.",
    )


def test_the_victim_says_what_happened_to_it() -> None:
    world = full_world(pod("a"), pod("b", 10))
    victim, node = world.get("Pod", "a"), where(world)["a"]
    world.create(pod("high", 100))
    uid = world.get("Pod", "high")["metadata"]["uid"]
    world.run()
    told = [event["message"] for event in world.cluster.list("Event") if event["reason"] == "Preempted"]
    assert told == [f"Preempted by pod {uid} on node {node}"]
    last = [change.old for change in world.history if change.key.name == "a" and change.new is None][-1]
    assert last is not None
    assert last["metadata"]["uid"] == victim["metadata"]["uid"]
    condition = condition_of(last, "DisruptionTarget")
    assert condition is not None
    assert condition["reason"] == "PreemptionByScheduler"
    assert condition["message"] == "default-scheduler: preempting to accommodate a higher priority pod"


def test_no_more_pods_go_than_have_to() -> None:
    world = full_world(pod("a", cpu="4"), pod("b", 10, cpu="30"), pod("c", cpu="14"), pod("d", cpu="12"))
    world.create(pod("high", 100, cpu="12"))
    world.run()
    assert len(world.pods()) == 4
    assert {"a", "b", "high"} < set(where(world))


def test_what_a_budget_holds_is_taken_last() -> None:
    budget = {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "a", "namespace": "default"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "a"}}},
    }
    world = full_world(pod("a"), pod("b", 10))
    world.create(budget)
    world.run()
    world.create(pod("high", 100))
    world.run()
    assert sorted(where(world)) == ["a", "high"]


def test_a_polite_pod_waits_and_says_so() -> None:
    world = full_world(pod("a"), pod("b"))
    world.create(priority_class(7, "Never"), pod("polite", 7))
    world.run()
    assert sorted(where(world).items())[-1] == ("polite", "")
    assert world.told("Pod", "polite")[0][1].endswith("preemption: not eligible due to preemptionPolicy=Never.")


def test_a_pod_too_big_for_any_node_drives_nobody_away() -> None:
    world = full_world(pod("a"), pod("b"))
    world.create(pod("high", 100, cpu="64"))
    world.run()
    assert sorted(where(world)) == ["a", "b", "high"]
    assert "3 Preemption is not helpful for scheduling" in world.told("Pod", "high")[0][1]


def test_pods_of_equal_priority_are_let_be() -> None:
    world = full_world(pod("a", 100), pod("b", 100))
    world.create(pod("late", 100))
    world.run()
    assert where(world)["late"] == ""
    assert "2 No preemption victims found for incoming pod" in world.told("Pod", "late")[0][1]


def test_the_freed_room_is_not_given_to_the_pod_that_replaces_the_victim() -> None:
    world = Workloads()
    given = {"containers": [{"name": "main", "image": "nginx:1.25", "resources": HALF}]}
    template = {"metadata": {"labels": {"app": "low"}}, "spec": given}
    world.create(priority_class(100), workload("Deployment", "low", template, replicas=2))
    world.run()
    world.create(pod("high", 100))
    world.run(120)
    assert world.status("Pod", "high", "phase") == ["Running"]
    assert sorted(world.status("Deployment", "low", "readyReplicas", "unavailableReplicas")) == [1, 1]


def test_the_pod_of_the_highest_priority_gets_what_becomes_free() -> None:
    world = full_world(pod("a", 1000), pod("b", 1000))
    world.create(pod("early", 10), pod("urgent", 100))
    world.run(5)
    world.delete("Pod", "a")
    world.run()
    assert where(world)["urgent"] != ""
    assert where(world)["early"] == ""


def test_a_pod_gets_out_of_the_way_of_anti_affinity() -> None:
    world = full_world(pod("a", cpu="1"), pod("b", 10, cpu="1"))
    term = {"topologyKey": "kubernetes.io/os", "labelSelector": {"matchLabels": {"app": "a"}}}
    wanted = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}
    node = where(world)["a"]
    world.create(pod("high", 100, cpu="1", affinity=wanted, nodeSelector={"kubernetes.io/hostname": node}))
    world.run()
    assert sorted(where(world)) == ["b", "high"]
