"""A cluster in a home: opened, brought to now, acted on, saved and followed, with no command line about it."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from kubesim.api.meta import DAY, HOUR, SECOND, Key, dig
from kubesim.cluster import Change, Client
from kubesim.errors import UserError
from kubesim.life.saved_cluster import SavedCluster
from kubesim.sim.clock import Clock, StandingClock
from kubesim.store import StateFile
from kubesim.store.memory import MemoryState
from workload_world import template, workload

if TYPE_CHECKING:
    from pathlib import Path

    from kubesim.life.live_cluster import LiveCluster
    from kubesim.store.home import Home

WEB = Key("Deployment", "default", "web")
CRASHING: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {"containers": [{"name": "main", "image": "redis:crash"}]},
}


@pytest.fixture(params=["memory", "file"])
def simulation(request: pytest.FixtureRequest, tmp_path: Path) -> SavedCluster:
    """A cluster with nothing in it yet, in each sort of home."""
    home: Home = MemoryState() if request.param == "memory" else StateFile(str(tmp_path / "state.json"))
    return SavedCluster(home, clock=StandingClock(1_800_000_000_000))


def create(simulation: SavedCluster, obj: dict[str, Any]) -> None:
    with simulation.writing() as life:
        Client(life.cluster).create(obj)


def web(replicas: int = 2, image: str = "nginx:1.25") -> dict[str, Any]:
    return workload("Deployment", "web", template("web", image), replicas=replicas)


def test_what_was_written_is_read(simulation: SavedCluster) -> None:
    assert simulation.home.read() is None
    create(simulation, web())
    found = simulation.read().cluster.get(*WEB)
    assert found["spec"]["replicas"] == 2
    assert simulation.read().cluster.list("ReplicaSet", "default")


def test_a_bug_saves_nothing_and_a_refusal_what_came_before_it(simulation: SavedCluster) -> None:
    create(simulation, web())
    before = simulation.home.stamp()

    def scale_and_raise(error: Exception) -> None:
        with simulation.writing() as life:
            found = life.cluster.get(*WEB)
            Client(life.cluster).update({**found, "spec": {**found["spec"], "replicas": 5}})
            raise error

    with pytest.raises(ZeroDivisionError):
        scale_and_raise(ZeroDivisionError())
    assert simulation.home.stamp() == before
    with pytest.raises(UserError):
        scale_and_raise(UserError("no"))
    assert simulation.read().cluster.get(*WEB)["spec"]["replicas"] == 5


def test_what_is_rehearsed_is_neither_made_nor_saved(simulation: SavedCluster) -> None:
    Client(simulation.rehearse().cluster).create(web())
    assert simulation.home.read() is None
    create(simulation, web())
    before = simulation.home.stamp()
    Client(simulation.rehearse().cluster).delete(*WEB)
    assert simulation.home.stamp() == before


def test_a_life_that_is_known_goes_on_unless_another_writer_has_saved(simulation: SavedCluster) -> None:
    create(simulation, web())
    known = simulation.read()
    with simulation.writing(known) as life:
        assert life is known
        Client(life.cluster).delete(*WEB)
    create(simulation, web(3))
    with simulation.writing(known) as life:
        assert life is not known
        assert life.cluster.get(*WEB)["spec"]["replicas"] == 3


def test_a_reader_keeps_a_long_life_only_if_no_writer_is_at_work(simulation: SavedCluster) -> None:
    create(simulation, web())
    life = simulation.read()
    life.cluster.head_changed = True
    before = simulation.home.stamp()
    with simulation.home.locked():
        life.keep(life)
        assert simulation.home.stamp() == before
    life.keep(life)
    assert simulation.home.stamp() != before


def test_threads_that_write_take_turns(simulation: SavedCluster) -> None:
    create(simulation, web(0))

    def scale_up() -> None:
        for _ in range(5):
            with simulation.writing() as life:
                found = life.cluster.get(*WEB)
                Client(life.cluster).update(
                    {**found, "spec": {**found["spec"], "replicas": found["spec"]["replicas"] + 1}}
                )

    threads = [Thread(target=scale_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert simulation.read().cluster.get(*WEB)["spec"]["replicas"] == 20


# observers


class Absence:
    """A cluster that nobody opens for some time, whose state is the fixture's."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wall = 1_800_000_000_000
        monkeypatch.setattr(Clock, "wall", lambda _clock: self.wall)
        self.simulation = SavedCluster(MemoryState())

    def seen(self, *kinds: str) -> tuple[LiveCluster, list[Change]]:
        """The cluster as of now, and the changes that an observer has seen while it was brought there."""
        changes: list[Change] = []

        def observe(life: LiveCluster) -> None:
            life.cluster.observers.append(lambda change: changes.append(change) if change.key.kind in kinds else None)

        return self.simulation.read(observe), changes


