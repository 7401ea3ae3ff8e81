"""Pods that no kubelet runs, and pods that a kubelet refuses."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.api.meta import Obj, condition_of, dig
from tests.unit.workload_world import Workloads, workload


def pod(name: str = "one", **spec: object) -> Obj:
    meta = {"name": name, "namespace": "default"}
    container = {"name": "main", "image": "nginx:1.25"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": {"containers": [container], **spec}}


def sysctls(*names: str) -> Obj:
    return pod(securityContext={"sysctls": [{"name": name, "value": "1"} for name in names]})


def test_a_pod_of_a_node_that_is_not_there_is_pending_and_collected_after_a_minute() -> None:
    world = Workloads()
    world.create(pod(nodeName="nowhere"))
    world.run(59)
    assert world.status("Pod", "one", "phase", "containerStatuses") == ["Pending", None]
    world.run(1)
    assert world.find("Pod", "one") is None
    failed = world.history[-2].new
    assert failed is not None
    condition = condition_of(failed, "DisruptionTarget")
    assert condition is not None
    assert (dig(failed, "status", "phase"), condition["reason"]) == ("Failed", "DeletionByPodGC")
    assert condition["message"] == "PodGC: node no longer exists"


def test_a_deleted_pod_of_no_node_waits_for_its_collection() -> None:
    world = Workloads()
    world.create(pod(nodeName="nowhere"))
    world.run(5)
    world.delete("Pod", "one")
    world.run(50)
    assert world.find("Pod", "one") is not None
    world.run(5)
    assert world.find("Pod", "one") is None


def test_a_pod_runs_if_its_node_comes_in_time() -> None:
    world = Workloads()
    world.create(pod(nodeName="late"))
    world.run(30)
    node = world.cluster.get("Node", "", "node01")
    world.cluster.create({**node, "metadata": {"name": "late"}})
    world.run(60)
    assert world.status("Pod", "one", "phase") == ["Running"]


def test_the_pods_of_a_deleted_node_are_made_elsewhere_a_minute_later() -> None:
    world = Workloads()
    world.create(workload("Deployment", "web", replicas=4))
    world.run(100)
    world.cluster.delete("Node", "", "node01")
    world.run(55)
    assert {one["spec"]["nodeName"] for one in world.pods()} == {"node01", "node02"}
    world.run(15)
    assert [one["spec"]["nodeName"] for one in world.pods()] == ["node02"] * 4
    assert world.status("Deployment", "web", "readyReplicas") == [4]


@pytest.mark.parametrize("drop_wakes", [False, True])
def test_a_cut_life_of_orphans_is_the_same_as_a_whole_one(drop_wakes: bool) -> None:
    def lived(*, cut: bool) -> dict[tuple[str, str, str], Obj]:
        world = Workloads()
        world.create(pod(nodeName="nowhere"), workload("Deployment", "web", replicas=4))
        world.run(20)
        world.cluster.delete("Node", "", "node02")
        for _ in range(30):
            world.run(3)
            world = world.reopened(drop_wakes=drop_wakes) if cut else world
        return world.objects()

    assert lived(cut=True) == lived(cut=False)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        (sysctls("kernel.msgmax"), '"kernel.msgmax" not allowlisted'),
        (sysctls("net.ipv4.tcp_syncookies", "net/core/somaxconn"), '"net.core.somaxconn" not allowlisted'),
    ],
)
def test_a_kubelet_rejects_a_pod_with_unsafe_sysctls(given: Obj, wrong: str) -> None:
    world = Workloads()
    world.create(given)
    world.run(5)
    assert world.status("Pod", "one", "phase", "reason", "message") == [
        "Failed",
        "SysctlForbidden",
        f"Pod was rejected: forbidden sysctl: {wrong}",
    ]
    assert world.status("Pod", "one", "containerStatuses", "podIP") == [None, None]
    assert world.told("Pod", "one")[-1] == ("SysctlForbidden", f"forbidden sysctl: {wrong}")


def placed(name: str, **spec: Any) -> Obj:
    container = {"name": "main", "image": "nginx", **spec.pop("container", {})}
    meta = {"name": name, "namespace": "default"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": meta,
        "spec": {"nodeName": "node01", "containers": [container], **spec},
    }


PORT = {"ports": [{"containerPort": 80, "hostPort": 80}]}
CPU = {"resources": {"requests": {"cpu": "20"}}}


@pytest.mark.parametrize(
    ("spec", "reason", "why"),
    [
        (
            {"container": PORT},
            "NodePorts",
            "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
        ),
        (
            {"nodeSelector": {"a": "b"}},
            "NodeAffinity",
            "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
        ),
        (
            {"container": CPU},
            "OutOfcpu",
            "Node didn't have enough resource: cpu, requested: 20000, used: 20000, capacity: 32000",
        ),
    ],
)
def test_a_kubelet_rejects_a_pod_that_named_a_node_which_is_not_for_it(spec: Obj, reason: str, why: str) -> None:
    world = Workloads()
    world.create(placed("first", container={**PORT, **CPU}), placed("second", **spec))
    world.run(5)
    assert world.status("Pod", "first", "phase") == ["Running"]
    assert world.status("Pod", "second", "phase", "reason", "message") == ["Failed", reason, f"Pod was rejected: {why}"]
    assert world.told("Pod", "second") == [(reason, why)]


def test_safe_sysctls_harm_nobody() -> None:
    world = Workloads()
    world.create(sysctls("net.ipv4.ip_local_port_range", "kernel/shm_rmid_forced"))
    world.run(5)
    assert world.status("Pod", "one", "phase") == ["Running"]
