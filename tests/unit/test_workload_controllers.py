"""DaemonSets, StatefulSets, Jobs and endpoints, through the whole cluster: what the recordings do not show."""

from __future__ import annotations

from typing import Any

from kubesim.api.meta import Obj, dig
from kubesim.cluster import Client
from kubesim.kinds import built_in
from tests.property.lives import Act, Uncut


def make(world: Uncut, kind: str, name: str, spec: Obj) -> Obj:
    meta = {"name": name, "namespace": "default"}
    obj = {"apiVersion": built_in(kind).api_version, "kind": kind, "metadata": meta, "spec": spec}
    return Client(world.cluster).create(obj)


def workload(image: str = "nginx:1.25", command: list[str] | None = None, **pod: Any) -> Obj:
    container: Obj = {"name": "main", "image": image}
    if command:
        container["command"] = command
    return {"metadata": {"labels": {"app": "x"}}, "spec": {"containers": [container], **pod}}


def let_live(world: Uncut, seconds: int) -> None:
    world.act(Act("wait", None, seconds * 1000))


SELECTOR = {"matchLabels": {"app": "x"}}


def status(world: Uncut, kind: str, name: str, *path: str) -> Any:
    return dig(world.cluster.get(kind, "default", name), "status", *path)


def nodes_of_pods(world: Uncut) -> list[str]:
    return sorted(pod["spec"]["nodeName"] for pod in world.pods())


def test_a_daemon_keeps_off_a_tainted_node_and_follows_its_selector() -> None:
    world = Uncut.new()
    make(world, "DaemonSet", "d", {"selector": SELECTOR, "template": workload()})
    let_live(world, 10)
    assert nodes_of_pods(world) == ["node01", "node02"]
    picky = workload(nodeSelector={"kubernetes.io/hostname": "node02"})
    web = world.cluster.get("DaemonSet", "default", "d")
    Client(world.cluster).update({**web, "spec": {**web["spec"], "template": picky}})
    let_live(world, 20)
    assert nodes_of_pods(world) == ["node02"]
    assert status(world, "DaemonSet", "d", "desiredNumberScheduled") == 1


def test_on_delete_leaves_old_daemons_until_somebody_deletes_them() -> None:
    world = Uncut.new()
    make(
        world, "DaemonSet", "d", {"selector": SELECTOR, "template": workload(), "updateStrategy": {"type": "OnDelete"}}
    )
    let_live(world, 10)
    daemon = world.cluster.get("DaemonSet", "default", "d")
    Client(world.cluster).update({**daemon, "spec": {**daemon["spec"], "template": workload("nginx:1.26")}})
    let_live(world, 20)
    assert status(world, "DaemonSet", "d", "updatedNumberScheduled") is None
    world.act(Act("delete pod", 0, 20_000))
    assert status(world, "DaemonSet", "d", "updatedNumberScheduled") == 1


def test_stateful_pods_start_one_after_the_other_unless_they_may_in_parallel() -> None:
    world = Uncut.new()
    spec = {"selector": SELECTOR, "serviceName": "s", "replicas": 3, "template": workload()}
    make(world, "StatefulSet", "s", spec)
    world.engine.settle()
    assert [pod["metadata"]["name"] for pod in world.pods()] == ["s-0"]
    let_live(world, 20)
    assert [pod["metadata"]["name"] for pod in world.pods()] == ["s-0", "s-1", "s-2"]
    parallel = Uncut.new()
    make(parallel, "StatefulSet", "s", {**spec, "podManagementPolicy": "Parallel"})
    parallel.engine.settle()
    assert len(parallel.pods()) == 3


def test_a_stateful_pod_comes_back_under_its_name() -> None:
    world = Uncut.new()
    make(world, "StatefulSet", "s", {"selector": SELECTOR, "serviceName": "s", "replicas": 2, "template": workload()})
    let_live(world, 20)
    before = world.cluster.get("Pod", "default", "s-0")["metadata"]["uid"]
    world.cluster.delete("Pod", "default", "s-0")
    let_live(world, 20)
    assert world.cluster.get("Pod", "default", "s-0")["metadata"]["uid"] != before
    assert status(world, "StatefulSet", "s", "readyReplicas") == 2


def job(world: Uncut, name: str, command: list[str], **spec: Any) -> None:
    template = {"spec": {**workload("busybox:1.36", command)["spec"], "restartPolicy": "Never"}}
    make(world, "Job", name, {"template": template, **spec})


def conditions(world: Uncut, name: str) -> list[tuple[str, str]]:
    return [(c["type"], c["reason"]) for c in status(world, "Job", name, "conditions") or ()]


def test_a_job_ends_when_enough_pods_succeeded() -> None:
    world = Uncut.new()
    job(world, "j", ["sleep", "1"], completions=3, parallelism=2)
    world.engine.settle()
    assert status(world, "Job", "j", "active") == 2
    let_live(world, 30)
    assert status(world, "Job", "j", "succeeded") == 3
    assert [kind for kind, _ in conditions(world, "j")] == ["SuccessCriteriaMet", "Complete"]


def test_a_job_that_keeps_failing_gives_up_at_its_limit() -> None:
    world = Uncut.new()
    job(world, "j", ["false"], backoffLimit=1)
    let_live(world, 8)
    assert conditions(world, "j") == []
    let_live(world, 120)
    assert conditions(world, "j")[-1] == ("Failed", "BackoffLimitExceeded")
    assert status(world, "Job", "j", "failed") == 2


def test_a_job_is_stopped_at_its_deadline() -> None:
    world = Uncut.new()
    job(world, "j", ["sleep", "infinity"], activeDeadlineSeconds=5)
    let_live(world, 30)
    assert conditions(world, "j")[-1] == ("Failed", "DeadlineExceeded")
    assert world.pods() == []


def test_a_finished_job_goes_when_its_time_to_live_is_over() -> None:
    world = Uncut.new()
    job(world, "j", ["true"], ttlSecondsAfterFinished=10)
    let_live(world, 9)
    assert world.cluster.find("Job", "default", "j") is not None
    let_live(world, 30)
    assert world.cluster.find("Job", "default", "j") is None


def test_endpoints_follow_ready_pods_and_find_ports_by_name() -> None:
    world = Uncut.new()
    template = workload()
    template["spec"]["containers"][0]["ports"] = [{"name": "web", "containerPort": 8080}]
    make(world, "Deployment", "d", {"replicas": 2, "selector": SELECTOR, "template": template})
    make(world, "Service", "s", {"selector": {"app": "x"}, "ports": [{"port": 80, "targetPort": "web"}]})
    let_live(world, 10)
    (found,) = [s for s in world.cluster.list("EndpointSlice", "default") if s["metadata"]["name"].startswith("s-")]
    assert [port["port"] for port in found["ports"]] == [8080]
    assert [endpoint["conditions"]["ready"] for endpoint in found["endpoints"]] == [True, True]
    world.cluster.delete("Service", "default", "s")
    let_live(world, 1)
    assert not [s for s in world.cluster.list("EndpointSlice", "default") if s["metadata"]["name"].startswith("s-")]
