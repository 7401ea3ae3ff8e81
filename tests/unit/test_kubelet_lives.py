"""The lives of containers on a node: ends that are seen late, starts and hooks that fail, waits for Services."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.node_cluster import World, bare_pod, container, pod_spec

ALREADY_THERE = "busybox:1.36"


def world_with(spec: dict[str, Any], seconds: float) -> World:
    world = World()
    world.cluster.notes("kubelet")["nodes"] = {
        node: {"serial": 0, "images": {f"docker.io/library/{image}": 0 for image in (ALREADY_THERE, "nginx:1.25")}}
        for node in ("node01", "node02")
    }
    world.create(bare_pod(spec=spec))
    world.run(seconds)
    return world


def state(world: World, name: str = "main") -> str:
    """What a container's state is called, with its reason if it has one."""
    ((kind, found),) = world.container(name=name)["state"].items()
    return f"{kind} {found.get('reason', '')}".strip()


def service(name: str = "db", **spec: Any) -> dict[str, Any]:
    meta = {"name": name, "namespace": "default"}
    spec = {"clusterIP": "10.96.0.9", "ports": [{"port": 5432}], **spec}
    return {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec}


def endpoints(name: str = "db", *, ready: bool = True, pod: str = "db-0") -> dict[str, Any]:
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {"name": f"{name}-x", "namespace": "default", "labels": {"kubernetes.io/service-name": name}},
        "addressType": "IPv4",
        "endpoints": [{"addresses": ["192.168.1.9"], "conditions": {"ready": ready}, "hostname": pod}],
        "ports": [],
    }


# ends


def message_left(script: str, policy: str = "File", seconds: float = 5, **fields: Any) -> str | None:
    main = container(ALREADY_THERE, command=["sh", "-c", script], terminationMessagePolicy=policy, **fields)
    main.setdefault("terminationMessagePath", "/dev/termination-log")
    found: str | None = (
        world_with(pod_spec(main, restartPolicy="Never"), seconds).container()["state"]["terminated"].get("message")
    )
    return found


@pytest.mark.parametrize(
    "script",
    ["sleep 1; echo over > /dev/termination-log", "printf 'over\\n' | tee /dev/termination-log; exit 3"],
)
def test_what_a_program_writes_to_the_file_of_its_termination_message_is_its_message(script: str) -> None:
    assert message_left(script) == "over\n"


def test_the_file_of_the_message_may_be_another_and_its_end_counts() -> None:
    assert message_left("echo over > /tmp/last", terminationMessagePath="/tmp/last") == "over\n"
    assert message_left("echo over > /tmp/last") is None
    long = message_left("for i in $(seq 2000); do echo line $i; done > /dev/termination-log")
    assert long is not None
    assert (len(long), long[-10:]) == (4096, "line 2000\n")


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("echo one; echo two; exit 1", "one\ntwo\n"),
        ("echo one; echo left > /dev/termination-log; exit 1", "left\n"),
        ("echo one", None),
        ("df -h; exit 1", None),
    ],
)
def test_the_end_of_the_log_stands_for_the_message_of_a_failure_if_the_pod_asks_for_that(
    script: str, expected: str | None
) -> None:
    assert message_left(script, "FallbackToLogsOnError") == expected
    assert message_left("echo one; exit 1") is None


def test_a_container_that_crashes_at_once_is_running_and_ready_for_a_second() -> None:
    world = world_with(pod_spec(container("nginx:crash", imagePullPolicy="Never")), 0)
    world.cluster.notes("kubelet")["nodes"]["node01"]["images"]["docker.io/library/nginx:crash"] = 0
    world = world_with(pod_spec(container(ALREADY_THERE, command=["sh", "-c", "exit 3"])), 1)
    assert (state(world), world.container()["ready"]) == ("running", True)
    world.run(0.9)
    assert (state(world), world.container()["restartCount"]) == ("running", 0)
    world.run(0.1)
    assert world.container()["restartCount"] == 1
    assert world.container()["lastState"]["terminated"]["finishedAt"] == "2026-11-23T02:13:21Z"


def test_a_readiness_probe_keeps_a_container_that_crashes_at_once_from_being_ready() -> None:
    probe = {"exec": {"command": ["true"]}, "initialDelaySeconds": 5}
    world = world_with(pod_spec(container(ALREADY_THERE, command=["false"], readinessProbe=probe)), 1)
    assert (state(world), world.container()["ready"]) == ("running", False)


