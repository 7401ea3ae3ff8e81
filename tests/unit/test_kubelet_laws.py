"""What holds of any run of pods: it may be cut anywhere, and looked at any time."""

from __future__ import annotations

import random

import pytest
from tests.unit.node_cluster import World, bare_pod, container, pod_spec, replica_set

HTTP = {"httpGet": {"path": "/nosuch", "port": 80}, "periodSeconds": 2, "failureThreshold": 2}


def lively_world() -> World:
    """Pods of every fate: running, failing to pull, crashing, failing probes, ending, too big."""
    world = World()
    world.create(
        replica_set("web", 3),
        replica_set("gone", 1, pod_spec(container("nginx:does-not-exist"))),
        replica_set("crash", 1, pod_spec(container("redis:crash"))),
        replica_set("unlive", 1, pod_spec(container(livenessProbe=HTTP))),
        replica_set("unready", 1, pod_spec(container(readinessProbe=HTTP))),
        replica_set("big", 1, pod_spec(container(resources={"requests": {"cpu": "64"}}))),
        replica_set("slow", 2, pod_spec(initContainers=[container("busybox:1", "setup", command=["sleep", "3"])])),
        bare_pod("job", pod_spec(container("busybox:1", command=["sleep", "4"]), restartPolicy="Never")),
    )
    return world


def live(world: World, cuts: list[int], looks: list[int]) -> World:
    """Ninety seconds in the life of that cluster; at some of them it is saved and loaded, or all is looked at."""
    for second in range(1, 90):
        world.run(1)
        if second == 5:
            world.set_replicas("web", 5)
        if second == 20:
            world.set_replicas("web", 1)
        if second == 30:
            world.delete_pod(world.pod("crash"))
        if second in cuts:
            world.reload()
        if second in looks:
            world.engine.look_at_everything()
            world.engine.settle()
    return world


@pytest.mark.parametrize("seed", range(3))
def test_a_run_cut_anywhere_by_save_and_load_is_the_uncut_run(seed: int) -> None:
    cuts = random.Random(seed).sample(range(1, 90), 12)
    whole = live(lively_world(), [], []).snapshot()
    assert live(lively_world(), cuts, []).snapshot() == whole


@pytest.mark.parametrize("seed", range(3))
def test_a_look_at_everything_at_any_time_changes_nothing(seed: int) -> None:
    looks = random.Random(seed).sample(range(1, 90), 12)
    whole = live(lively_world(), [], []).snapshot()
    assert live(lively_world(), [], looks).snapshot() == whole
