"""What faults do to a cluster: nodes, pods, images, probes and starts, with upstream's times and words."""

from __future__ import annotations

import pytest
from kubesim.api.meta import MINUTE, SECOND, Key, Obj, condition_of, labels_of
from kubesim.cluster.faults import IMAGE, NODE_DOWN, NODE_FULL, READINESS, SLOW_START, Fault, active
from kubesim.errors import UserError
from kubesim.kinds.common.pod_summary import summarize
from kubesim.life.faults import begin, clear, kill, room_of
from tests.unit.workload_world import Workloads, nodes_of, template, workload

PODS = {"namespace": "default", "selector": {"matchLabels": {"app": "web"}}}
UNREACHABLE = "node.kubernetes.io/unreachable"
ON_PORT = {"tcpSocket": {"port": 80}, "periodSeconds": 5}


def befall(world: Workloads, kind: str, target: str, seconds: float = 0, **details: object) -> int:
    """Let a fault begin; its number."""
    now = world.cluster.now
    until = now + round(seconds * SECOND) if seconds else None
    number = begin(world, Fault(kind, target, now, until, details))
    world.engine.settle()
    return number


def a_web(kind: str = "Deployment", given: Obj | None = None, **spec: object) -> Workloads:
    """A cluster of kind's sort with a workload that has run for a minute."""
    world = Workloads.of_profile("kind")
    world.create(workload(kind, "web", given, **spec))
    world.run(60)
    return world


def conditions(world: Workloads, node: str = "node01") -> dict[str, str]:
    found = world.cluster.get("Node", "", node)["status"]["conditions"]
    return {condition["type"]: condition["status"] for condition in found}


def taints(world: Workloads, node: str = "node01") -> list[str]:
    return [taint["effect"] for taint in world.cluster.get("Node", "", node)["spec"].get("taints") or ()]


def on(world: Workloads, node: str, *, leaving: bool = False) -> list[Obj]:
    return [pod for pod in world.pods(leaving=leaving) if pod["spec"].get("nodeName") == node]


def after(world: Workloads, has_happened: object, limit: int = 600) -> int:
    """After how many seconds something has happened."""
    for second in range(limit):
        if has_happened():  # type: ignore[operator]
            return second
        world.run(1)
    raise AssertionError("it never happens")


# nodes that are down


def test_a_node_that_is_down_is_not_ready_after_50_seconds_of_silence() -> None:
    world = a_web(replicas=2)
    befall(world, NODE_DOWN, "node01")
    assert after(world, lambda: conditions(world)["Ready"] != "True") == 50
    assert set(conditions(world).values()) == {"Unknown"}
    ready = condition_of(world.cluster.get("Node", "", "node01"), "Ready")
    assert ready is not None
    assert (ready["reason"], ready["message"]) == ("NodeStatusUnknown", "Kubelet stopped posting node status.")
    assert conditions(world, "node02")["Ready"] == "True"


def test_it_is_tainted_at_once_and_its_pods_are_evicted_after_five_minutes() -> None:
    world = a_web(replicas=4)
    befall(world, NODE_DOWN, "node01")
    after(world, lambda: conditions(world)["Ready"] != "True")
    assert taints(world) == ["NoSchedule"]
    world.run(5)
    assert taints(world) == ["NoSchedule", "NoExecute"]
    assert after(world, lambda: not on(world, "node01")) == 300
    world.run(10)
    assert nodes_of(world.pods()) == ["node02"] * 4
    assert [summarize(pod).reason for pod in on(world, "node01", leaving=True)] == ["Terminating"] * 2


def test_its_pods_are_shown_running_and_are_not_ready() -> None:
    world = a_web(replicas=2)
    (pod,) = on(world, "node01")
    befall(world, NODE_DOWN, "node01")
    world.run(51)
    (pod,) = on(world, "node01")
    assert summarize(pod).reason == "Running"
    ready = condition_of(pod, "Ready")
    assert ready is not None
    assert ready["status"] == "False"
    assert ("NodeNotReady", "Node is not ready") in world.told("Pod", pod["metadata"]["name"])
    assert world.status("Deployment", "web", "readyReplicas", "unavailableReplicas") == [1, 1]


def test_nothing_of_it_moves_while_it_is_down() -> None:
    world = a_web(replicas=2)
    befall(world, NODE_DOWN, "node01")
    (pod,) = on(world, "node01")
    world.delete("Pod", pod["metadata"]["name"])
    world.run(120)
    assert world.find("Pod", pod["metadata"]["name"]) is not None
    world.delete("Pod", pod["metadata"]["name"], grace=0)
    assert world.find("Pod", pod["metadata"]["name"]) is None


