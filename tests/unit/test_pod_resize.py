"""A pod's containers get other resources while they run: kubectl patch --subresource resize."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from command_lines import Shell


def pod(**policy: str) -> str:
    amounts = {"cpu": "100m", "memory": "64Mi"}
    container = {
        "name": "main",
        "image": "busybox:1.36",
        "command": ["sleep", "inf"],
        "resources": {"requests": amounts, "limits": amounts},
        "resizePolicy": [{"resourceName": name, "restartPolicy": value} for name, value in policy.items()],
    }
    return json.dumps(
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [container]}}
    )


@pytest.fixture
def running(shell: Shell) -> Shell:
    shell.ok("sim reset --profile kind --nodes 2 --seed 1")
    shell.ok(f"create -f {shell.write('pod.json', pod(memory='RestartContainer'))}")
    shell.ok("wait pod/p --for=condition=Ready")
    return shell


def change(**amounts: str) -> str:
    resources = {"requests": amounts, "limits": amounts}
    patch = {"spec": {"containers": [{"name": "main", "resources": resources}]}}
    return f"patch pod p --subresource resize -p '{json.dumps(patch)}'"


def status(shell: Shell) -> Any:
    return json.loads(shell.ok("get pod p -o json"))["status"]


def reasons(shell: Shell) -> list[str]:
    return [event["reason"] for event in json.loads(shell.ok("get events -o json"))["items"]]


def test_a_container_gets_other_resources_without_a_restart(running: Shell) -> None:
    assert running.ok("exec p -- cat /sys/fs/cgroup/cpu.max") == "10000 100000\n"
    assert running.ok(change(cpu="200m")) == "pod/p patched\n"
    (container,) = status(running)["containerStatuses"]
    assert container["resources"]["requests"] == {"cpu": "200m", "memory": "64Mi"}
    assert container["restartCount"] == 0
    assert status(running)["observedGeneration"] == 2
    assert running.ok("exec p -- sh -c 'cd /sys/fs/cgroup; cat cpu.max cpu.weight'") == "20000 100000\n29\n"
    assert {"ResizeStarted", "ResizeCompleted"} <= set(reasons(running))


def test_a_container_restarts_where_its_policy_says_so(running: Shell) -> None:
    running.ok(change(memory="128Mi"))
    running.ok("sim advance 1m")
    (container,) = status(running)["containerStatuses"]
    assert container["restartCount"] == 1
    assert container["resources"]["limits"]["memory"] == "128Mi"


def test_a_resize_waits_for_room_on_the_node(running: Shell) -> None:
    running.ok(change(cpu="1000"))
    (waiting,) = [one for one in status(running)["conditions"] if one["type"] == "PodResizePending"]
    assert waiting["reason"] == "Deferred"
    assert waiting["message"].startswith("Node didn't have enough resource: cpu, requested: 1000000, used: ")
    (container,) = status(running)["containerStatuses"]
    assert container["resources"]["limits"]["cpu"] == "100m"
    assert running.ok("exec p -- cat /sys/fs/cgroup/cpu.max") == "10000 100000\n"
    running.ok("sim advance 10m")
    assert reasons(running).count("ResizeDeferred") == 1
    running.ok(change(cpu="200m"))
    assert "PodResizePending" not in [one["type"] for one in status(running)["conditions"]]
    assert status(running)["containerStatuses"][0]["resources"]["limits"]["cpu"] == "200m"


def test_what_a_resize_may_not_change_is_refused(running: Shell) -> None:
    wrong = """patch pod p --subresource resize --type json -p '[{"op": "%s", "path": "/spec/containers/0/%s"%s}]'"""
    told = running.refused(wrong % ("remove", "resources/limits/cpu", ""))
    assert "spec: Invalid value" in told
    assert "Pod QOS Class may not change as a result of resizing" in told
    assert "spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed" in told
    told = running.refused(wrong % ("replace", "name", ', "value": "other"'))
    assert "spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize" in told
    assert "no change" in running.ok(wrong % ("replace", "image", ', "value": "nginx"'))
