"""Nodes that are short of disk or memory: their conditions and taints, whom their kubelets evict, and in what words."""

from __future__ import annotations

import re

import pytest
from kubesim.api.meta import SECOND, Obj, condition_of
from kubesim.cluster.faults import NODE_PRESSURE, Fault
from kubesim.life.faults import begin, clear
from kubesim.sim.exhaustion import LEAST_MEMORY, left, text_of, threshold
from tests.unit.workload_world import Workloads, nodes_of, template, workload

DISK, MEMORY = "ephemeral-storage", "memory"
LOW = re.compile(
    r"The node was low on resource: ephemeral-storage\. Threshold quantity: 26843546000, available: \d+Ki\. "
    r"Container main was using \d+Ki, request is 0, has larger consumption of ephemeral-storage\. "
)


def a_web(given: Obj | None = None, **spec: object) -> Workloads:
    """A cluster of kind's sort with a Deployment that has run for three minutes."""
    world = Workloads.of_profile("kind")
    world.create(workload("Deployment", "web", given, **spec))
    world.run(180)
    return world


def use_up(world: Workloads, resource: str, node: str = "node01", seconds: int = 0) -> int:
    now = world.cluster.now
    until = now + seconds * SECOND if seconds else None
    number = begin(world, Fault(NODE_PRESSURE, node, now, until, {"resource": resource}))
    world.engine.settle()
    return number


def taints(world: Workloads, node: str = "node01") -> list[str]:
    found = world.cluster.get("Node", "", node)["spec"].get("taints") or ()
    return [f"{taint['key']}:{taint['effect']}" for taint in found]


def posted(world: Workloads, kind: str) -> tuple[str, str, str]:
    condition = condition_of(world.cluster.get("Node", "", "node01"), kind)
    assert condition is not None
    return condition["status"], condition["reason"], condition["message"]


def evicted(world: Workloads) -> list[str]:
    """The pods of all namespaces that were evicted, in the order of their ends; those that a node refused left out."""
    failed = [pod for pod in world.cluster.list("Pod") if pod["status"].get("reason") == "Evicted"]
    ended = [pod for pod in failed if pod["status"].get("containerStatuses")]
    ended.sort(key=lambda pod: pod["status"]["containerStatuses"][0]["state"]["terminated"]["finishedAt"])
    return [pod["metadata"]["name"] for pod in ended]


@pytest.mark.parametrize(
    ("resource", "kind", "bad", "good", "taint"),
    [
        (
            *(DISK, "DiskPressure"),
            ("KubeletHasDiskPressure", "kubelet has disk pressure", "NodeHasDiskPressure"),
            ("KubeletHasNoDiskPressure", "kubelet has no disk pressure", "NodeHasNoDiskPressure"),
            "disk-pressure",
        ),
        (
            *(MEMORY, "MemoryPressure"),
            ("KubeletHasInsufficientMemory", "kubelet has insufficient memory available", "NodeHasInsufficientMemory"),
            ("KubeletHasSufficientMemory", "kubelet has sufficient memory available", "NodeHasSufficientMemory"),
            "memory-pressure",
        ),
    ],
)
def test_a_node_says_what_it_lacks_until_five_minutes_after(
    resource: str, kind: str, bad: tuple[str, str, str], good: tuple[str, str, str], taint: str
) -> None:
    world = a_web()
    use_up(world, resource, seconds=60)
    assert posted(world, kind) == ("True", *bad[:2])
    assert taints(world) == [f"node.kubernetes.io/{taint}:NoSchedule"]
    world.run(60 + 299)
    assert posted(world, kind)[0] == "True"
    world.run(1)
    assert posted(world, kind) == ("False", *good[:2])
    assert taints(world) == []
    events = {e["reason"]: e["message"] for e in world.cluster.events_of(world.cluster.get("Node", "", "node01"))}
    assert [events[reason] for reason in (bad[2], good[2])] == [
        f"Node node01 status is now: {reason}" for reason in (bad[2], good[2])
    ]
    assert events["EvictionThresholdMet"] == f"Attempting to reclaim {resource}"


def test_its_pods_are_evicted_one_by_one_and_made_elsewhere() -> None:
    world = a_web(replicas=4)
    use_up(world, DISK)
    counts = []
    for _ in range(5):
        world.run(10)
        counts.append(len(evicted(world)))
    assert counts == [0, 1, 2, 2, 2]  # the first was kindnet's, which nothing makes important: a DaemonSet cleans up
    ready = [pod for pod in world.pods() if pod["status"]["phase"] == "Running"]
    assert nodes_of(ready) == ["node02"] * 4
    static = [pod for pod in world.cluster.list("Pod", "kube-system") if pod["spec"].get("nodeName") == "node01"]
    assert "kube-proxy" in {
        pod["metadata"]["labels"]["k8s-app"] for pod in static if pod["status"]["phase"] == "Running"
    }


