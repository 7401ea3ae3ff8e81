"""Pods whose image cannot be had."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.node_cluster import World, bare_pod, container, pod_spec

ERROR = (
    'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:does-not-exist": '
    'failed to resolve reference "docker.io/library/nginx:does-not-exist": '
    "docker.io/library/nginx:does-not-exist: not found"
)
MISSING = pod_spec(container("nginx:does-not-exist"))


def run_pod(spec: dict[str, Any], seconds: float) -> World:
    world = World()
    world.create(bare_pod(spec=spec))
    world.run(seconds)
    return world


@pytest.mark.parametrize(
    ("seconds", "reason"),
    [(0.5, "ContainerCreating"), (2, "ErrImagePull"), (12, "ErrImagePull"), (20, "ImagePullBackOff"), (32, "ErrImagePull")],
)
def test_the_reason_flips_as_syncs_tell_what_went_wrong_the_last_time(seconds: float, reason: str) -> None:
    world = run_pod(MISSING, seconds)
    assert world.container()["state"]["waiting"]["reason"] == reason
    assert world.status()["phase"] == "Pending"


def test_the_message_is_the_runtimes() -> None:
    assert run_pod(MISSING, 2).container()["state"]["waiting"]["message"] == ERROR
    backing_off = run_pod(MISSING, 20).container()["state"]["waiting"]["message"]
    assert backing_off == f'Back-off pulling image "nginx:does-not-exist": ErrImagePull: {ERROR}'


def test_half_a_minute_of_failing_to_pull_is_told_so() -> None:
    world = run_pod(MISSING, 32)
    told = [(e["type"], e["reason"], e["message"], e["count"]) for e in world.events(world.pod())[1:]]
    assert told == [
        ("Normal", "Pulling", 'Pulling image "nginx:does-not-exist"', 2),
        ("Warning", "Failed", f'Failed to pull image "nginx:does-not-exist": {ERROR}', 2),
        ("Warning", "Failed", "Error: ErrImagePull", 2),
        ("Normal", "BackOff", 'Back-off pulling image "nginx:does-not-exist"', 2),
        ("Warning", "Failed", "Error: ImagePullBackOff", 2),
    ]


def test_pulls_are_tried_after_10_20_40_80_160_and_then_every_300_seconds() -> None:
    world = run_pod(MISSING, 0)
    tries = []
    for second in range(1800):
        kept = world.cluster.recall(("Pod", "default", "web")) if False else None
        world.run(1)
        pulling = next(e for e in world.events(world.pod()) if e["reason"] == "Pulling")
        if pulling["count"] > len(tries):
            tries.append(second)
        assert kept is None
    gaps = [later - earlier for earlier, later in zip(tries, tries[1:])]
    assert all(wait <= gap <= wait + 14 for gap, wait in zip(gaps, (10, 20, 40, 80)))


def test_a_name_that_cannot_be_parsed_is_told_at_once() -> None:
    world = run_pod(pod_spec(container("nginx:bad tag")), 0)
    assert world.container()["state"]["waiting"] == {
        "message": 'Failed to apply default image tag "nginx:bad tag": couldn\'t parse image name "nginx:bad tag": '
        "invalid reference format",
        "reason": "InvalidImageName",
    }
    assert [e["reason"] for e in world.events(world.pod())] == ["Scheduled", "InspectFailed", "Failed"]


def test_an_image_that_may_not_be_pulled_has_to_be_there() -> None:
    world = run_pod(pod_spec(container("redis:7", imagePullPolicy="Never")), 2)
    waiting = world.container()["state"]["waiting"]
    assert waiting["reason"] == "ErrImageNeverPull"
    assert waiting["message"] == 'Container image "redis:7" is not present with pull policy of Never'
    there = run_pod(pod_spec(container(imagePullPolicy="Never")), 2)
    assert there.status()["phase"] == "Running"


def test_one_missing_image_does_not_keep_the_pods_other_containers_from_running() -> None:
    world = run_pod(pod_spec(container("nginx:broken", "bad"), container(name="good")), 5)
    assert "running" in world.container(name="good")["state"]
    assert world.status()["phase"] == "Pending"


def test_a_week_of_failing_costs_few_syncs() -> None:
    world = run_pod(MISSING, 600)
    steps = 0
    while world.cluster.now < 7 * 86_400_000 + world.cluster.now - world.cluster.now % 1 and steps < 300:
        wake = world.engine.next_wake()
        assert wake is not None
        before = world.cluster.now
        world.engine.step(wake)
        steps += 1
    assert world.cluster.now - before < 400_000
    hours = (world.cluster.now - 1_795_400_000_000) / 3_600_000
    assert steps / hours < 70