# starts


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (["sleeep", "5"], 'exec: "sleeep": executable file not found in $PATH: unknown'),
        (["/bin/badcmd"], 'exec: "/bin/badcmd": stat /bin/badcmd: no such file or directory: unknown'),
    ],
)
def test_a_program_that_is_not_there_is_refused_in_runcs_words(command: list[str], why: str) -> None:
    message = (
        "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
        f"unable to start container process: error during container init: {why}"
    )
    world = world_with(pod_spec(container(ALREADY_THERE, command=command)), 1.5)
    assert world.container()["state"]["waiting"] == {"message": message, "reason": "RunContainerError"}
    ended = world.container()["lastState"]["terminated"]
    assert (ended["reason"], ended["exitCode"], ended["message"]) == ("StartError", 128, message)
    assert ended["startedAt"] == "1970-01-01T00:00:00Z"
    assert world.told(world.pod())[-2:] == ["Created: Container created", f"Failed: Error: {message}"]
    world.run(165)
    assert state(world) == "waiting CrashLoopBackOff"


def test_what_an_instance_left_in_a_volume_is_there_for_the_next() -> None:
    script = "if [ ! -f /work/first ]; then touch /work/first; exit 1; fi; sleep 600"
    mounts = [{"name": "work", "mountPath": "/work"}]
    main = container(ALREADY_THERE, command=["sh", "-c", script], volumeMounts=mounts)
    world = world_with(pod_spec(main, volumes=[{"name": "work", "emptyDir": {}}]), 30)
    assert (state(world), world.container()["restartCount"]) == ("running", 1)


def test_a_pod_that_is_never_restarted_fails_with_its_start() -> None:
    spec = pod_spec(container(ALREADY_THERE, command=["sleeep"]), restartPolicy="Never")
    world = world_with(spec, 2)
    assert (state(world), world.status()["phase"]) == ("terminated StartError", "Failed")


# hooks


def test_a_hook_that_fails_behind_the_start_ends_the_container() -> None:
    hook = {"postStart": {"exec": {"command": ["sh", "-c", "echo no; exit 2"]}}}
    world = world_with(pod_spec(container(lifecycle=hook)), 1.5)
    events = world.told(world.pod())
    assert events[-2:] == ["FailedPostStartHook: PostStartHook failed", "Killing: FailedPostStartHook"]
    title = f"web_default({world.pod()['metadata']['uid']})"
    assert world.container()["state"]["waiting"] == {
        "reason": "PostStartHookError",
        "message": f'Exec lifecycle hook ([sh -c echo no; exit 2]) for Container "main" in Pod "{title}" failed - '
        "error: command 'sh -c echo no; exit 2' exited with 2: no, message: \"no\n\"",
    }
    world.run(60)
    assert world.container()["restartCount"] >= 2


def test_a_container_runs_once_the_hook_behind_its_start_is_over() -> None:
    hook = {"postStart": {"exec": {"command": ["sleep", "3"]}}}
    world = world_with(pod_spec(container(lifecycle=hook)), 3.9)
    assert state(world) == "waiting ContainerCreating"
    world.run(0.1)
    assert state(world) == "running"


def test_a_probe_finds_what_the_hook_behind_the_start_made() -> None:
    hook = {"postStart": {"exec": {"command": ["touch", "/tmp/ready"]}}}
    probe = {"exec": {"command": ["cat", "/tmp/ready"]}, "periodSeconds": 1}
    world = world_with(pod_spec(container(lifecycle=hook, readinessProbe=probe)), 3)
    assert world.container()["ready"]


# probes of files


def test_a_liveness_probe_of_a_file_restarts_the_container_once_it_is_gone() -> None:
    probe = {"exec": {"command": ["cat", "/tmp/healthy"]}, "initialDelaySeconds": 5, "periodSeconds": 5}
    script = "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"
    main = container(ALREADY_THERE, args=["/bin/sh", "-c", script], livenessProbe=probe)
    world = world_with(pod_spec(main), 30)
    assert not [line for line in world.told(world.pod()) if line.startswith("Unhealthy")]
    world.run(16)
    words = "Liveness probe failed: cat: can't open '/tmp/healthy': No such file or directory\n"
    assert f"Unhealthy: {words}" in world.told(world.pod())
    assert world.container()["restartCount"] == 1


def test_a_readiness_probe_follows_a_file() -> None:
    probe = {"exec": {"command": ["test", "-f", "/tmp/up"]}, "periodSeconds": 1, "failureThreshold": 1}
    script = "sleep 5; touch /tmp/up; sleep 10; rm /tmp/up; sleep 600"
    world = world_with(pod_spec(container(ALREADY_THERE, command=["sh", "-c", script], readinessProbe=probe)), 5.5)
    assert not world.container()["ready"]
    world.run(2)
    assert world.container()["ready"]
    world.run(10)
    assert not world.container()["ready"]


