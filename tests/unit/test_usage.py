"""What containers use: idle, by their programs, and under load."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from kubesim.containers.usage.idle import family_of_image, family_of_program
from kubesim.containers.usage.pods import WINDOW, Usage, measurement
from kubesim.containers.usage.programs import CORE, Demand, demands_of
from kubesim.life import loads
from metrics_world import measured, put_load, web

if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from workload_world import Workloads

MIB = 1 << 20
MILLI = 1_000_000


def usages(world: Workloads) -> list[Usage]:
    return [usage for pod in world.pods() for usage in measurement(world.cluster).containers(pod).values()]


# families


@pytest.mark.parametrize(
    ("image", "like"),
    [
        ("docker.io/bitnami/redis:7.2@sha256:" + 64 * "0", "redis"),
        ("gcr.io/google_samples/gb-redis-follower:v2", "redis"),
        ("mysql:8.0", "mysql"),
        ("registry.k8s.io/hpa-example", "php"),
        ("python:3.12-slim", "python3.12"),
        ("example.com:5000/shop/payments", "example"),
    ],
)
def test_an_image_is_of_a_family(image: str, like: str) -> None:
    assert family_of_image(image) == (family_of_program(like) or family_of_image("nobody-knows"))


def test_a_shell_in_an_image_is_a_shell() -> None:
    sleeper = web(image="mysql:8.0")
    sleeper["spec"]["template"]["spec"]["containers"][0]["command"] = ["sleep", "1000"]
    (usage,) = usages(measured(sleeper))
    assert usage.memory < MIB


# programs


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("nginx -g 'daemon off;'", []),
        ("stress --cpu 2", [Demand(2 * CORE, 0)]),
        ("stress --vm 1 --vm-bytes 150M --timeout 30s", [Demand(CORE, 150 * MIB, 0, 30_000)]),
        ("stress-ng --cpu 1 --cpu-load 30", [Demand(300 * MILLI, 0)]),
        ("stress -cpus 1 -mem-total 100Mi", [Demand(CORE, 100 * MIB)]),
        ("yes", [Demand(CORE, 0)]),
        ("dd if=/dev/zero of=/dev/null", [Demand(CORE, 0)]),
        ("cat /etc/hosts", []),
    ],
)
def test_what_a_program_is_there_to_use(command: str, expected: list[Demand]) -> None:
    assert list(demands_of(tuple(command.replace("'", "").split()))) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("while true; do :; done", [Demand(CORE, 0)]),
        ("until false; do i=$((i+1)); done", [Demand(CORE, 0)]),
        ("while true; do sleep 1; done", []),
        ("while true; do wget -q -O- http://web; done", []),
        ("while [ $i -lt 5 ]; do i=$((i+1)); done; sleep 99", []),
        ("sleep 60; yes > /dev/null", [Demand(CORE, 0, 60_000)]),
        ("yes | gzip > /dev/null & yes > /dev/null & wait", [Demand(CORE, 0), Demand(CORE, 0)]),
        ("for i in 1 2 3; do yes > /dev/null & done; wait", 3 * [Demand(CORE, 0)]),
        (
            "stress --cpu 1 --timeout 10 && exec stress --cpu 2",
            [Demand(CORE, 0, 0, 10_000), Demand(2 * CORE, 0, 10_000)],
        ),
        ("if then", []),
    ],
)
def test_what_a_script_is_there_to_use(script: str, expected: list[Demand]) -> None:
    assert list(demands_of(("sh", "-c", script))) == expected


def test_a_demand_counts_for_the_time_that_it_lasts() -> None:
    demand = Demand(CORE, 0, 10_000, 20_000)
    assert [demand.part_of(at, at + 10_000) for at in (0, 5000, 10_000, 15_000, 20_000)] == [0, 0.5, 1, 0.5, 0]


# measurements


def test_what_is_measured_is_the_same_until_kubelets_are_asked_again() -> None:
    world = measured(web(image="redis:7"))
    world.run(WINDOW / 1000 - world.cluster.now % WINDOW / 1000)
    before = usages(world)
    world.run(14)
    assert usages(world) == before
    world.run(1)
    assert usages(world) != before
    world.run(5 * 60 - 15)
    assert usages(world) == before


def test_ready_pods_share_a_load() -> None:
    world = measured(web(4, limits={"cpu": "2"}, requests={"cpu": "100m"}))
    put_load(world, cpu=400, memory=200)
    world.run(30)
    for usage in usages(world):
        assert 98 * MILLI < usage.cpu < 103 * MILLI
        assert 57 * MIB < usage.memory < 61 * MIB


def test_a_pod_that_is_not_ready_has_no_share() -> None:
    pod = web(2)
    pod["spec"]["template"]["spec"]["containers"][0]["readinessProbe"] = {"exec": {"command": ["false"]}}
    world = measured(pod)
    put_load(world, cpu=400)
    world.run(30)
    assert all(usage.cpu < MILLI for usage in usages(world))


def test_cpu_is_throttled_at_its_limit() -> None:
    world = measured(web(2, limits={"cpu": "150m"}))
    put_load(world, cpu=900)
    world.run(30)
    assert [usage.cpu for usage in usages(world)] == [150 * MILLI, 150 * MILLI]


def test_requests_cost_what_they_cost_a_program_of_that_sort() -> None:
    world = measured(web(image="registry.k8s.io/hpa-example"))
    put_load(world, requests=40)
    world.run(30)
    (usage,) = usages(world)
    assert 195 * MILLI < usage.cpu < 206 * MILLI


def test_a_load_ends_and_is_averaged_over_the_time_before() -> None:
    world = measured(web())
    world.run(WINDOW / 1000 - world.cluster.now % WINDOW / 1000)
    put_load(world, cpu=1000, seconds=20)
    seen = []
    for _ in range(3):
        world.run(15)
        seen.append(round(usages(world)[0].cpu / MILLI, -2))
    assert seen == [1000, 300, 0]


# memory


def restarts(world: Workloads) -> list[int]:
    return [pod["status"]["containerStatuses"][0]["restartCount"] for pod in world.pods()]


def last_end(pod: Obj) -> tuple[str, int]:
    ended = pod["status"]["containerStatuses"][0]["lastState"]["terminated"]
    return ended["reason"], ended["exitCode"]


def test_a_pod_whose_share_of_memory_is_over_its_limit_is_killed_again_and_again() -> None:
    world = measured(web(limits={"memory": "128Mi"}))
    load = put_load(world, memory=300)
    world.run(20)
    (pod,) = world.pods()
    assert restarts(world)[0] >= 1
    assert last_end(pod) == ("OOMKilled", 137)
    world.run(120)
    loads.end(world, load)
    world.run(600)
    before = restarts(world)
    assert before[0] >= 3
    world.run(600)
    assert restarts(world) == before


def test_what_one_pod_leaves_may_be_too_much_for_the_others() -> None:
    world = measured(web(3, limits={"memory": "128Mi"}))
    put_load(world, memory=300)
    world.run(60)
    assert restarts(world) == [0, 0, 0]
    world.change("Deployment", "web", lambda spec: {**spec, "replicas": 2})
    world.run(20)
    assert all(restarts(world))


def test_a_load_of_memory_that_is_looked_at_again_is_the_same() -> None:
    world = measured(web(limits={"memory": "128Mi"}))
    put_load(world, memory=300)
    again = world.reopened(drop_wakes=True)
    for each in (world, again):
        each.run(100)
    assert restarts(world) == restarts(again)