def test_its_lease_is_not_renewed() -> None:
    world = a_web()
    renewed = world.cluster.get("Lease", "kube-node-lease", "node01")["spec"]["renewTime"]
    befall(world, NODE_DOWN, "node01")
    world.run(300)
    leases = {lease["metadata"]["name"]: lease["spec"]["renewTime"] for lease in world.cluster.list("Lease")}
    assert leases["node01"] == renewed < leases["node02"]


def test_when_it_is_back_its_pods_begin_anew_with_other_addresses() -> None:
    world = a_web(replicas=2)
    (pod,) = on(world, "node01")
    number = befall(world, NODE_DOWN, "node01")
    world.run(120)
    clear(world, number)
    world.run(10)
    (again,) = on(world, "node01")
    (container,) = again["status"]["containerStatuses"]
    assert again["metadata"]["uid"] == pod["metadata"]["uid"]
    assert again["status"]["podIP"] != pod["status"]["podIP"]
    assert (container["ready"], container["restartCount"]) == (True, 1)
    ended = container["lastState"]["terminated"]
    assert (ended["exitCode"], ended["reason"]) == (255, "Unknown")
    message = "Pod sandbox changed, it will be killed and re-created."
    assert ("SandboxChanged", message) in world.told("Pod", pod["metadata"]["name"])


def test_it_is_ready_and_without_taints_then_and_says_so() -> None:
    world = a_web()
    befall(world, NODE_DOWN, "node01", 400)
    world.run(399)
    assert taints(world) == ["NoSchedule", "NoExecute"]
    world.run(1)
    assert (conditions(world)["Ready"], taints(world)) == ("True", [])
    about = world.cluster.events_of(world.cluster.get("Node", "", "node01"))
    reasons = [event["reason"] for event in sorted(about, key=lambda event: str(event["metadata"]["name"]))]
    assert reasons == [
        *("NodeNotReady", "Starting", "NodeHasSufficientMemory", "NodeHasNoDiskPressure", "NodeHasSufficientPID"),
        *("Rebooted", "NodeReady"),
    ]


def test_an_outage_that_nobody_noticed_restarts_its_pods_all_the_same() -> None:
    world = a_web(replicas=2)
    befall(world, NODE_DOWN, "node01", 20)
    world.run(30)
    restarts = {p["spec"]["nodeName"]: p["status"]["containerStatuses"][0]["restartCount"] for p in world.pods()}
    assert restarts == {"node01": 1, "node02": 0}


def test_pods_that_were_evicted_end_when_it_is_back() -> None:
    world = a_web(replicas=2)
    befall(world, NODE_DOWN, "node01", 400)
    world.run(390)
    assert len(on(world, "node01", leaving=True)) == 1
    world.run(12)
    assert on(world, "node01", leaving=True) == []


def test_pods_that_tolerate_it_stay() -> None:
    world = a_web("DaemonSet")
    befall(world, NODE_DOWN, "node01")
    world.run(1000)
    assert nodes_of(world.pods()) == ["node01", "node02"]


def test_a_pod_of_a_stateful_set_is_not_replaced_as_long_as_it_may_run() -> None:
    world = a_web("StatefulSet", replicas=2, serviceName="web")
    (pod,) = on(world, "node01")
    number = befall(world, NODE_DOWN, "node01")
    world.run(1000)
    assert [summarize(p).reason for p in on(world, "node01", leaving=True)] == ["Terminating"]
    assert len(world.pods(leaving=True)) == 2
    clear(world, number)
    world.run(10)
    again = world.get("Pod", pod["metadata"]["name"])
    assert again["metadata"]["uid"] != pod["metadata"]["uid"]


def test_a_pod_that_is_not_restarted_has_failed_when_its_node_is_back() -> None:
    world = Workloads.of_profile("kind")
    spec = {"containers": [{"name": "main", "image": "nginx:1.25"}], "restartPolicy": "Never", "nodeName": "node01"}
    world.create({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "one", "namespace": "default"}, "spec": spec})
    world.run(10)
    befall(world, NODE_DOWN, "node01", 20)
    world.run(30)
    assert world.get("Pod", "one")["status"]["phase"] == "Failed"


def test_init_containers_run_again_in_a_new_sandbox() -> None:
    given = template("web", initContainers=[{"name": "first", "image": "busybox:1.36", "command": ["sleep", "3"]}])
    world = a_web(given=given, replicas=1)
    (pod,) = world.pods()
    befall(world, NODE_DOWN, pod["spec"]["nodeName"], 20)
    world.run(22)
    (pod,) = world.pods()
    assert summarize(pod).reason == "Init:0/1"
    world.run(10)
    (pod,) = world.pods()
    assert summarize(pod).reason == "Running"
    counts = [s["restartCount"] for s in (*pod["status"]["initContainerStatuses"], *pod["status"]["containerStatuses"])]
    assert counts == [1, 1]


