"""A life that takes over what repeats is the life led step by step, wherever it is cut or interrupted."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kubesim.api.meta import HOUR, MINUTE, SECOND, Obj
from kubesim.life import checkpoints
from kubesim.sim.long_run import live_until

from tests.property.lives import EPOCH, Act, Commands, Uncut, cron_job, deployment, differences, service, workload

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kubesim.cluster import Cluster
    from kubesim.sim.engine import Engine
    from kubesim.sim.long_run import Progress

LONGEST = 30 * HOUR


def pod(name: str, image: str = "busybox", **container: object) -> Obj:
    """A pod with one container, as a client sends it."""
    spec = {"containers": [{"name": "main", "image": image, **container}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "default"}, "spec": spec}


def crashing(name: str, seconds: int) -> Obj:
    return pod(name, command=["sh", "-c", f"sleep {seconds}; exit 1"])


PROBED = {"livenessProbe": {"httpGet": {"port": 8080}, "periodSeconds": 7}}
THREE_AT_ONCE = cron_job("busybox:1.36", schedule="*/20 * * * *")
THREE_AT_ONCE["spec"]["jobTemplate"]["spec"].update(parallelism=3, completions=3, ttlSecondsAfterFinished=7200)

CLUSTERS: dict[str, list[Obj]] = {
    "a CronJob": [cron_job("busybox:1.36", schedule="*/15 * * * *")],
    "a CronJob whose Jobs make three pods each and live for two hours": [THREE_AT_ONCE],
    "a CronJob whose Jobs fail": [cron_job("busybox:broken", schedule="*/30 * * * *", concurrencyPolicy="Replace")],
    "a CronJob beside a crash loop": [cron_job("busybox:1.36", schedule="0 * * * *"), crashing("one", 2)],
    "a CronJob once a day beside a crash loop": [cron_job("busybox:1.36", schedule="30 4 * * *"), crashing("one", 2)],
    "crash loops of several lengths": [crashing("one", 0), crashing("two", 11), crashing("three", 40)],
    "a crash loop that is to end": [crashing("one", 3), {**crashing("two", 3)}],
    "a Deployment that crashes behind a Service": [service(), deployment(2, "redis:crash")],
    "a StatefulSet whose image cannot be pulled": [workload("StatefulSet", "nginx:does-not-exist", replicas=2)],
    "a liveness probe that fails": [pod("one", "nginx", **PROBED)],
}
CLUSTERS["a crash loop that is to end"][1]["spec"]["activeDeadlineSeconds"] = 20 * 3600
of_each_cluster = pytest.mark.parametrize("name", CLUSTERS)
slow = settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def no_speed_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBESIM_SPEED", raising=False)


def cluster_of(name: str) -> Uncut:
    return Uncut.new().live([Act("create", obj, 700) for obj in CLUSTERS[name]])


def counted(world: Uncut) -> Obj:
    """What the head of a cluster counts and notes."""
    return {name: world.cluster.head.get(name) for name in ("serial", "resourceVersion", "notes")}


def steps_of(world: Uncut, instant: int) -> int:
    """How many steps it takes to bring a world to that instant."""
    before = world.engine.steps
    for _ in live_until(world.cluster, world.engine, instant):
        pass
    return world.engine.steps - before


@of_each_cluster
@slow
@given(st.lists(st.integers(HOUR // SECOND, LONGEST // SECOND), min_size=1, max_size=2))
def test_a_life_with_its_repetitions_taken_over_is_the_life_led_step_by_step(name: str, cuts: list[int]) -> None:
    uncut, cut = cluster_of(name), cluster_of(name)
    for instant in sorted(EPOCH + seconds * SECOND for seconds in (*cuts, LONGEST // SECOND)):
        uncut.engine.run_until(instant)
        steps_of(cut, instant)
        assert not differences(cut.objects(), uncut.objects())
        assert not differences(counted(cut), counted(uncut))
        cut = cut.reopened()


@pytest.mark.parametrize("name", [name for name in CLUSTERS if "once a day" not in name and "several" not in name])
def test_a_year_takes_no_more_steps_than_some_days(name: str) -> None:
    days = steps_of(cluster_of(name), EPOCH + 4 * 24 * HOUR)
    assert steps_of(cluster_of(name), EPOCH + 365 * 24 * HOUR) < 2 * days


@pytest.mark.parametrize("name", ["a CronJob", "crash loops of several lengths", "a liveness probe that fails"])
@slow
@given(pieces=st.integers(1, 100))
def test_a_life_that_is_interrupted_at_any_piece_is_a_shorter_one(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pieces: int
) -> None:
    def interrupted(cluster: Cluster, engine: Engine, instant: int) -> Iterator[Progress]:
        for number, progress in enumerate(live_until(cluster, engine, instant)):
            yield progress
            if number == pieces:
                raise KeyboardInterrupt

    uncut = cluster_of(name)
    with Commands.on(tmp_path, uncut) as commands:
        left = commands.saved_instant()
        commands.wall += 20 * HOUR + 7 * MINUTE
        with monkeypatch.context() as patched, suppress(KeyboardInterrupt):
            patched.setattr(checkpoints, "live_until", interrupted)
            patched.setattr(checkpoints, "BETWEEN_SAVES", 0)
            patched.setattr(checkpoints, "SHARE", 0)
            commands.objects()
        assert left < commands.saved_instant() <= EPOCH + 21 * HOUR
        lived = commands.objects()
    uncut.engine.run_until(uncut.cluster.now + 20 * HOUR + 7 * MINUTE)
    assert not differences(lived, uncut.objects())
