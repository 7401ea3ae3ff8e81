"""Pods whose programs send requests on and on load the pods that they ask."""

from __future__ import annotations

import kubesim
import pytest

GENERATOR = "run load --image=busybox:1.36 --restart=Never -- sh -c"


@pytest.fixture
def c() -> kubesim.Cluster:
    cluster = kubesim.Cluster(seed=7, at="2026-01-01T00:00:00Z")
    for line in (
        "sim addon metrics-server on",
        "create deployment php --image=registry.k8s.io/hpa-example --port=80",
        "set resources deployment php --requests=cpu=200m",
        "expose deployment php --port=80",
    ):
        assert cluster.kubectl(line).code == 0
    cluster.advance("2m")
    return cluster


def cpu_of(c: kubesim.Cluster) -> int:
    """The millicores of all pods of the Deployment."""
    lines = c.kubectl("top pod -l app=php --no-headers").stdout.splitlines()
    return sum(int(line.split()[1].removesuffix("m")) for line in lines)


@pytest.mark.parametrize(
    ("script", "least", "most"),
    [
        ("while sleep 0.01; do wget -q -O- http://php; done", 450, 550),
        ("while true; do wget -qO- http://php > /dev/null; sleep 0.1; done", 45, 56),
        ("while true; do wget -qO- http://other; sleep 0.1; done", 0, 2),
        ("wget -qO- http://php; sleep 3600", 0, 2),
    ],
)
def test_what_a_loop_of_requests_uses(c: kubesim.Cluster, script: str, least: int, most: int) -> None:
    assert c.kubectl([*GENERATOR.split(), script]).code == 0
    c.advance("1m")
    assert least <= cpu_of(c) <= most


def test_an_autoscaler_scales_by_it_and_back(c: kubesim.Cluster) -> None:
    assert c.kubectl("autoscale deployment php --cpu=50% --min=1 --max=10").code == 0
    assert c.kubectl([*GENERATOR.split(), "while sleep 0.01; do wget -q -O- http://php; done"]).code == 0
    c.advance("3m")
    assert c.get("deployment/php")["status"]["readyReplicas"] == 5
    assert 450 <= cpu_of(c) <= 550
    assert c.kubectl("delete pod load --now").code == 0
    c.advance("8m")
    assert c.get("deployment/php")["spec"]["replicas"] == 1
