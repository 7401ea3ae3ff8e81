"""Probes: when containers turn ready, when they are restarted, and what is told of it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.node_cluster import World, bare_pod, container, pod_spec

FINE = {"httpGet": {"path": "/", "port": 80, "scheme": "HTTP"}}
NOSUCH = {"httpGet": {"path": "/nosuch", "port": 80, "scheme": "HTTP"}}


def run_pod(seconds: float, image: str = "nginx:1.25", **probes: Any) -> World:
    world = World()
    ports = [{"containerPort": 80, "name": "http"}]
    world.create(bare_pod(spec=pod_spec(container(image, ports=ports, **probes))))
    world.run(seconds)
    return world


def ready_at(world: World, limit: int = 60) -> int | None:
    """After how many seconds the pod is ready."""
    for second in range(1, limit):
        world.run(1)
        if world.container()["ready"]:
            return second
    return None


@pytest.mark.parametrize(
    ("probe", "second"),
    [
        (FINE, 1),
        ({**FINE, "initialDelaySeconds": 1, "periodSeconds": 3}, 4),
        ({**FINE, "initialDelaySeconds": 5, "periodSeconds": 5}, 6),
        ({**FINE, "successThreshold": 3, "periodSeconds": 2}, 5),
        ({"tcpSocket": {"port": "http"}}, 1),
        ({"exec": {"command": ["cat", "/tmp/healthy"]}}, 1),
        ({"exec": {"command": ["false"]}, "periodSeconds": 1}, None),
        ({**NOSUCH, "periodSeconds": 1}, None),
    ],
)
def test_when_a_readiness_probe_makes_a_pod_ready(probe: dict[str, Any], second: int | None) -> None:
    assert ready_at(run_pod(0, readinessProbe=probe)) == second


@pytest.mark.parametrize(
    ("image", "probe", "words"),
    [
        ("nginx:1.25", NOSUCH, "HTTP probe failed with statuscode: 404"),
        (
            "nginx:1.25",
            {"httpGet": {"path": "/", "port": 8080, "scheme": "HTTP"}},
            'Get "http://IP:8080/": dial tcp IP:8080: connect: connection refused',
        ),
        ("redis:7", {"tcpSocket": {"port": 6379}}, "dial tcp IP:6379: connect: connection refused"),
        (
            "nginx:1.25",
            {"httpGet": {"path": "/", "port": 80, "scheme": "HTTPS"}},
            'Get "https://IP:80/": http: server gave HTTP response to HTTPS client',
        ),
    ],
)
def test_what_is_told_of_a_probe_that_fails(image: str, probe: dict[str, Any], words: str) -> None:
    world = run_pod(5, image, readinessProbe=probe)
    address = world.status()["podIP"]
    assert f"Unhealthy: Readiness probe failed: {words.replace('IP', address)}" in world.told(world.pod())


def test_httpd_has_every_page() -> None:
    assert run_pod(5, "httpd:2.4", readinessProbe=NOSUCH).container()["ready"]


def unhealthy(world: World) -> int:
    found = [e["count"] for e in world.events(world.pod()) if e["reason"] == "Unhealthy"]
    return sum(found)


def test_failures_are_counted_at_each_period_until_the_recorder_has_had_enough() -> None:
    world = run_pod(0, readinessProbe={**NOSUCH, "periodSeconds": 2})
    world.run(32)
    assert unhealthy(world) == 16
    world.run(3600)
    assert 1600 <= unhealthy(world) <= 1816


def test_a_failing_liveness_probe_restarts_the_container_and_soon_backs_off() -> None:
    probe = {**NOSUCH, "periodSeconds": 2, "failureThreshold": 2}
    world = run_pod(12, livenessProbe=probe)
    assert (world.container()["ready"], world.container()["restartCount"]) == (True, 2)
    assert "Killing: Container main failed liveness probe, will be restarted" in world.told(world.pod())
    world.run(20)
    assert world.container()["restartCount"] == 3
    assert world.container()["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    assert world.container()["lastState"]["terminated"]["reason"] == "Completed"


def test_a_liveness_probe_that_succeeds_is_never_heard_of() -> None:
    world = run_pod(100, livenessProbe=FINE)
    assert world.engine.next_wake() is None
    assert world.container()["restartCount"] == 0


def test_other_probes_wait_for_the_startup_probe() -> None:
    startup = {**FINE, "initialDelaySeconds": 10, "periodSeconds": 5}
    world = run_pod(10, startupProbe=startup, readinessProbe=FINE)
    assert (world.container()["started"], world.container()["ready"]) == (False, False)
    world.run(6)
    assert (world.container()["started"], world.container()["ready"]) == (True, True)


def test_a_startup_probe_that_fails_too_often_restarts_the_container() -> None:
    world = run_pod(8, startupProbe={**NOSUCH, "periodSeconds": 1, "failureThreshold": 3})
    assert "Killing: Container main failed startup probe, will be restarted" in world.told(world.pod())
    assert world.container()["restartCount"] >= 1


def test_a_pod_that_is_not_restarted_fails_its_liveness_probe_once() -> None:
    world = World()
    probe = {**NOSUCH, "periodSeconds": 1, "failureThreshold": 1}
    spec = pod_spec(container(command=["sleep", "60"], livenessProbe=probe), restartPolicy="Never")
    world.create(bare_pod(spec=spec))
    world.run(10)
    assert world.container()["restartCount"] == 0
    assert "terminated" in world.container()["state"]
    assert "Killing: Stopping container main" not in world.told(world.pod())