def test_what_was_being_pulled_is_pulled_again() -> None:
    world = Workloads.of_profile("kind")
    world.create(workload("DaemonSet", "web", template("web", "redis:7")))
    world.run(0.5)
    befall(world, NODE_DOWN, "node01", 20)
    world.run(21)
    (pod,) = on(world, "node01")
    assert not pod["status"]["containerStatuses"][0]["ready"]
    world.run(5)
    (pod,) = on(world, "node01")
    assert pod["status"]["containerStatuses"][0]["ready"]


# nodes that are full


def test_a_full_node_takes_no_more_pods_and_keeps_those_that_it_has() -> None:
    world = a_web(replicas=2)
    before = nodes_of(world.pods())
    befall(world, NODE_FULL, "node01", 60, pods=room_of(world, "node01"))
    world.change("Deployment", "web", lambda spec: {**spec, "replicas": 6})
    world.run(10)
    assert nodes_of(world.pods()) == [*before, *["node02"] * 4]
    assert world.cluster.get("Node", "", "node01")["status"]["allocatable"]["pods"] == "3"
    world.run(60)
    assert world.cluster.get("Node", "", "node01")["status"]["allocatable"]["pods"] == "110"


def test_pods_wait_where_every_node_is_full_until_one_has_room() -> None:
    world = a_web(replicas=2)
    for node in ("node01", "node02"):
        befall(world, NODE_FULL, node, 60, pods=room_of(world, node))
    world.change("Deployment", "web", lambda spec: {**spec, "replicas": 3})
    world.run(10)
    (waiting,) = [pod for pod in world.pods() if not pod["spec"].get("nodeName")]
    (told,) = [message for _, message in world.told("Pod", waiting["metadata"]["name"])]
    assert "2 Too many pods" in told
    world.run(60)
    assert all(pod["spec"].get("nodeName") for pod in world.pods())


# pods


def test_killed_containers_are_started_again_by_their_pod() -> None:
    world = a_web(replicas=1)
    (pod,) = world.pods()
    assert kill(world, pod) == ["main"]
    world.run(5)
    (container,) = world.pods()[0]["status"]["containerStatuses"]
    assert (container["restartCount"], container["ready"]) == (1, True)
    ended = container["lastState"]["terminated"]
    assert (ended["exitCode"], ended["reason"]) == (137, "Error")


def test_containers_may_be_killed_for_their_memory_and_back_off_after_that() -> None:
    world = a_web(replicas=1)
    for _ in range(2):
        kill(world, world.pods()[0], "main", is_out_of_memory=True)
        world.run(1.5)
    (container,) = world.pods()[0]["status"]["containerStatuses"]
    assert container["lastState"]["terminated"]["reason"] == "OOMKilled"
    world.run(12)
    assert "BackOff" in [reason for reason, _ in world.told("Pod", world.pods()[0]["metadata"]["name"])]


def test_nothing_is_killed_that_does_not_run() -> None:
    world = a_web(replicas=2)
    (pod,) = on(world, "node01")
    with pytest.raises(UserError, match=r'container "other" of pod .* does not run'):
        kill(world, pod, "other")
    world.delete("Pod", pod["metadata"]["name"])
    with pytest.raises(UserError, match="is ending already"):
        kill(world, world.get("Pod", pod["metadata"]["name"]))
    (other,) = on(world, "node02")
    befall(world, NODE_DOWN, "node02")
    with pytest.raises(UserError, match="is on a node that is down"):
        kill(world, other)


# images


def test_an_image_that_cannot_be_pulled_holds_a_rollout_up_until_it_can() -> None:
    world = a_web(replicas=2)
    befall(world, IMAGE, "httpd:*", 60, pattern="httpd:*")
    world.set_image("Deployment", "web", "httpd:2.4")
    world.run(30)
    (stuck,) = [pod for pod in world.pods() if pod["spec"]["containers"][0]["image"] == "httpd:2.4"]
    assert summarize(stuck).reason in ("ErrImagePull", "ImagePullBackOff")
    told = dict(world.told("Pod", stuck["metadata"]["name"]))
    messages = [message for _, message in world.told("Pod", stuck["metadata"]["name"])]
    assert "Pulling" in told
    assert any("lookup registry-1.docker.io: i/o timeout" in message for message in messages)
    world.run(90)
    assert world.images() == ["httpd:2.4"] * 2
    assert not any("not found" in message for _, message in world.told("Pod", stuck["metadata"]["name"]))