def test_a_probe_whose_program_is_not_there_errs_in_containerds_words() -> None:
    probe = {"exec": {"command": ["curl", "localhost"]}, "periodSeconds": 1}
    world = world_with(pod_spec(container(ALREADY_THERE, command=["sleep", "600"], readinessProbe=probe)), 4)
    errors = [line for line in world.told(world.pod()) if line.startswith("Unhealthy")]
    assert len(errors) == 1
    assert errors[0].startswith("Unhealthy: Readiness probe errored and resulted in unknown state: rpc error: code = ")
    assert errors[0].endswith('exec: "curl": executable file not found in $PATH: unknown')


def test_a_probe_that_takes_too_long_times_out() -> None:
    probe = {"exec": {"command": ["sleep", "5"]}, "periodSeconds": 10, "timeoutSeconds": 2}
    world = world_with(pod_spec(container(readinessProbe=probe)), 4)
    told = 'Readiness probe failed: command timed out: "sleep 5" timed out after 2s'
    assert f"Unhealthy: {told}" in world.told(world.pod())


# waits


def waiting_world(script: str, seconds: float = 10) -> World:
    first = container(ALREADY_THERE, "first", command=["sh", "-c", script])
    return world_with(pod_spec(initContainers=[first]), seconds)


NAMES = "until nslookup db; do sleep 2; done"
CONNECTS = "until nc -z db.default.svc 5432; do sleep 2; done"


def test_an_init_container_that_waits_for_a_name_ends_when_its_service_is_there() -> None:
    world = waiting_world(NAMES)
    assert state(world, "first") == "running"
    assert world.engine.next_wake() is None
    world.create(service())
    world.run(4)
    assert state(world, "first") == "terminated Completed"
    assert world.status()["phase"] == "Running"


def test_one_that_connects_waits_for_an_endpoint_that_is_ready() -> None:
    world = waiting_world(CONNECTS)
    world.create(service(), endpoints(ready=False))
    world.run(10)
    assert state(world, "first") == "running"
    world.cluster.update(endpoints(), trusted=True)
    world.engine.settle()
    world.run(4)
    assert state(world, "first") == "terminated Completed"


def test_a_port_that_a_service_does_not_have_is_never_reached() -> None:
    world = waiting_world(CONNECTS)
    world.create(service(ports=[{"port": 80}]), endpoints())
    world.run(60)
    assert state(world, "first") == "running"


def test_a_service_that_is_gone_before_the_next_try_was_never_there() -> None:
    world = waiting_world("until nslookup db; do sleep 30; done", 10)
    world.create(service())
    world.run(2)
    world.cluster.delete("Service", "default", "db")
    world.engine.settle()
    world.run(60)
    assert state(world, "first") == "running"


@pytest.mark.parametrize(
    ("script", "made"),
    [
        ("until nslookup db-0.db; do sleep 1; done", [service(clusterIP="None"), endpoints()]),
        ("until nslookup db.default.svc.cluster.local; do sleep 1; done", [service()]),
        ("until wget -qO- http://api:8080; do sleep 1; done", [service("api", ports=[{"port": 8080}]), endpoints("api")]),
        ("until nslookup db.$(cat /var/run/secrets/kubernetes.io/serviceaccount/namespace).svc.cluster.local; do sleep 1; "
            "done", [service()]),
        ("until nc -z db 5432; do sleep 1; done; until nslookup api; do sleep 1; done",
            [service(), endpoints(), service("api")]),
    ],
)  # fmt: skip
def test_services_are_known_by_short_and_long_names(script: str, made: list[dict[str, Any]]) -> None:
    world = waiting_world(script)
    assert state(world, "first") == "running"
    world.create(*made)
    world.run(6)
    assert state(world, "first") == "terminated Completed"


@pytest.mark.parametrize(
    "first",
    [
        container("groundnuty/k8s-wait-for:v2.0", "first", args=["pod", "-lapp=db"]),
        container("bitnami/kubectl", "first", args=["wait", "--for=condition=Ready", "pod/db", "--timeout=1h"]),
    ],
)
def test_a_pod_may_wait_for_another_pod(first: dict[str, Any]) -> None:
    world = world_with(pod_spec(initContainers=[first]), 10)
    assert state(world, "first") == "running"
    other = bare_pod("db")
    other["metadata"]["labels"] = {"app": "db"}
    world.create(other)
    world.run(6)
    assert state(world, "first") == "terminated Completed"


@pytest.mark.parametrize("script", ["until wget -q https://example.com; do sleep 1; done", "nc -z localhost 80"])
def test_what_is_outside_of_the_cluster_is_reached(script: str) -> None:
    assert state(waiting_world(script, 3), "first") == "terminated Completed"


def test_nothing_is_noted_of_a_pod_that_waits_no_more() -> None:
    world = waiting_world(NAMES)
    assert world.cluster.noted("kubelet")["awaiting"] == {"default/web": ["Service/default/db"]}
    world.delete_pod(world.pod())
    world.run(60)
    assert "awaiting" not in world.cluster.noted("kubelet")