def test_an_evicted_pod_says_why_in_the_words_of_the_kubelet() -> None:
    world = a_web(replicas=4)
    use_up(world, DISK)
    world.run(40)
    pod = next(pod for pod in world.pods() if pod["status"]["phase"] == "Failed")
    assert pod["status"]["reason"] == "Evicted"
    message = pod["status"]["message"]
    assert LOW.fullmatch(message), message
    condition = condition_of(pod, "DisruptionTarget")
    assert condition is not None
    assert (condition["reason"], condition["message"]) == ("TerminationByKubelet", message)
    assert ("Evicted", message) in world.told("Pod", pod["metadata"]["name"])
    assert ("Killing", "Stopping container main") in world.told("Pod", pod["metadata"]["name"])


def test_a_pod_without_a_handler_is_killed_after_two_seconds_whatever_its_grace_period() -> None:
    given = template("web", "busybox")
    given["spec"]["containers"][0]["command"] = ["sleep", "3600"]
    given["spec"]["terminationGracePeriodSeconds"] = 120
    world = a_web(given, replicas=2)
    use_up(world, MEMORY)
    world.run(40)
    pod = next(pod for pod in world.pods() if pod["status"]["phase"] == "Failed")
    ended = pod["status"]["containerStatuses"][0]["state"]["terminated"]
    chosen = condition_of(pod, "DisruptionTarget")
    assert chosen is not None
    assert ended["exitCode"] == 137
    assert int(ended["finishedAt"][-3:-1]) - int(chosen["lastTransitionTime"][-3:-1]) in (2, 3, -57, -58)


def test_who_stays_within_its_request_or_is_more_important_goes_last() -> None:
    world = Workloads.of_profile("kind")
    pinned = {"nodeSelector": {"kubernetes.io/hostname": "node01"}}
    for name, fields, priority in (
        ("modest", {"resources": {"requests": {DISK: "1Gi"}}}, None),
        ("dear", {}, 1000),
        ("cheap", {}, None),
    ):
        if priority is not None:
            meta = {"name": name}
            group = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": meta, "value": priority}
            world.create(group)
        given = template(name, "nginx:1.25")
        given["spec"].update(pinned if priority is None else {**pinned, "priorityClassName": name})
        given["spec"]["containers"][0].update(fields)
        world.create(workload("Deployment", name, given, replicas=1))
    world.run(180)
    use_up(world, DISK)
    world.run(60)
    order = [name.partition("-")[0] for name in evicted(world)]
    assert [name for name in order if name != "kindnet"] == ["cheap", "dear", "modest"]
    (modest,) = [pod for pod in world.cluster.list("Pod") if pod["metadata"]["name"] == evicted(world)[-1]]
    assert "Container" not in modest["status"]["message"]


def test_a_node_that_is_short_of_disk_refuses_pods_that_are_sent_there() -> None:
    world = a_web()
    use_up(world, DISK)
    world.create(bare("sent"))
    world.run(5)
    status = world.cluster.get("Pod", "default", "sent")["status"]
    assert (status["phase"], status["reason"]) == ("Failed", "Evicted")
    assert status["message"] == "Pod was rejected: The node had condition: [DiskPressure]. "
    assert ("Evicted", "The node had condition: [DiskPressure]. ") in world.told("Pod", "sent")


def test_one_that_is_short_of_memory_takes_pods_that_ask_for_some() -> None:
    world = a_web()
    use_up(world, MEMORY, seconds=1)
    world.run(30)
    world.create(bare("best-effort"))
    world.create(bare("burstable", resources={"requests": {"memory": "64Mi"}}))
    world.run(5)
    found = {name: world.cluster.get("Pod", "default", name)["status"] for name in ("best-effort", "burstable")}
    assert {name: status["phase"] for name, status in found.items()} == {
        "best-effort": "Failed",
        "burstable": "Running",
    }


def bare(name: str, **fields: object) -> Obj:
    containers = [{"name": "main", "image": "nginx:1.25", **fields}]
    meta = {"name": name, "namespace": "default"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": meta,
        "spec": {"nodeName": "node01", "containers": containers},
    }


def test_images_that_nobody_uses_are_removed_from_a_full_disk() -> None:
    world = a_web(replicas=4)
    world.delete("Deployment", "web")
    world.run(180)
    number = use_up(world, DISK)
    clear(world, number)
    world.run(301)
    world.create(bare("again"))
    world.run(5)
    assert "Pulling" in [reason for reason, _ in world.told("Pod", "again")]


def test_a_reboot_makes_a_node_forget_what_it_lacked() -> None:
    world = a_web()
    use_up(world, DISK, seconds=20)
    now = world.cluster.now
    begin(world, Fault("node-down", "node01", now, now + 30 * SECOND))
    world.run(31)
    assert posted(world, "DiskPressure")[0] == "False"


def test_what_is_left_is_less_than_the_threshold() -> None:
    cluster = Workloads.of_profile("kind").cluster
    for name in ("node01", "node02", "controlplane"):
        node = cluster.get("Node", "", name)
        for resource in (DISK, MEMORY):
            assert 0 < left(cluster, node, resource) < threshold(node, resource)
    assert threshold(node, MEMORY) == LEAST_MEMORY
    assert [text_of(amount) for amount in (0, 5, 4096, LEAST_MEMORY, 3 << 30, 2 << 40)] == [
        *("0", "5", "4Ki", "100Mi", "3Gi", "2Ti")
    ]
