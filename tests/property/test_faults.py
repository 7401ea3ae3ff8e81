"""Lives in which things go wrong: wherever they are cut or interrupted, they are the life led in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kubesim.api.meta import HOUR, MINUTE
from kubesim.cluster.faults import IMAGE, NODE_DOWN, NODE_FULL, NODE_PRESSURE, READINESS, SLOW_START
from kubesim.sim.profiles import KIND

from tests.property.lives import LABELS, Act, Commands, Uncut, Watched, deployment, differences, service, workload

if TYPE_CHECKING:
    from pathlib import Path

    from kubesim.api.meta import Obj

PODS = {"namespace": "default", "selector": {"matchLabels": LABELS}}
LENGTHS = (0, 1000, 7000, 30_000, 70_000, 400_000)
# Coarse, so that what is due collides with what is done.
pauses = st.sampled_from((0, 0, 200, 1000, 5000, 12_000, 60_000, 300_000))

quick = settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


def probed(obj: Obj, **probes: object) -> Obj:
    """A workload whose container has probes."""
    (container,) = obj["spec"]["template"]["spec"]["containers"]
    container.update(probes)
    return obj


ON_PORT = {"tcpSocket": {"port": 80}}
workloads = st.builds(
    lambda make, readiness, others: probed(make(), readinessProbe={**ON_PORT, **readiness}, **others),
    st.sampled_from(
        (
            lambda: deployment(3),
            lambda: deployment(3, strategy={"type": "Recreate"}),
            lambda: deployment(2, "nginx:1.99"),
            lambda: workload("StatefulSet", "nginx:1.20", replicas=2),
            lambda: workload("DaemonSet", "nginx:1.20"),
        )
    ),
    st.sampled_from(({}, {"periodSeconds": 3}, {"periodSeconds": 2, "successThreshold": 3}, {"failureThreshold": 1})),
    st.sampled_from(
        (
            {},
            {"livenessProbe": {**ON_PORT, "periodSeconds": 4}},
            {"startupProbe": {**ON_PORT, "periodSeconds": 2, "failureThreshold": 5}},
            {"lifecycle": {"preStop": {"sleep": {"seconds": 3}}}},
        )
    ),
)
faults = st.one_of(
    st.tuples(st.sampled_from((NODE_DOWN, NODE_FULL)), st.sampled_from(("node01", "node02")), st.just({})),
    st.tuples(
        st.just(NODE_PRESSURE),
        st.sampled_from(("node01", "node02")),
        st.sampled_from(({"resource": "ephemeral-storage"}, {"resource": "memory"})),
    ),
    st.tuples(st.just(IMAGE), st.just("nginx:*"), st.just({"pattern": "nginx:*"})),
    st.tuples(st.just(READINESS), st.just("web"), st.just(PODS)),
    st.tuples(
        st.just(SLOW_START), st.just("web"), st.sampled_from(({**PODS, "length": 9000}, {**PODS, "length": 700}))
    ),
)
wrongs = st.one_of(
    st.builds(
        lambda fault, length, pause: Act("fault", (fault[0], fault[1], length, fault[2]), pause),
        faults,
        st.sampled_from(LENGTHS),
        pauses,
    ),
    st.builds(lambda number, pause: Act("clear", number, pause), st.integers(0, 3), pauses),
    st.builds(lambda pod, pause: Act("kill", pod, pause), st.integers(0, 5), pauses),
)


def others(kind: str) -> st.SearchStrategy[Act]:
    images = st.builds(
        lambda image, pause: Act("image", image, pause, kind), st.sampled_from(("nginx:1.21", "x:1")), pauses
    )
    interruptions = st.builds(Act, st.sampled_from(("look", "reopen", "forget")), st.none(), pauses)
    rest = st.builds(Act, st.sampled_from(("restart", "wait", "delete pod")), st.integers(0, 5), pauses, st.just(kind))
    return st.one_of(images, interruptions, interruptions, rest)


@st.composite
def lives(draw: st.DrawFn) -> list[Act]:
    made = draw(workloads)
    acts = draw(st.lists(st.one_of(wrongs, wrongs, others(made["kind"])), min_size=3, max_size=10))
    return [Act("create", service()), Act("create", made, draw(pauses), made["kind"]), *acts]


@pytest.fixture(autouse=True)
def no_speed_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBESIM_SPEED", raising=False)


@quick
@given(lives())
def test_commands_that_open_and_save_lead_the_life_led_in_one_go(tmp_path: Path, life: list[Act]) -> None:
    uncut = Uncut.new()
    with Commands.on(tmp_path, uncut) as commands:
        for act in life:
            uncut.act(act)
            commands.act(act)
            assert not differences(commands.objects(), uncut.objects())


@quick
@given(lives())
def test_a_look_at_everything_at_any_instant_changes_nothing(life: list[Act]) -> None:
    watched = Watched.new().live(life)
    assert not differences(watched.objects(), Uncut.new().live(life).objects())
    before = watched.saved().content
    watched.look_at_everything()
    assert watched.saved().content == before


@quick
@given(lives())
def test_once_all_is_over_every_pod_is_ready_again(life: list[Act]) -> None:
    """Whatever went wrong, an hour after all faults were cleared the workload has what it asks for."""
    world = Uncut.new().live(life)
    for _ in range(12):
        world.act(Act("clear", 0))
    kind = life[1].kind
    world.act(Act("image", "nginx:1.22", HOUR, kind))
    pods = [pod for pod in world.pods() if pod["status"].get("reason") != "Evicted"]  # which are kept, and replaced
    wanted = world.web(kind)["spec"].get("replicas", 2)
    ready = [
        pod for pod in pods if any(c["type"] == "Ready" and c["status"] == "True" for c in pod["status"]["conditions"])
    ]
    assert len(ready) == len(pods) == wanted


@pytest.mark.parametrize("fault", [(NODE_DOWN, "node01", 3 * HOUR, {}), (IMAGE, "*", 5 * HOUR, {"pattern": "*"})])
@pytest.mark.parametrize("image", ["redis:crash", "nginx:does-not-exist", "nginx:1.20"])
def test_a_long_absence_takes_nothing_over_beyond_the_end_of_a_fault(
    image: str, fault: tuple[object, ...], tmp_path: Path
) -> None:
    uncut = Uncut.new(profile=KIND).live([Act("fault", fault), Act("create", deployment(2, image), MINUTE)])
    with Commands.on(tmp_path, uncut) as commands:
        uncut.act(Act("wait", None, 12 * HOUR))
        commands.act(Act("wait", None, 12 * HOUR))
        assert not differences(commands.objects(), uncut.objects())
