"""The life of pods on their nodes: start, status, restart, end."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from kubesim.api.meta import condition_of, key_of, parse_time
from tests.unit.node_cluster import START, Nodes, bare_pod, container, pod_spec, replica_set

PRESENT = 'Pulled: Container image "nginx:1.25" already present on machine and can be accessed by the pod'
STARTED = ["Created: Container created", "Started: Container started"]


def run_pod(spec: dict[str, Any], seconds: float = 5) -> Nodes:
    world = Nodes()
    world.create(bare_pod(spec=spec))
    world.run(seconds)
    return world


def waiting(world: Nodes, name: str = "main") -> str:
    reason: str = world.container(name=name)["state"]["waiting"]["reason"]
    return reason


def conditions(world: Nodes) -> dict[str, str]:
    return {c["type"]: c["status"] for c in world.status()["conditions"]}


# starting


def test_a_bound_pod_is_first_told_as_creating_its_containers() -> None:
    world = run_pod(pod_spec(), 0)
    status = world.status()
    assert (status["phase"], waiting(world)) == ("Pending", "ContainerCreating")
    assert "podIP" not in status
    assert conditions(world) == {
        "PodReadyToStartContainers": "False",
        "Initialized": "True",
        "Ready": "False",
        "ContainersReady": "False",
        "PodScheduled": "True",
    }


def test_a_container_whose_image_is_there_starts_a_second_later() -> None:
    world = run_pod(pod_spec(), 0)
    assert world.engine.next_wake() == START + 1000
    world.run(1)
    assert world.status()["phase"] == "Running"
    assert world.told(world.pod())[1:] == [PRESENT, *STARTED]


def test_the_first_pull_of_an_image_on_a_node_takes_1200_ms_and_the_second_pod_finds_it_there() -> None:
    spec = pod_spec(container("redis:7"), nodeSelector={"kubernetes.io/hostname": "node01"})
    world = run_pod(spec, 2.1)
    assert world.status()["phase"] == "Pending"
    world.run(0.1)
    assert world.status()["phase"] == "Running"
    told = world.told(world.pod())
    assert told[1] == 'Pulling: Pulling image "redis:7"'
    pulled = 'Pulled: Successfully pulled image "redis:7" in 1.2s (1.2s including waiting). Image size: '
    assert told[2].startswith(pulled)
    world.create(bare_pod("second", spec))
    world.run(1)
    assert world.status("second")["phase"] == "Running"


def test_an_image_that_is_always_pulled_is_pulled_each_time() -> None:
    world = run_pod(pod_spec(container(imagePullPolicy="Always")))
    assert 'Pulling: Pulling image "nginx:1.25"' in world.told(world.pod())
    assert world.status()["phase"] == "Running"


def test_a_running_pod_tells_all_that_upstream_tells() -> None:
    world = run_pod(pod_spec(container(resources={"requests": {"cpu": "100m"}})))
    status = world.status()
    node = {"node01": "172.30.1.3", "node02": "172.30.1.4"}[world.pod()["spec"]["nodeName"]]
    assert (status["phase"], status["hostIP"], status["observedGeneration"]) == ("Running", node, 1)
    assert status["podIPs"] == [{"ip": status["podIP"]}]
    assert status["startTime"] == "2026-11-23T02:13:20Z"
    assert [c["type"] for c in status["conditions"]] == [
        "PodReadyToStartContainers",
        "Initialized",
        "Ready",
        "ContainersReady",
        "PodScheduled",
    ]
    assert status["conditions"][2] == {
        "lastProbeTime": None,
        "lastTransitionTime": "2026-11-23T02:13:21Z",
        "observedGeneration": 1,
        "status": "True",
        "type": "Ready",
    }
    main = world.container()
    assert main.pop("containerID").startswith("containerd://")
    assert main.pop("imageID").startswith("docker.io/library/nginx@sha256:")
    assert main == {
        "allocatedResources": {"cpu": "100m"},
        "image": "docker.io/library/nginx:1.25",
        "lastState": {},
        "name": "main",
        "ready": True,
        "resources": {"requests": {"cpu": "100m"}},
        "restartCount": 0,
        "started": True,
        "state": {"running": {"startedAt": "2026-11-23T02:13:21Z"}},
    }


def test_a_pod_tells_what_it_has_been_given_as_a_whole() -> None:
    asked = {"requests": {"cpu": "100m", "ephemeral-storage": "1Gi"}, "limits": {"memory": "64Mi"}}
    first = container(command=["sleep", "1"], image="busybox:1.36", resources={"requests": {"cpu": "1"}})
    world = run_pod(pod_spec(container(resources=asked), initContainers=[{**first, "name": "first"}]), 0)
    world.run(1)
    requests = {"cpu": "1", "ephemeral-storage": "1Gi"}
    assert world.status()["resources"] == {"requests": requests, "limits": {"memory": "64Mi"}}
    world.run(5)
    status = world.status()
    assert (status["phase"], status["allocatedResources"]) == ("Running", requests)
    assert status["resources"] == {"requests": {"cpu": "1"}, "limits": {"memory": "64Mi"}}


def test_a_pod_that_asks_for_nothing_is_given_nothing() -> None:
    status = run_pod(pod_spec(container())).status()
    assert status["resources"] == {}
    assert "allocatedResources" not in status


def test_every_pod_has_an_address_of_its_own_in_its_nodes_range() -> None:
    world = Nodes()
    world.create(replica_set(replicas=600))
    world.run(5)
    by_node = {p["metadata"]["name"]: (p["spec"]["nodeName"], p["status"]["podIP"]) for p in world.pods()}
    assert len({address for _, address in by_node.values()}) == 600
    first = [address for node, address in by_node.values() if node == "node01" and address.startswith("192.168.1.")]
    assert len(first) == 254 - 1


def test_the_containers_of_a_pod_are_told_by_name() -> None:
    world = run_pod(pod_spec(container(name="zebra"), container(name="ant")))
    assert [s["name"] for s in world.status()["containerStatuses"]] == ["ant", "zebra"]
    assert all(s["ready"] for s in world.status()["containerStatuses"])


def test_pods_on_the_host_network_have_their_nodes_address() -> None:
    world = run_pod(pod_spec(hostNetwork=True))
    assert world.status()["podIP"] == world.status()["hostIP"]


def test_a_pod_that_never_turns_ready_runs_unready() -> None:
    world = run_pod(pod_spec(container("nginx:notready")))
    assert (world.status()["phase"], world.container()["ready"]) == ("Running", False)
    ready = condition_of(world.pod(), "Ready")
    assert ready is not None
    assert (ready["reason"], ready["message"]) == ("ContainersNotReady", "containers with unready status: [main]")


# init containers


def test_init_containers_run_one_after_the_other_and_then_the_others() -> None:
    one = container("busybox:1.36", "one", command=["sleep", "2"])
    two = container("busybox:1.36", "two", command=["true"])
    world = run_pod(pod_spec(initContainers=[one, two]), 1)
    assert "running" in world.container(name="one")["state"]
    assert (waiting(world, "two"), waiting(world)) == ("PodInitializing", "PodInitializing")
    initialized = condition_of(world.pod(), "Initialized")
    assert initialized is not None
    assert initialized["message"] == "containers with incomplete status: [one two]"
    world.run(5)
    assert world.container(name="two")["state"]["terminated"]["reason"] == "Completed"
    assert conditions(world)["Initialized"] == "True"
    assert world.status()["phase"] == "Running"


def test_an_init_container_that_nothing_says_how_long_to_run_ends_and_lets_the_others_start() -> None:
    copies = container("tools:1", "copies", command=["sh", "-c", "cp /from/a /to/"])
    image_alone = container("migrate:2", "migrates")
    world = run_pod(pod_spec(initContainers=[copies, image_alone]), 2.5)
    assert "running" in world.container(name="copies")["state"]
    world.run(8)
    assert world.container(name="migrates")["state"]["terminated"]["reason"] == "Completed"
    assert world.status()["phase"] == "Running"


def test_a_sidecar_runs_on_in_a_pod_that_is_not_restarted() -> None:
    beside = container("logger:1", "beside", restartPolicy="Always")
    world = run_pod(pod_spec(container(command=["sleep", "60"]), restartPolicy="Never", initContainers=[beside]), 20)
    assert "running" in world.container(name="beside")["state"]


def test_a_failing_init_container_is_restarted_and_holds_the_pod_back() -> None:
    setup = container("busybox:1.36", "setup", command=["false"])
    world = run_pod(pod_spec(initContainers=[setup]), 33)
    status = world.container(name="setup")
    assert (status["state"]["terminated"]["reason"], status["state"]["terminated"]["exitCode"]) == ("Error", 1)
    assert status["lastState"]["terminated"]["exitCode"] == 1
    assert world.status()["phase"] == "Pending"


def test_a_failing_init_container_fails_a_pod_that_is_never_restarted() -> None:
    setup = container("busybox:1.36", "setup", command=["false"])
    world = run_pod(pod_spec(initContainers=[setup], restartPolicy="Never"))
    assert world.status()["phase"] == "Failed"


def test_a_sidecar_starts_before_the_others_and_keeps_running() -> None:
    sidecar = container(name="proxy", restartPolicy="Always")
    world = run_pod(pod_spec(initContainers=[sidecar]))
    assert "running" in world.container(name="proxy")["state"]
    assert (world.status()["phase"], conditions(world)["Ready"]) == ("Running", "True")


def sidecars_beside(command: list[str], *, profile: str = "bare", **fields: Any) -> Nodes:
    first = container(name="first", restartPolicy="Always", lifecycle={"preStop": {"sleep": {"seconds": 3}}})
    second = container(name="second", restartPolicy="Always", lifecycle={"preStop": {"sleep": {"seconds": 5}}})
    main = container("busybox:1.36", command=command)
    world = Nodes(profile=profile)
    world.create(bare_pod(spec=pod_spec(main, restartPolicy="Never", initContainers=[first, second], **fields)))
    return world


def ended(world: Nodes, name: str) -> int:
    return parse_time(world.container(name=name)["state"]["terminated"]["finishedAt"]) // 1000


def test_sidecars_are_ended_in_reverse_order_once_the_others_have_and_the_pod_has_succeeded_then() -> None:
    world = sidecars_beside(["sleep", "10"])
    world.run(15)
    assert world.status()["phase"] == "Running"
    assert "Killing: Stopping container second" in world.told(world.pod())
    world.run(10)
    assert world.status()["phase"] == "Succeeded"
    assert ended(world, "second") - ended(world, "main") >= 5
    assert ended(world, "first") >= ended(world, "second")
    assert world.engine.next_wake() is None


def test_an_init_container_that_fails_for_good_has_the_sidecars_before_it_ended() -> None:
    world = Nodes()
    beside = container(name="beside", restartPolicy="Always")
    setup = container("busybox:1.36", "setup", command=["false"])
    world.create(bare_pod(spec=pod_spec(restartPolicy="Never", initContainers=[beside, setup])))
    world.run(10)
    assert world.status()["phase"] == "Failed"
    assert "terminated" in world.container(name="beside")["state"]


def test_a_deleted_pod_is_gone_when_its_sidecars_have_had_their_turns_within_the_grace_period() -> None:
    world = sidecars_beside(["sleep", "100"])
    world.run(5)
    world.cluster.delete(*key_of(world.pod()), grace=30)
    world.run(5)
    assert world.pods()
    world.run(1)
    assert world.pods() == []


# ends


@pytest.mark.parametrize(
    ("command", "phase", "reason", "code"),
    [(["true"], "Succeeded", "Completed", 0), (["sh", "-c", "sleep 1; exit 3"], "Failed", "Error", 3)],
)
def test_a_pod_that_is_not_restarted_ends_as_its_command_does(
    command: list[str], phase: str, reason: str, code: int
) -> None:
    world = run_pod(pod_spec(container("busybox:1.36", command=command), restartPolicy="Never"))
    ended = world.container()["state"]["terminated"]
    assert (world.status()["phase"], ended["reason"], ended["exitCode"]) == (phase, reason, code)
    ready = condition_of(world.pod(), "Ready")
    assert ready is not None
    assert ready["reason"] == {"Succeeded": "PodCompleted", "Failed": "PodFailed"}[phase]
    assert world.engine.next_wake() is None


def test_a_pod_that_is_restarted_on_failure_alone_succeeds_after_two_seconds() -> None:
    world = run_pod(pod_spec(container(), restartPolicy="OnFailure"), 2.9)
    assert world.status()["phase"] == "Running"
    world.run(0.2)
    assert world.status()["phase"] == "Succeeded"


def test_a_pod_that_crashes_is_restarted_at_once_then_after_10_seconds_and_twice_as_long_each_time() -> None:
    world = run_pod(pod_spec(container("nginx:1.25"), container("redis:crash", "bad")), 0)
    restarts = []
    for _ in range(700):
        world.run(1)
        restarts.append(world.container(name="bad")["restartCount"])
    at = [restarts.index(count) + 1 for count in range(1, 7)]
    gaps = [later - earlier for earlier, later in pairwise(at)]
    assert all(wait <= gap <= 1.5 * wait + 2 for gap, wait in zip(gaps, (10, 20, 40, 80, 160), strict=True))


def test_a_crashed_container_is_told_as_error_first_and_as_backing_off_from_the_next_sync() -> None:
    world = run_pod(pod_spec(container("redis:crash")), 33)
    assert world.container()["state"]["terminated"]["reason"] == "Error"
    assert (world.status()["phase"], world.container()["restartCount"]) == ("Running", 2)
    world.run(132)
    pod = world.pod()["metadata"]
    assert world.container()["state"]["waiting"] == {
        "message": f"back-off 1m20s restarting failed container=main pod=web_default({pod['uid']})",
        "reason": "CrashLoopBackOff",
    }
    back_off = f"BackOff: Back-off restarting failed container main in pod web_default({pod['uid']})"
    assert back_off in world.told(world.pod())


def test_busybox_without_a_command_completes_again_and_again() -> None:
    world = run_pod(pod_spec(container("busybox:1.36")))
    assert world.container()["lastState"]["terminated"]["reason"] == "Completed"
    assert world.container()["restartCount"] == 1


def test_a_deleted_pod_is_told_to_end_and_is_gone_a_moment_later() -> None:
    world = run_pod(pod_spec())
    pod = world.pod()
    world.delete_pod(pod)
    assert world.pods() != []
    assert world.told(pod)[-1] == "Killing: Stopping container main"
    world.run(0.5)
    assert world.pods() == []


def test_a_hook_that_sleeps_before_the_end_delays_it_within_the_grace_period() -> None:
    hook = {"preStop": {"exec": {"command": ["sleep", "10"]}}}
    world = run_pod(pod_spec(container(lifecycle=hook)))
    world.delete_pod(world.pod())
    world.run(9)
    assert world.pods() != []
    world.run(2)
    assert world.pods() == []


def test_a_new_image_restarts_the_container() -> None:
    world = run_pod(pod_spec())
    pod = world.pod()
    spec = {**pod["spec"], "containers": [{**pod["spec"]["containers"][0], "image": "nginx:1.26"}]}
    world.cluster.update({**pod, "spec": spec})
    world.engine.settle()
    world.run(5)
    assert (world.container()["image"], world.container()["restartCount"]) == ("docker.io/library/nginx:1.26", 1)
    assert "Killing: Container main definition changed, will be restarted" in world.told(world.pod())
    assert world.status()["observedGeneration"] == 2


def test_a_pod_past_its_deadline_has_failed() -> None:
    world = run_pod(pod_spec(activeDeadlineSeconds=10), 11)
    status = world.status()
    assert (status["phase"], status["reason"]) == ("Failed", "DeadlineExceeded")
    assert status["message"] == "Pod was active on the node longer than the specified deadline"


def test_a_pod_that_waits_for_its_readiness_gate_is_not_ready() -> None:
    world = run_pod(pod_spec(readinessGates=[{"conditionType": "example.com/go"}]))
    ready = condition_of(world.pod(), "Ready")
    assert conditions(world)["ContainersReady"] == "True"
    assert ready is not None
    assert (ready["status"], ready["reason"]) == ("False", "ReadinessGatesNotReady")


@pytest.mark.parametrize(
    ("command", "code", "phase"),
    [pytest.param(["sleep", "1000"], 143, "Failed", id="a command"), pytest.param(None, 0, "Succeeded", id="a server")],
)
def test_a_deleted_pod_that_is_held_tells_how_it_ended(command: list[str] | None, code: int, phase: str) -> None:
    main = container(command=command) if command else container()
    pod = bare_pod("held", pod_spec(main))
    pod["metadata"]["finalizers"] = ["example.com/hold"]
    world = Nodes()
    world.create(pod)
    world.run(5)
    world.delete_pod(world.pod("held"))
    world.run(5)
    status = world.pod("held")["status"]
    assert status["phase"] == phase
    assert status["containerStatuses"][0]["state"]["terminated"]["exitCode"] == code


def test_a_pod_turns_ready_when_somebody_opens_its_readiness_gate() -> None:
    world = run_pod(pod_spec(readinessGates=[{"conditionType": "example.com/go"}]))
    pod = world.pod()
    opened = {"type": "example.com/go", "status": "True"}
    world.cluster.update_status(pod, {**pod["status"], "conditions": [*pod["status"]["conditions"], opened]})
    world.engine.settle()
    conditions = {one["type"]: one["status"] for one in world.pod()["status"]["conditions"]}
    assert (conditions["Ready"], conditions["example.com/go"]) == ("True", "True")
