"""Probes: when containers turn ready, when they are restarted, and what is told of it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.node_cluster import Nodes, bare_pod, container, pod_spec

FINE = {"httpGet": {"path": "/", "port": 80, "scheme": "HTTP"}}
NOSUCH = {"httpGet": {"path": "/nosuch", "port": 80, "scheme": "HTTP"}}


def run_pod(seconds: float, image: str = "nginx:1.25", **probes: Any) -> Nodes:
    world = Nodes()
    ports = [{"containerPort": 80, "name": "http"}]
    world.create(bare_pod(spec=pod_spec(container(image, ports=ports, **probes))))
    world.run(seconds)
    return world


def ready_at(world: Nodes, limit: int = 60) -> int | None:
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
        ({"exec": {"command": ["cat", "/etc/nginx/nginx.conf"]}}, 1),
        ({"exec": {"command": ["cat", "/tmp/healthy"]}}, None),
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
        ("nginx:1.25", {"tcpSocket": {"port": 6379}}, "dial tcp IP:6379: connect: connection refused"),
        (
            "nginx:1.25",
            {"grpc": {"port": 9090}, "timeoutSeconds": 90},
            'timeout: failed to connect service "IP:9090" within 1m30s: context deadline exceeded',
        ),
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


def unhealthy(world: Nodes) -> int:
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
    world = Nodes()
    probe = {**NOSUCH, "periodSeconds": 1, "failureThreshold": 1}
    spec = pod_spec(container(command=["sleep", "60"], livenessProbe=probe), restartPolicy="Never")
    world.create(bare_pod(spec=spec))
    world.run(10)
    assert world.container()["restartCount"] == 0
    assert "terminated" in world.container()["state"]
    assert "Killing: Stopping container main" not in world.told(world.pod())


@pytest.mark.parametrize("image", ["redis:7", "team/app:v1"])
@pytest.mark.parametrize("probe", [NOSUCH, {"tcpSocket": {"port": 8080}}, {"grpc": {"port": 9090}}])
def test_other_images_answer_on_bare_clusters_wherever_they_are_probed(image: str, probe: dict[str, Any]) -> None:
    assert run_pod(5, image, readinessProbe=probe).container()["ready"]


def test_a_port_by_a_name_that_no_port_has_is_an_error_and_no_failure() -> None:
    world = run_pod(60, livenessProbe={"tcpSocket": {"port": "web"}, "periodSeconds": 1})
    words = 'Liveness probe errored and resulted in unknown state: strconv.Atoi: parsing "web": invalid syntax'
    assert f"Unhealthy: {words}" in world.told(world.pod())
    assert world.container()["restartCount"] == 0


# what rules say


def ruled(rule: str, seconds: float = 0, seed: int = 1, **probes: Any) -> Nodes:
    """A pod of an image that a rule is about, so many seconds later."""
    world = Nodes(seed)
    pod = bare_pod(spec=pod_spec(container("team/app:v1", **probes)))
    pod["metadata"]["annotations"] = {"kubesim.dev/behaviour": rule}
    world.create(pod)
    world.run(seconds)
    return world


READY = {"httpGet": {"path": "/ready", "port": 8080, "scheme": "HTTP"}, "periodSeconds": 2}


def test_a_slow_start_is_not_ready_before_it_is_over() -> None:
    assert ready_at(ruled("starts-in 20s", readinessProbe=READY)) == 23
    world = ruled("starts-in 20s", 5, readinessProbe=READY)
    address = world.status()["podIP"]
    refused = f'Get "http://{address}:8080/ready": dial tcp {address}:8080: connect: connection refused'
    assert f"Unhealthy: Readiness probe failed: {refused}" in world.told(world.pod())


def test_a_slow_start_outlives_an_impatient_liveness_probe_only_behind_a_startup_probe() -> None:
    live = {"httpGet": {"path": "/", "port": 8080}, "periodSeconds": 5}
    assert ruled("starts-in 20s", 60, livenessProbe=live).container()["restartCount"] > 0
    guarded = ruled("starts-in 20s", 60, livenessProbe=live, startupProbe=live | {"failureThreshold": 10})
    assert (guarded.container()["restartCount"], guarded.container()["started"]) == (0, True)


def test_what_fails_after_a_while_turns_unready_at_the_third_failure() -> None:
    world = ruled("fails-after 1m", 60, readinessProbe=READY)
    assert world.container()["ready"]
    world.run(3)
    assert world.container()["ready"]
    world.run(4)
    assert not world.container()["ready"]
    assert "Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 500" in world.told(world.pod())


def test_what_fails_after_a_while_is_restarted_by_its_liveness_probe_and_well_again() -> None:
    world = ruled("fails-after 30s", 45, livenessProbe=READY)
    assert (world.container()["restartCount"], world.container()["ready"]) == (1, True)


def test_the_ticks_at_which_nothing_changes_are_not_lived_through() -> None:
    world = ruled("fails-after 1h", 5, readinessProbe=READY)
    wake = world.engine.next_wake()
    assert wake is not None
    assert wake - world.cluster.now > 3_500_000


def test_flaky_probes_fail_by_the_seeds_chance() -> None:
    worlds = [ruled("flaky 30%", 120, seed, readinessProbe=READY) for seed in (1, 1, 2, 3)]
    counts = [unhealthy(world) for world in worlds]
    assert counts[0] == counts[1]
    assert len(set(counts)) > 1
    assert all(6 <= count <= 30 for count in counts)


def test_a_flaky_readiness_comes_and_goes() -> None:
    world = ruled("flaky 60%", readinessProbe=READY | {"failureThreshold": 1})
    seen = set()
    for _ in range(60):
        world.run(2)
        seen.add(world.container()["ready"])
    assert seen == {True, False}


@pytest.mark.parametrize(
    "rule", ["flaky 40%", "starts-in 7s", "fails-after 9s", "unhealthy", "starts-in 3s, flaky 20%"]
)
@pytest.mark.parametrize("kind", ["readinessProbe", "livenessProbe", "startupProbe"])
def test_a_life_that_is_cut_is_the_life_that_is_not(rule: str, kind: str) -> None:
    probe = {**READY, "successThreshold": 2 if kind == "readinessProbe" else 1}
    whole = ruled(rule, 90, **{kind: probe})
    cut = ruled(rule, 0, **{kind: probe})
    for _ in range(30):
        cut = cut.reopened()
        cut.run(3)
    assert cut.snapshot() == whole.snapshot()


@pytest.mark.parametrize(
    ("probe", "words"),
    [
        (READY, "HTTP probe failed with statuscode: 500"),
        ({"tcpSocket": {"port": 8080}}, "dial tcp IP:8080: connect: connection refused"),
        ({"grpc": {"port": 8080}}, 'service unhealthy (responded with "NOT_SERVING")'),
        ({"exec": {"command": ["true"]}}, ""),
    ],
)
def test_what_is_unhealthy_fails_every_probe(probe: dict[str, Any], words: str) -> None:
    world = ruled("unhealthy", 5, readinessProbe=probe)
    address = world.status()["podIP"]
    assert f"Unhealthy: Readiness probe failed: {words.replace('IP', address)}" in world.told(world.pod())


@pytest.mark.parametrize(
    ("rule", "is_ready"),
    [("ports 8080", True), ("ports 80", False), ("paths /ready", True), ("paths / /health", False), ("healthy", True)],
)
def test_rules_say_where_an_image_answers(rule: str, is_ready: bool) -> None:
    assert ruled(rule, 5, readinessProbe=READY).container()["ready"] == is_ready
