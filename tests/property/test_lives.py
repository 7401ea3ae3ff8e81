"""A life led by commands that open and save is the life led in one go, whatever interrupts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kubesim.api.meta import MINUTE, dig
from kubesim.cluster import Client
from kubesim.sim.profiles import BARE, KIND

from tests.property.lives import (
    Act,
    Commands,
    Uncut,
    Watched,
    claim_template,
    cron_job,
    deployment,
    differences,
    job,
    service,
    with_image,
    workload,
)

if TYPE_CHECKING:
    from pathlib import Path

IMAGES = ("nginx:1.20", "nginx:1.21", "nginx:does-not-exist", "redis:crash", "nginx:notready")
ENDING = ("busybox:1.36", "redis:crash", "busybox:broken")
# Coarse, so that what is due collides with what is done.
PAUSES = (0, 0, 200, 1000, 1000, 1200, 5000, 12_000, 60_000)

pauses = st.sampled_from(PAUSES)
images = st.sampled_from(IMAGES)
propagations = st.sampled_from(("Background", "Foreground", "Orphan"))
seconds = st.sampled_from(({}, {"minReadySeconds": 2}))


def acts(verb: str, values: st.SearchStrategy[object], kind: str) -> st.SearchStrategy[Act]:
    return st.builds(lambda value, pause: Act(verb, value, pause, kind), values, pauses)


def changes_of(kind: str, *verbs: str) -> st.SearchStrategy[Act]:
    """What may be done to an object of a kind with pods."""
    values = {"image": images, "scale": st.integers(0, 5), "delete": propagations}
    return st.one_of(*(acts(verb, values.get(verb, st.none()), kind) for verb in verbs))


def lives(
    creates: st.SearchStrategy[object], changes: st.SearchStrategy[Act], kind: str
) -> st.SearchStrategy[list[Act]]:
    """A few acts on an object that is created first, with interruptions among them."""
    made = acts("create", creates, kind)
    removed = acts("delete pod", st.integers(0, 5), kind)
    interruption = st.builds(Act, st.sampled_from(("look", "reopen", "forget")), st.none(), pauses)
    rest = st.lists(
        st.one_of(changes, changes, changes, removed, interruption, interruption, made), min_size=2, max_size=9
    )
    return st.builds(lambda first, others: [Act("create", service()), first, *others], made, rest)


deployments = st.builds(
    lambda replicas, image, strategy, extra: deployment(replicas, image, **strategy, **extra),
    st.integers(0, 5),
    images,
    st.sampled_from(({}, {"strategy": {"type": "Recreate"}}, {"strategy": {"rollingUpdate": {"maxSurge": 2}}})),
    st.sampled_from(({}, {"minReadySeconds": 2}, {"progressDeadlineSeconds": 8}, {"revisionHistoryLimit": 1})),
)
stateful_sets = st.builds(
    lambda replicas, image, policy, extra: workload("StatefulSet", image, replicas=replicas, **policy, **extra),
    st.integers(0, 3),
    images,
    st.sampled_from(({}, {"podManagementPolicy": "Parallel"}, {"updateStrategy": {"type": "OnDelete"}})),
    seconds,
)
# Of the last mode the provisioner makes no volumes, and tries again and again.
databases = st.builds(
    lambda replicas, image, mode, retention: workload(
        *("StatefulSet", image),
        replicas=replicas,
        volumeClaimTemplates=[claim_template(mode)],
        persistentVolumeClaimRetentionPolicy=retention,
    ),
    st.integers(0, 3),
    images,
    st.sampled_from(("ReadWriteOnce", "ReadWriteOnce", "ReadWriteMany")),
    st.sampled_from(({}, {"whenDeleted": "Delete"}, {"whenDeleted": "Delete", "whenScaled": "Delete"})),
)
daemon_sets = st.builds(
    lambda image, strategy, extra: workload("DaemonSet", image, **strategy, **extra),
    images,
    st.sampled_from(
        (
            {},
            {"updateStrategy": {"type": "OnDelete"}},
            {"updateStrategy": {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}},
        )
    ),
    seconds,
)
jobs = st.builds(
    lambda image, counts, limit: job(image, **counts, **limit),
    st.sampled_from(ENDING),
    st.sampled_from(({}, {"completions": 3}, {"completions": 3, "parallelism": 2, "completionMode": "Indexed"})),
    st.sampled_from(({}, {"backoffLimit": 1}, {"activeDeadlineSeconds": 5}, {"ttlSecondsAfterFinished": 3})),
)
cron_jobs = st.builds(
    lambda image, policy: cron_job(image, concurrencyPolicy=policy),
    st.sampled_from((*ENDING, "nginx:1.20")),
    st.sampled_from(("Allow", "Forbid", "Replace")),
)

DATABASE = "StatefulSet with claims"
ROLLED = ("image", "scale", "restart", "undo", "delete")


def suspensions(kind: str) -> st.SearchStrategy[Act]:
    return st.one_of(acts("suspend", st.booleans(), kind), changes_of(kind, "wait", "delete"))


LIVES = {
    "Deployment": lives(deployments, changes_of("Deployment", *ROLLED, "pause", "resume"), "Deployment"),
    "StatefulSet": lives(stateful_sets, changes_of("StatefulSet", *ROLLED), "StatefulSet"),
    DATABASE: lives(databases, changes_of("StatefulSet", *ROLLED), "StatefulSet"),
    "DaemonSet": lives(daemon_sets, changes_of("DaemonSet", "image", "restart", "undo", "delete"), "DaemonSet"),
    "Job": lives(jobs, suspensions("Job"), "Job"),
    "CronJob": lives(cron_jobs, suspensions("CronJob"), "CronJob"),
}
any_life = st.one_of(*LIVES.values())
quick = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
PROFILES = {DATABASE: KIND}
of_each_kind = pytest.mark.parametrize("kind", LIVES)


@pytest.fixture(autouse=True)
def no_speed_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBESIM_SPEED", raising=False)


@of_each_kind
@quick
@given(data=st.data())
def test_commands_that_open_and_save_lead_the_life_led_in_one_go(
    kind: str, tmp_path: Path, data: st.DataObject
) -> None:
    uncut = Uncut.new(profile=PROFILES.get(kind, BARE))
    with Commands.on(tmp_path, uncut) as commands:
        for act in data.draw(LIVES[kind]):
            uncut.act(act)
            commands.act(act)
            assert not differences(commands.objects(), uncut.objects())
        assert commands.head()["serial"] == uncut.cluster.head["serial"]


@pytest.mark.parametrize("image", IMAGES)
def test_hours_are_the_same_however_often_somebody_looks_or_saves(image: str, tmp_path: Path) -> None:
    uncut = Uncut.new().live([Act("create", deployment(2, image))])
    with Commands.on(tmp_path, uncut) as commands:
        for verb in ("look", "touch", "forget", "touch", "restart", "look", "touch", "touch"):
            act = Act(verb, None, 25 * MINUTE + 300)
            uncut.act(act)
            commands.act(act)
        assert not differences(commands.objects(), uncut.objects())


@of_each_kind
@quick
@given(data=st.data())
def test_a_look_at_everything_at_any_instant_changes_nothing(kind: str, data: st.DataObject) -> None:
    life = data.draw(LIVES[kind])
    profile = PROFILES.get(kind, BARE)
    watched = Watched.new(profile=profile).live(life)
    assert not differences(watched.objects(), Uncut.new(profile=profile).live(life).objects())
    before = watched.saved().content
    watched.look_at_everything()
    assert watched.saved().content == before


@quick
@given(any_life)
def test_saving_and_opening_changes_nothing(life: list[Act]) -> None:
    world = Uncut.new().live(life)
    again = world.reopened()
    assert not differences(again.objects(), world.objects())
    assert again.saved().content == world.saved().content


@quick
@given(any_life, st.integers(0, 2**32 - 1))
def test_the_same_acts_with_the_same_seed_give_the_same_bytes(life: list[Act], seed: int) -> None:
    assert Uncut.new(seed).live(life).saved().content == Uncut.new(seed).live(life).saved().content


bounds = st.one_of(st.integers(0, 4), st.sampled_from(("0%", "25%", "30%", "50%", "100%")))


def _number(bound: int | str, replicas: int, *, up: bool) -> int:
    if isinstance(bound, int):
        return bound
    share = int(bound[:-1]) * replicas
    return -(-share // 100) if up else share // 100


@quick
@given(st.integers(1, 9), bounds, bounds, st.sampled_from((0, 3)))
def test_a_rolling_update_keeps_within_its_bounds(
    replicas: int, surge: int | str, unavailable: int | str, min_ready: int
) -> None:
    if surge in (0, "0%") and unavailable in (0, "0%"):
        return
    strategy = {"rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}
    world = Uncut.new()
    world.act(Act("create", deployment(replicas, strategy=strategy, minReadySeconds=min_ready), 20_000))
    assert dig(world.web(), "status", "availableReplicas") == replicas
    most = _number(surge, replicas, up=True)
    fewest = _number(unavailable, replicas, up=False) or (0 if most else 1)
    Client(world.cluster).update(with_image(world.web(), "nginx:1.21"))
    world.engine.settle()
    for _ in range(400):
        assert len(world.pods()) <= replicas + most
        assert dig(world.web(), "status", "availableReplicas", default=0) >= replicas - fewest
        wake = world.engine.next_wake()
        if wake is None or wake > world.cluster.now + 60_000:
            break
        world.engine.step(wake)
    assert dig(world.web(), "status", "updatedReplicas") == replicas


@quick
@given(st.integers(1, 4), st.sampled_from(IMAGES[1:]), pauses)
def test_undo_after_set_image_restores_the_template(replicas: int, image: str, pause: int) -> None:
    world = Uncut.new()
    world.act(Act("create", deployment(replicas), 10_000))
    before = world.web()
    world.act(Act("image", image, pause))
    world.act(Act("undo", None, 30_000))
    assert world.web()["spec"]["template"] == before["spec"]["template"]
    assert dig(world.web(), "status", "availableReplicas") == replicas
