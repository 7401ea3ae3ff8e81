"""Priority classes: what pods get of them, made by hand or by a controller."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

POD = "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: c, image: 'nginx:1.25'}]%s}}"
PRIORITY = "-o jsonpath='{.spec.priorityClassName} {.spec.priority} {.spec.preemptionPolicy}'"


@pytest.fixture(autouse=True)
def classes(shell: Shell) -> None:
    shell.ok("create priorityclass high --value=1000 --preemption-policy=Never")


@pytest.mark.parametrize(
    ("spec", "given"), [(", priorityClassName: high", "high 1000 Never"), ("", " 0 PreemptLowerPriority")]
)
def test_a_pod_gets_what_its_class_says(shell: Shell, spec: str, given: str) -> None:
    shell.ok(f"create -f {shell.write('pod.yml', POD % spec)}")
    assert shell.ok(f"get pod a {PRIORITY}") == given


def test_a_pod_that_names_none_gets_the_default_one(shell: Shell) -> None:
    shell.ok("create priorityclass usual --value=10 --global-default=true")
    shell.ok("run a --image=nginx:1.25")
    assert shell.ok(f"get pod a {PRIORITY}") == "usual 10 PreemptLowerPriority"


def test_a_pod_cannot_have_another_priority_than_its_class(shell: Shell) -> None:
    path = shell.write("pod.yml", POD % ", priorityClassName: high, priority: 7")
    assert shell.refused(f"create -f {path}") == (
        f'Error from server (Forbidden): error when creating "{path}": pods "a" is forbidden: the integer value of '
        "priority (7) must not be provided in pod spec; priority admission controller computed 1000 from the given "
        "PriorityClass name\n"
    )


def test_a_replaced_pod_keeps_what_was_filled_in(shell: Shell) -> None:
    path = shell.write(
        "pod.yml", POD % ", automountServiceAccountToken: false, serviceAccountName: default, nodeName: node01"
    )
    shell.ok(f"create -f {path}")
    assert shell.ok(f"replace -f {path}") == "pod/a replaced\n"


def test_a_controller_tells_of_a_class_that_is_not_there_and_tries_again(shell: Shell) -> None:
    shell.write(
        "web.yml",
        (shell.folder / "web.yml")
        .read_text()
        .replace("spec: {containers", "spec: {priorityClassName: top, containers"),
    )
    shell.ok("create -f web.yml")
    name = shell.ok("get rs -o jsonpath={.items[0].metadata.name}")
    why = f'pods "{name}-" is forbidden: no PriorityClass with name top was found'
    assert f"FailedCreate  0s    replicaset-controller  Error creating: {why}\n" in shell.ok("describe rs")
    shell.ok("create priorityclass top --value=5")
    shell.ok("sim advance 10s")
    assert shell.ok("get pods -o jsonpath='{.items[*].spec.priority}'") == "5 5"
