"""Bindings that a client creates: a pod is put on a node by hand, as the API server answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

NODE = {"apiVersion": "v1", "kind": "Node", "name": "node01"}


def binding(shell: Shell, name: str = "a", target: dict[str, Any] | None = None) -> None:
    obj = {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": name}, "target": {**NODE, **(target or {})}}
    shell.write("binding.json", json.dumps(obj))


def waiting(shell: Shell, **spec: Any) -> None:
    """A pod that no scheduler cares about."""
    whole = {"schedulerName": "none", "containers": [{"name": "c", "image": "nginx:1.25"}], **spec}
    obj = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": whole}
    shell.write("pod.json", json.dumps(obj))
    shell.ok("create -f pod.json")


def test_a_binding_puts_a_pod_on_a_node(shell: Shell) -> None:
    waiting(shell)
    binding(shell)
    assert shell.ok("create -f binding.json") == "status/<unknown> created\n"
    assert shell.ok("get pod a -o jsonpath={.spec.nodeName}") == "node01"
    shell.ok("wait --for=condition=Ready pod/a")


def test_a_dry_run_binds_nothing(shell: Shell) -> None:
    waiting(shell)
    binding(shell)
    assert shell.ok("create -f binding.json --dry-run=server") == "status/<unknown> created (server dry run)\n"
    assert shell.ok("get pod a -o jsonpath={.spec.nodeName}") == ""


@pytest.mark.parametrize(
    ("name", "target", "words"),
    [
        ("b", {}, ' (NotFound): error when creating "binding.json": pods "b" not found'),
        ("a", {"name": ""}, ': error when creating "binding.json": target.name: Required value'),
        (
            "a",
            {"kind": "Pod"},
            ': error when creating "binding.json": target.kind: Unsupported value: "Pod": '
            'supported values: "Node", "<empty>"',
        ),
    ],
)
def test_a_binding_is_refused(shell: Shell, name: str, target: dict[str, Any], words: str) -> None:
    waiting(shell)
    binding(shell, name, target)
    assert shell.refused("create -f binding.json") == f"Error from server{words}\n"


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"nodeName": "node02"}, 'pod a is already assigned to node "node02"'),
        ({"schedulingGates": [{"name": "example.com/wait"}]}, "pod a has non-empty .spec.schedulingGates"),
    ],
)
def test_a_pod_that_has_a_node_or_a_gate_is_not_bound(shell: Shell, spec: dict[str, Any], why: str) -> None:
    waiting(shell, **spec)
    binding(shell)
    refused = shell.refused("create -f binding.json")
    assert refused.endswith(f'Operation cannot be fulfilled on pods/binding "a": {why}\n')


def test_an_exported_pod_keeps_the_class_that_its_status_has(shell: Shell) -> None:
    container = {"name": "c", "image": "nginx:1.25", "resources": {"requests": {"cpu": "1"}}}
    obj = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [container]}}
    shell.write("pod.json", json.dumps({**obj, "status": {"qosClass": "BestEffort"}}))
    assert shell.ok("create -f pod.json -o jsonpath={.status.qosClass}") == "BestEffort"