def test_nodes_that_have_an_image_go_on_to_use_it() -> None:
    world = a_web(replicas=2)
    befall(world, IMAGE, "*", pattern="*")
    world.change("Deployment", "web", lambda spec: {**spec, "replicas": 4})
    world.run(10)
    assert world.status("Deployment", "web", "readyReplicas") == [4]


# probes


def test_readiness_that_fails_takes_pods_out_after_as_many_failures_as_it_takes() -> None:
    given = template("web")
    given["spec"]["containers"][0]["readinessProbe"] = ON_PORT
    world = a_web(given=given, replicas=2)
    befall(world, READINESS, "deployment/web", 30, **PODS)
    assert 10 <= after(world, lambda: world.status("Deployment", "web", "readyReplicas") == [None]) <= 16
    assert 14 <= after(world, lambda: world.status("Deployment", "web", "readyReplicas") == [2]) <= 26
    (container,) = world.pods()[0]["status"]["containerStatuses"]
    assert container["restartCount"] == 0


def test_readiness_recovers_once_its_fault_is_cleared() -> None:
    given = template("web")
    given["spec"]["containers"][0]["readinessProbe"] = {**ON_PORT, "successThreshold": 2}
    world = a_web(given=given, replicas=1)
    number = befall(world, READINESS, "deployment/web", **PODS)
    world.run(600)
    assert world.status("Deployment", "web", "readyReplicas") == [None]
    clear(world, number)
    assert 5 <= after(world, lambda: world.status("Deployment", "web", "readyReplicas") == [1]) <= 11


def test_one_pod_may_fail_alone() -> None:
    given = template("web")
    given["spec"]["containers"][0]["readinessProbe"] = ON_PORT
    world = a_web(given=given, replicas=3)
    befall(world, READINESS, "pod", namespace="default", name=world.names()[0])
    world.run(30)
    assert world.status("Deployment", "web", "readyReplicas") == [2]


# starts


def test_slow_starts_delay_probes_of_containers_that_start_meanwhile() -> None:
    given = template("web")
    given["spec"]["containers"][0]["readinessProbe"] = {**ON_PORT, "periodSeconds": 1}
    world = a_web(given=given, replicas=1)
    befall(world, SLOW_START, "deployment/web", 5, **PODS, length=20 * SECOND)
    assert world.status("Deployment", "web", "readyReplicas") == [1]
    world.change("Deployment", "web", lambda spec: {**spec, "replicas": 2})
    assert 20 <= after(world, lambda: world.status("Deployment", "web", "readyReplicas") == [2]) <= 23
    world.change("Deployment", "web", lambda spec: {**spec, "replicas": 3})
    assert after(world, lambda: world.status("Deployment", "web", "readyReplicas") == [3]) <= 4


def test_what_starts_too_slowly_for_its_liveness_probe_is_restarted() -> None:
    given = template("web")
    given["spec"]["containers"][0]["livenessProbe"] = {**ON_PORT, "failureThreshold": 2}
    world = a_web(given=given, replicas=1)
    befall(world, SLOW_START, "deployment/web", **PODS, length=MINUTE)
    world.delete("Pod", world.names()[0])
    world.run(40)
    (container,) = world.pods()[0]["status"]["containerStatuses"]
    assert container["restartCount"] >= 1


# keeping them


def test_faults_are_numbered_and_forgotten_once_nothing_depends_on_them() -> None:
    world = a_web()
    assert [befall(world, IMAGE, "a", 10, pattern="a"), befall(world, IMAGE, "b", pattern="b")] == [1, 2]
    world.run(20)
    assert [number for number, _ in active(world.cluster)] == [2]
    with pytest.raises(UserError, match="there is no fault 1"):
        clear(world, 1)
    assert befall(world, IMAGE, "c", pattern="c") == 3
    assert sorted(world.cluster.head["notes"]["faults"]["known"]) == ["2", "3"]


def test_a_fault_changes_nothing_for_what_it_does_not_befall() -> None:
    world, calm = a_web(replicas=2), a_web(replicas=2)
    befall(world, READINESS, "pod", namespace="default", name="other")
    befall(world, IMAGE, "other", pattern="other")
    for each in (world, calm):
        each.set_image("Deployment", "web", "nginx:1.26")
        each.run(60)
    assert world.objects().keys() == calm.objects().keys()
    assert all(labels_of(world.objects()[key]) == labels_of(calm.objects()[key]) for key in calm.objects())
    assert Key("Node", "", "node01") in world.objects()