def test_an_observer_that_is_in_place_before_a_cluster_lives_sees_it_catch_up(monkeypatch: pytest.MonkeyPatch) -> None:
    absence = Absence(monkeypatch)
    create(absence.simulation, web())
    created = absence.wall
    absence.wall += HOUR
    life, changes = absence.seen("Deployment")
    available = [dig(change.new, "status", "availableReplicas", default=0) for change in changes]
    assert available[-1] == 2
    assert sorted(available) == available
    assert all(created < change.instant < created + 10 * SECOND for change in changes)
    assert life.cluster.now == absence.wall


def test_observers_get_one_change_for_what_was_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each change begins with the version that the one before ended with."""
    absence = Absence(monkeypatch)
    create(absence.simulation, CRASHING)
    absence.wall += 10 * DAY
    life, changes = absence.seen("Pod")
    assert all(one.new == other.old for one, other in zip(changes, changes[1:]))
    assert changes[-1].new == life.cluster.get("Pod", "default", "web")
    assert len(changes) < dig(changes[-1].new, "status", "containerStatuses")[0]["restartCount"]


# following


def test_a_follower_gets_the_present_version_and_then_every_later_one(simulation: SavedCluster) -> None:
    create(simulation, web())
    with simulation.follow() as follower:
        versions = list(follower.versions(WEB, follower.cluster.now + 10 * SECOND))
    numbers = [int(version["metadata"]["resourceVersion"]) for version in versions if version is not None]
    assert len(numbers) == len(versions) == len(set(numbers))
    assert numbers == sorted(numbers)
    assert dig(versions[0], "status", "readyReplicas", default=0) == 0
    assert dig(versions[-1], "status", "readyReplicas") == 2


def test_a_follower_that_only_reads_the_present_locks_nothing(simulation: SavedCluster) -> None:
    create(simulation, web())
    with simulation.home.locked(), simulation.follow() as follower:
        assert next(follower.versions(WEB)) == follower.cluster.get(*WEB)


def test_a_follower_misses_nothing_that_happens_before_its_first_step(simulation: SavedCluster) -> None:
    create(simulation, web())
    with simulation.follow() as follower:
        versions = follower.versions(WEB)
        next(versions)
        with simulation.writing() as life:
            life.advance(life.cluster.now + HOUR)
        version = next(versions)
        assert dig(version, "status", "readyReplicas") == 2


def test_a_follower_gets_none_for_an_object_that_is_not_there_and_then_the_one_that_is_made(
    simulation: SavedCluster,
) -> None:
    create(simulation, web())
    pod = Key("Pod", "default", "web")
    with simulation.follow() as follower:
        versions = follower.versions(pod)
        assert next(versions) is None
        create(simulation, CRASHING)
        created = next(versions)
        assert created is not None
        assert "nodeName" not in created["spec"]


def step_and_raise(simulation: SavedCluster, error: Exception) -> None:
    with simulation.follow() as follower:
        follower.step()
        raise error


def test_a_bug_in_the_middle_of_a_wait_saves_nothing_and_a_refusal_what_was_lived(simulation: SavedCluster) -> None:
    create(simulation, web())
    before = simulation.home.stamp()
    with pytest.raises(ZeroDivisionError):
        step_and_raise(simulation, ZeroDivisionError())
    assert simulation.home.stamp() == before
    with pytest.raises(UserError):
        step_and_raise(simulation, UserError("timed out"))
    assert simulation.home.stamp() != before
