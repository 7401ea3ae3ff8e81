"""The lives of containers on a node: ends that are seen late, starts and hooks that fail, waits for Services."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.api.meta import key_of
from tests.unit.node_cluster import Nodes, bare_pod, container, pod_spec

ALREADY_THERE = "busybox:1.36"


def world_with(spec: dict[str, Any], seconds: float) -> Nodes:
    world = Nodes()
    world.cluster.notes("kubelet")["nodes"] = {
        node: {"serial": 0, "images": {f"docker.io/library/{image}": 0 for image in (ALREADY_THERE, "nginx:1.25")}}
        for node in ("node01", "node02")
    }
    world.create(bare_pod(spec=spec))
    world.run(seconds)
    return world


def state(world: Nodes, name: str = "main") -> str:
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
    script = "if [ ! -f /data/first ]; then touch /data/first; exit 1; fi; sleep 600"
    mounts = [{"name": "work", "mountPath": "/data"}]
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


def waiting_world(script: str, seconds: float = 10) -> Nodes:
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
    world.cluster.update(endpoints())
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


# memory


def stressed(*args: str, command: str = "stress", **fields: Any) -> Nodes:
    limited = {"limits": {"memory": "100Mi"}}
    main = container("polinux/stress", command=[command], args=list(args), resources=limited, **fields)
    return world_with(pod_spec(main, restartPolicy="Never"), 15)


@pytest.mark.parametrize(
    "args",
    [
        ("--vm", "1", "--vm-bytes", "250M", "--vm-hang", "1"),
        ("-m", "2", "--vm-bytes", "60M", "--timeout", "60s"),
        ("--cpu", "1", "-m2"),
        ("-mem-total", "150Mi", "-mem-alloc-size", "10Mi", "-mem-alloc-sleep", "1s"),
    ],
)
def test_a_container_that_uses_more_memory_than_it_may_is_killed_for_that(args: tuple[str, ...]) -> None:
    ended = stressed(*args).container()["state"]["terminated"]
    assert (ended["reason"], ended["exitCode"]) == ("OOMKilled", 137)


@pytest.mark.parametrize(
    "args",
    [
        ("--vm", "1", "--vm-bytes", "50M", "--vm-hang", "1"),
        ("--cpu", "2"),
        ("-cpus", "2"),
        ("-mem-total", "50Mi"),
    ],
)
def test_a_container_that_stays_within_its_memory_runs(args: tuple[str, ...]) -> None:
    assert state(stressed(*args)) == "running"


def test_the_workers_of_stress_ng_share_what_each_of_stress_takes() -> None:
    args = ("--vm", "4", "--vm-bytes", "64M")
    assert state(stressed(*args)) == "terminated OOMKilled"
    assert state(stressed(*args, command="stress-ng")) == "running"


def test_a_load_ends_when_its_time_is_over() -> None:
    ended = stressed("--vm=1", "--vm-bytes=50M", "-t", "5s").container()["state"]["terminated"]
    assert (ended["reason"], ended["exitCode"]) == ("Completed", 0)


@pytest.mark.parametrize("script", ["stress --vm 1 & wait", "stress-ng --vm 1 --vm-bytes 1G || true", "tail /dev/zero"])
def test_the_whole_container_is_killed_when_a_part_of_it_is_out_of_memory(script: str) -> None:
    assert state(stressed("-c", script, command="sh")) == "terminated OOMKilled"


def test_the_limit_of_the_pod_as_a_whole_counts_too() -> None:
    main = container("polinux/stress", command=["stress", "--vm", "1"])
    world = world_with(pod_spec(main, resources={"limits": {"memory": "200Mi"}}), 60)
    assert world.container()["lastState"]["terminated"]["reason"] == "OOMKilled"
    assert world.container()["restartCount"] > 1


# kills


def test_a_container_that_fails_its_probe_is_killed_after_its_hook_within_the_grace_period() -> None:
    probe = {"exec": {"command": ["false"]}, "periodSeconds": 2, "failureThreshold": 1, "timeoutSeconds": 1}
    hook = {"preStop": {"sleep": {"seconds": 20}}}
    main = container("nginx:1.25", livenessProbe={**probe, "terminationGracePeriodSeconds": 8}, lifecycle=hook)
    world = world_with(pod_spec(main, terminationGracePeriodSeconds=30), 9)
    assert (state(world), world.container()["restartCount"]) == ("running", 0)
    world.run(5)
    assert world.container()["restartCount"] == 1


# signals


def killed_after(main: dict[str, Any], profile: str = "kind", grace: int = 30, **fields: Any) -> float:
    """How many seconds a pod lives on that is deleted."""
    world = Nodes(profile=profile)
    world.create(bare_pod(spec=pod_spec(main, terminationGracePeriodSeconds=grace, **fields)))
    world.run(10)
    world.cluster.delete(*key_of(world.pod()), grace=grace)
    begun = world.cluster.now
    while world.pods():
        world.run(0.1)
    return round((world.cluster.now - begun) / 1000, 1)


@pytest.mark.parametrize(
    "command",
    [
        ["sleep", "3600"],
        ["/bin/sh", "-c", "sleep 3600"],
        ["sh", "-c", "while true; do wget -q web; sleep 5; done"],
        ["bash", "-ec", "prepare && tail -f /dev/null"],
        ["sh", "-c", "my-server | tee /log"],
        ["sh", "-c", "my-server & wait"],
        ["sh", "-c", "if true; then sleep 100; else cat; fi"],
        ["sh", "-c", "main() { my-server; }; main"],
        ["sh", "-c", "trap '' TERM; my-server"],
        ["python3", "-m", "http.server"],
        ["python", "-c", "while True: pass"],
        ["busybox", "sleep", "100"],
    ],
)
def test_a_first_process_without_a_handler_uses_up_the_grace_period_as_the_kernel_drops_the_signal(
    command: list[str],
) -> None:
    main = container("tools:1", command=command)
    assert killed_after(main) >= 30
    assert killed_after(main, profile="bare") < 1


@pytest.mark.parametrize(
    "command",
    [
        ["my-server"],
        ["sh", "-c", "prepare; my-server"],
        ["sh", "-c", "exec my-server"],
        ["sh", "-c", "trap 'exit 0' TERM; while true; do sleep 1; done"],
        ["sh", "/run.sh"],
        ["tini", "--", "sleep", "100"],
        ["python", "-c", "import signal; signal.pause()"],
    ],
)
def test_what_may_handle_the_signal_ends_at_once(command: list[str]) -> None:
    assert killed_after(container("tools:1", command=command)) < 1


def test_a_process_that_is_not_the_first_dies_of_the_signal() -> None:
    assert killed_after(container("tools:1", command=["sleep", "99"]), shareProcessNamespace=True) < 1


def test_the_hook_is_a_part_of_the_grace_period_and_two_seconds_are_left_in_any_case() -> None:
    hook = {"preStop": {"sleep": {"seconds": 4}}}
    main = container("tools:1", command=["sleep", "99"], lifecycle=hook)
    assert 10 <= killed_after(main, grace=10) < 11
    assert 6 <= killed_after(main, grace=5) < 7


def test_a_pod_that_is_deleted_again_with_less_time_is_killed_sooner() -> None:
    world = Nodes(profile="kind")
    world.create(bare_pod(spec=pod_spec(container("tools:1", command=["sleep", "99"]))))
    world.run(10)
    world.cluster.delete(*key_of(world.pod()), grace=30)
    world.run(5)
    world.cluster.delete(*key_of(world.pod()), grace=3)
    world.run(4)
    assert world.pods() == []


def test_a_program_that_ends_by_itself_in_time_is_not_waited_for_though_its_pod_is_deleted_twice() -> None:
    world = Nodes(profile="kind")
    world.create(bare_pod(spec=pod_spec(container("tools:1", command=["sleep", "12"]))))
    world.run(10)
    world.cluster.delete(*key_of(world.pod()), grace=30)
    world.run(1)
    world.cluster.delete(*key_of(world.pod()), grace=20)
    world.run(5)
    assert world.pods() == []


def test_a_pod_past_its_deadline_has_failed_when_its_containers_have_ended() -> None:
    world = Nodes(profile="kind")
    main = container("tools:1", command=["sleep", "99"])
    world.create(bare_pod(spec=pod_spec(main, activeDeadlineSeconds=10, terminationGracePeriodSeconds=20)))
    world.run(15)
    assert (world.status()["phase"], "reason" in world.status()) == ("Running", False)
    world.run(20)
    assert (world.status()["phase"], world.status()["reason"]) == ("Failed", "DeadlineExceeded")
    assert world.container()["state"]["terminated"]["exitCode"] == 137
    assert world.engine.next_wake() is None


def test_a_probe_that_fails_restarts_a_shell_with_137_after_the_grace_period() -> None:
    probe = {"exec": {"command": ["cat", "/tmp/healthy"]}, "initialDelaySeconds": 5, "periodSeconds": 5}
    script = "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"
    probe.update(failureThreshold=3, timeoutSeconds=1)
    world = Nodes(profile="kind")
    world.create(bare_pod(spec=pod_spec(container("busybox:1.36", command=["sh", "-c", script], livenessProbe=probe))))
    world.run(70)
    assert world.container()["restartCount"] == 0
    world.run(20)
    assert world.container()["lastState"]["terminated"]["exitCode"] == 137


# rules


@pytest.mark.parametrize(
    ("operator", "values", "restarts"),
    [("In", [42, 43], True), ("In", [1], False), ("NotIn", [42], False), ("NotIn", [1], True)],
)
def test_a_rule_about_its_exit_code_restarts_a_container_that_never_is_otherwise(
    operator: str, values: list[int], restarts: bool
) -> None:
    rules = [{"action": "Restart", "exitCodes": {"operator": operator, "values": values}}]
    main = container(ALREADY_THERE, command=["sh", "-c", "exit 42"], restartPolicy="Never", restartPolicyRules=rules)
    world = world_with(pod_spec(main, restartPolicy="Never"), 20)
    assert (world.container()["restartCount"] > 0, world.status()["phase"]) == (
        restarts,
        "Running" if restarts else "Failed",
    )
