"""Laws of a cluster's life, over random lives."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kubesim.api.meta import dig

from tests.property.lives import Act, World, deployment, with_image

IMAGES = ("nginx:1.20", "nginx:1.21", "nginx:does-not-exist", "redis:crash", "nginx:notready")
PAUSES = (0, 0, 200, 1000, 1000, 1200, 5000, 12_000, 60_000)

pauses = st.sampled_from(PAUSES)
creates = st.builds(
    lambda replicas, strategy, extra, pause: Act("create", deployment(replicas, **strategy, **extra), pause),
    st.integers(0, 5),
    st.sampled_from(({}, {"strategy": {"type": "Recreate"}}, {"strategy": {"rollingUpdate": {"maxSurge": 2}}})),
    st.sampled_from(({}, {"minReadySeconds": 2}, {"progressDeadlineSeconds": 8}, {"revisionHistoryLimit": 1})),
    pauses,
)
changes = st.one_of(
    st.builds(lambda image, pause: Act("image", image, pause), st.sampled_from(IMAGES), pauses),
    st.builds(lambda number, pause: Act("scale", number, pause), st.integers(0, 6), pauses),
    st.builds(lambda index, pause: Act("delete pod", index, pause), st.integers(0, 5), pauses),
    st.builds(
        lambda verb, pause: Act(verb, None, pause),
        st.sampled_from(("pause", "resume", "restart", "undo", "wait", "delete")),
        pauses,
    ),
)
lives = st.builds(lambda first, rest: [first, *rest], creates, st.lists(changes, min_size=1, max_size=6))
quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@quick
@given(lives, st.data())
def test_a_run_cut_by_saving_and_opening_equals_the_uncut_run(acts: list[Act], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(acts)))
    uncut = World.new().live(acts)
    cut = World.new().live(acts[:at]).cut().live(acts[at:])
    assert cut.objects() == uncut.objects()
    assert cut.cluster.head["serial"] == uncut.cluster.head["serial"]


@quick
@given(lives, st.data())
def test_forgetting_when_to_wake_changes_nothing(acts: list[Act], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(acts)))
    uncut = World.new().live(acts)
    cut = World.new().live(acts[:at]).cut(drop_wakes=True).live(acts[at:])
    assert cut.objects() == uncut.objects()


@quick
@given(lives)
def test_a_look_at_everything_changes_nothing(acts: list[Act]) -> None:
    world = World.new().live(acts)
    before = world.objects()
    world.engine.look_at_everything()
    world.engine.settle()
    assert world.objects() == before


@quick
@given(lives)
def test_saving_and_opening_changes_nothing(acts: list[Act]) -> None:
    world = World.new().live(acts)
    again = world.cut()
    assert again.objects() == world.objects()
    assert again.saved() == world.saved()


@quick
@given(lives, st.integers(0, 2**32 - 1))
def test_the_same_acts_with_the_same_seed_give_the_same_bytes(acts: list[Act], seed: int) -> None:
    assert World.new(seed).live(acts).saved() == World.new(seed).live(acts).saved()


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
    world = World.new()
    world.act(Act("create", deployment(replicas, strategy=strategy, minReadySeconds=min_ready), 20_000))
    web = world.web()
    assert web is not None
    assert dig(web, "status", "availableReplicas") == replicas
    most = _number(surge, replicas, up=True)
    fewest = _number(unavailable, replicas, up=False) or (0 if most else 1)
    world.cluster.update(with_image(web, "nginx:1.21"))
    world.engine.settle()
    for _ in range(400):
        pods = world.pods()
        web = world.web()
        assert web is not None
        assert len(pods) <= replicas + most
        assert dig(web, "status", "availableReplicas", default=0) >= replicas - fewest
        wake = world.engine.next_wake()
        if wake is None or wake > world.cluster.now + 60_000:
            break
        world.engine.step(wake)
    assert dig(web, "status", "updatedReplicas") == replicas


@quick
@given(st.integers(1, 4), st.sampled_from(IMAGES[1:]), pauses)
def test_undo_after_set_image_restores_the_template(replicas: int, image: str, pause: int) -> None:
    world = World.new()
    world.act(Act("create", deployment(replicas), 10_000))
    before = world.web()
    assert before is not None
    world.act(Act("image", image, pause))
    world.act(Act("undo", None, 30_000))
    after = world.web()
    assert after is not None
    assert after["spec"]["template"] == before["spec"]["template"]
    assert dig(after, "status", "availableReplicas") == replicas
