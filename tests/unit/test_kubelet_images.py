"""Pods whose image cannot be had."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from kubesim.api.meta import Key
from tests.unit.node_cluster import Nodes, bare_pod, container, pod_spec

ERROR = (
    'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:does-not-exist": '
    'failed to resolve reference "docker.io/library/nginx:does-not-exist": '
    "docker.io/library/nginx:does-not-exist: not found"
)
POD = Key("Pod", "default", "web")
MISSING = pod_spec(container("nginx:does-not-exist"))


def run_pod(spec: dict[str, Any], seconds: float) -> Nodes:
    world = Nodes()
    world.create(bare_pod(spec=spec))
    world.run(seconds)
    return world


@pytest.mark.parametrize(
    ("seconds", "reason"),
    [
        (0.5, "ContainerCreating"),
        (2, "ErrImagePull"),
        (12, "ErrImagePull"),
        (20, "ImagePullBackOff"),
        (32, "ErrImagePull"),
    ],
)
def test_the_reason_flips_as_syncs_tell_what_went_wrong_the_last_time(seconds: float, reason: str) -> None:
    world = run_pod(MISSING, seconds)
    assert world.container()["state"]["waiting"]["reason"] == reason
    assert world.status()["phase"] == "Pending"


def test_the_message_is_the_runtimes() -> None:
    assert run_pod(MISSING, 2).container()["state"]["waiting"]["message"] == ERROR
    backing_off = run_pod(MISSING, 20).container()["state"]["waiting"]["message"]
    assert backing_off == f'Back-off pulling image "nginx:does-not-exist": ErrImagePull: {ERROR}'


def test_a_repository_that_is_not_there_is_denied() -> None:
    world = run_pod(pod_spec(container("ngnix:1.27")), 2)
    assert world.container()["state"]["waiting"] == {
        "reason": "ErrImagePull",
        "message": 'failed to pull and unpack image "docker.io/library/ngnix:1.27": failed to resolve reference '
        '"docker.io/library/ngnix:1.27": pull access denied, repository does not exist or may require authorization: '
        "server message: insufficient_scope: authorization failed",
    }


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


def test_pulls_are_tried_again_after_10_20_40_80_160_and_then_every_300_seconds() -> None:
    world = run_pod(MISSING, 0)
    tries: list[int] = []
    for _ in range(6000):
        world.run(0.3)
        began = world.cluster.recall(POD)["containers"]["main"].get("pull")
        if began is not None and began not in tries:
            tries.append(began)
    gaps = [later - earlier for earlier, later in pairwise(tries)]
    waits = (10, 20, 40, 80, 160)
    assert all(wait <= gap / 1000 <= wait + 14 for gap, wait in zip(gaps, waits, strict=False))
    longest = gaps[len(waits) :]
    assert len(longest) >= 2
    assert all(300 <= gap / 1000 <= 300 + 20 + 2 for gap in longest)


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


def test_hours_of_failing_are_lived_through_in_few_steps() -> None:
    world = run_pod(MISSING, 3600)
    end = world.cluster.now + 6 * 3_600_000
    steps = 0
    while (wake := world.engine.next_wake()) is not None and wake < end:
        world.engine.step(wake)
        steps += 1
    assert steps < 6 * 70  # a sync each 12 s would be 300 an hour


@pytest.mark.parametrize(
    ("image", "why"),
    [
        ("Nginx:1.25", ": repository name (library/Nginx) must be lowercase"),
        ("team/Web", ": repository name (team/Web) must be lowercase"),
        ("example.com/team/Web:1", ": repository name (team/Web) must be lowercase"),
        ("nginx:", ""),
        ("-nginx", ""),
    ],
)
def test_the_name_of_an_image_that_cannot_be_read_is_explained(image: str, why: str) -> None:
    world = run_pod(pod_spec(container(image)), 3)
    waiting = world.container()["state"]["waiting"]
    assert waiting["reason"] == "InvalidImageName"
    assert waiting["message"].endswith(f'couldn\'t parse image name "{image}": invalid reference format{why}')
