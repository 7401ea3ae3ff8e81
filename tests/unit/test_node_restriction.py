"""What the user that a node is may do: read what its pods need, and change itself, but not all of itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

NODE = "--as=system:node:node01 --as-group=system:nodes"


@pytest.fixture(autouse=True)
def a_pod_on_the_node(shell: Shell) -> None:
    """It refers to the secret s1 and the config map c1."""
    for name in ("s1", "s2"):
        shell.ok(f"create secret generic {name} --from-literal=a=b")
    shell.ok("create cm c1")
    container = {"name": "c", "image": "nginx:1.25", "envFrom": [{"configMapRef": {"name": "c1"}}]}
    volume = {"name": "v", "secret": {"secretName": "s1"}}
    spec = {"nodeName": "node01", "containers": [container], "volumes": [volume]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}
    shell.ok(f"create -f {shell.write('pod.json', json.dumps(pod))}")


@pytest.mark.parametrize(
    "line",
    [
        "get secret s1",
        "get cm c1",
        "get cm kube-root-ca.crt",
        "get node node01",
        "get pod p",
        "get pods --field-selector=spec.nodeName=node01",
        "get services",
        "label node node01 a=b kubelet.kubernetes.io/x=1",
        "create token default",
    ],
)
def test_it_may(shell: Shell, line: str) -> None:
    shell.ok(f"{line} {NODE}")


CANNOT = 'User "system:node:node01" cannot {} resource "{}" in API group "" in the namespace "default"'
NO_RELATION = "no relationship found between node 'node01' and this object"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("get secret s2", f"{CANNOT.format('get', 'secrets')}: {NO_RELATION}"),
        ("get secrets", f"{CANNOT.format('list', 'secrets')}: No Object name found"),
        ("get secrets -A", "at the cluster scope: can only read namespaced object of this type"),
        ("get nodes", "at the cluster scope: node 'node01' cannot read all nodes, only its own Node object"),
        ("get node node02", "at the cluster scope: node 'node01' cannot read 'node02', only its own Node object"),
        (
            "get pods",
            f"{CANNOT.format('list', 'pods')}: can only list/watch pods with spec.nodeName field selector",
        ),
        (
            "get pvc",
            f"{CANNOT.format('list', 'persistentvolumeclaims')}: can only get individual resources of this type",
        ),
        (
            "get leases -n kube-system",
            'in the namespace "kube-system": can only get, create, update, patch, or delete a node lease',
        ),
        ("delete node node01", 'cannot delete resource "nodes" in API group "" at the cluster scope'),
        (
            "label node node01 node-restriction.kubernetes.io/x=y node-role.kubernetes.io/w=",
            "is not allowed to modify labels: node-restriction.kubernetes.io/x, node-role.kubernetes.io/w",
        ),
        ("taint node node01 a=b:NoSchedule", 'node "node01" is not allowed to modify taints'),
        (
            "run x --image=y",
            'pod does not have "kubernetes.io/config.mirror" annotation, node "node01" can only create mirror pods',
        ),
    ],
)
def test_it_may_not(shell: Shell, line: str, why: str) -> None:
    assert shell.refused(f"{line} {NODE}").endswith(f"{why}\n")


def test_another_node_is_not_its_own(shell: Shell) -> None:
    other = NODE.replace("node01", "node02")
    assert shell.refused(f"delete pod p {other}").endswith(
        'node "node02" can only delete pods with spec.nodeName set to itself\n'
    )
    assert "cannot read 'node01'" in shell.refused(f"label node node01 a=b {other}")
