"""Pods that a kubelet refuses, and those who replace them."""

from __future__ import annotations

import pytest
from kubesim import Cluster

KINDS = {"ReplicaSet": "", "StatefulSet": "  serviceName: x\n"}


@pytest.mark.parametrize("kind", KINDS)
def test_pods_that_are_refused_are_replaced_again_and_again_and_time_goes_on(kind: str) -> None:
    cluster = Cluster(seed=1)
    container = "{name: a, image: nginx, ports: [{hostPort: 21017, containerPort: 80}]}"
    cluster.apply(
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: first}}\nspec: {{nodeName: node01, containers: [{container}]}}"
    )
    cluster.apply(
        f"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: later}}\nspec:\n{KINDS[kind]}"
        "  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n"
        f"    spec: {{nodeName: node01, containers: [{container}]}}\n"
    )
    cluster.advance(5)
    reasons = cluster.kubectl("get events --field-selector reason=NodePorts -o name").stdout.split()
    assert 2 <= len(reasons) <= 6
    cluster.kubectl("delete pod first --now")
    cluster.advance(10)
    pods = cluster.kubectl("get pods -l a=b --field-selector status.phase=Running -o name").stdout.split()
    assert len(pods) == 1
