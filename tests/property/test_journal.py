"""Commands are taken back to the byte, and a life that is led again from the journal is the one that was lived."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kubesim.api.meta import MINUTE, SECOND, Key, Obj, key_of
from kubesim.cli import main
from kubesim.cluster import Change, Cluster
from kubesim.life.history import History
from kubesim.life.replay import Mark, Replay, recorded
from kubesim.life.saved_cluster import SavedCluster
from kubesim.sim.clock import MAX, Clock, simulated_now
from kubesim.sim.profiles import BARE
from kubesim.store import StateFile
from kubesim.store.memory import MemoryState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.life.history import Entry, Origin
    from kubesim.sim.clock import Speed
    from kubesim.store import Snapshot
    from kubesim.store.home import Home

COMMANDS = (
    "create deployment web --image=nginx:1.25 --replicas=3",
    "create deployment {name} --image=nginx:1.25",
    "create configmap {name} --from-literal=a={n}",
    "create namespace {name}",
    "create job {name} --image=busybox:1.36 -- true",
    "run {name} --image=redis:crash",
    "expose deployment web --port=80",
    "scale deployment web --replicas={few}",
    "set image deployment/web nginx=nginx:1.{n}",
    "set image deployment/web nginx=nginx:does-not-exist",
    "set env deployment/web N={n}",
    "rollout restart deployment/web",
    "rollout undo deployment/web",
    "rollout pause deployment/web",
    "rollout resume deployment/web",
    "rollout status deployment/web --timeout=20s",
    "wait deployment/web --for=condition=Available --timeout=5s",
    "annotate deployment web n={n} --overwrite",
    "label pods --all n={n} --overwrite",
    'patch deployment web -p {{"spec":{{"minReadySeconds":{few}}}}}',
    "delete pods --all --wait=false",
    "delete pods --all --timeout=40s",
    "delete configmap {name}",
    "delete deployment web",
    "cordon node01",
    "uncordon node01",
    "drain node02 --ignore-daemonsets --force --timeout=30s",
    "get pods",
    "scale deployment nobody --replicas=2",
    "config set-context --current --namespace=default",
    "sim advance {few}s",
    "sim advance {few}m",
    "sim settle",
    "sim images nginx:1.{n}=flaky",
    "sim reset --seed {n}",
    "sim snapshot save {name} --force",
    "sim snapshot restore {name}",
)


class Watch(Clock):
    """A wall clock that a test moves."""

    def __init__(self, speed: Speed) -> None:
        self.now = 1_800_000_000_000
        self._speed = speed

    def wall(self) -> int:
        return self.now

    def speed(self) -> Speed:
        return self._speed


class Person:
    """Somebody who gives commands, at random, with pauses between them."""

    def __init__(self, home: Home, speed: Speed, seed: int) -> None:
        self.home = home
        self.clock = Watch(speed)
        self.simulation = SavedCluster(home, clock=self.clock)
        self._random = random.Random(seed)

    def give(self, line: str) -> int:
        """Give a command; its status."""
        out, err = io.StringIO(), io.StringIO()
        with patch("time.sleep", self._sleep):
            return main.answer(line.split(), io.StringIO(), out, err, self.home, self.clock)

    def _sleep(self, seconds: float) -> None:
        """Instead of sleeping: the wall clock goes on."""
        self.clock.now += max(1, round(seconds * SECOND))

    def pause(self) -> None:
        self.clock.now += self._random.choice((0, 0, 1, 300, SECOND, 7 * SECOND, MINUTE, 20 * MINUTE))

    def some_command(self) -> str:
        number = self._random.randrange(30)
        name = f"n{number % 4}"
        return self._random.choice(COMMANDS).format(n=number, few=number % 5, name=name)

    def last(self) -> Entry | None:
        """The last command that was saved."""
        return next(History(self.home).done(self.saved()), None)

    def something_saved(self) -> tuple[bytes, dict[Key, Obj], str, Entry]:
        """Give commands until one is saved: the state before it, as it is in the file and as it has become, and it."""
        while True:
            self.pause()
            objects = objects_of(self.simulation.read().cluster)  # which may be kept
            before, last, line = self.content(), self.last(), self.some_command()
            self.give(line)
            entry = self.last()
            if entry is not None and (last is None or entry.number > last.number):
                return before, objects, line, entry

    def content(self) -> bytes:
        content = self.home.content if isinstance(self.home, MemoryState) else Path(self.home.path).read_bytes()
        assert content is not None
        return content

    def saved(self) -> Snapshot:
        snapshot = self.home.read()
        assert snapshot is not None
        return snapshot


@pytest.fixture(params=["memory", "file"])
def home(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("KUBESIM_PROFILE", BARE)
    return MemoryState() if request.param == "memory" else StateFile(str(tmp_path / "state.json"))


def but_for_the_wall_clock(content: bytes) -> tuple[dict[str, Any], bytes]:
    """A state without the instant of the wall clock, and so without its checksum."""
    head, *lines = content.splitlines(keepends=True)
    parsed = json.loads(head[:-2] + b"}")
    parsed["kubesim"]["clock"]["wall"] = 0
    return parsed, b"".join(lines[:-1])


def objects_of(cluster: Cluster) -> dict[Key, Obj]:
    return {key_of(obj): obj for kind in cluster.cabinet.kinds() for obj in cluster.list(kind)}


@pytest.mark.parametrize("speed", [MAX, 1, 2.5])
def test_undo_after_each_of_two_hundred_commands_gives_the_bytes_of_the_state_before_it(
    home: Home, speed: Speed
) -> None:
    person = Person(home, speed, seed=7)
    person.give("create configmap first")
    for number in range(200):
        before, objects, line, entry = person.something_saved()
        after = person.content()
        person.clock.now += 10
        assert person.give("sim undo") == 0, line
        assert but_for_the_wall_clock(person.content()) == but_for_the_wall_clock(before), (number, line)
        clock = person.saved().head["clock"]
        late = simulated_now(clock, person.clock.now, speed) - entry.at
        assert late == 0 if speed == MAX else 0 <= late < speed, f"no time has passed by it: {line}"
        assert objects_of(person.simulation.rehearse().cluster) == objects or speed not in (1, MAX), line
        assert person.give("sim redo") == 0, line
        assert but_for_the_wall_clock(person.content()) == but_for_the_wall_clock(after), (number, line)


def test_many_commands_are_taken_back_at_once_and_one_by_one(home: Home) -> None:
    person = Person(home, MAX, seed=8)
    contents = []
    while len(contents) < 40:
        person.clock.now += 1
        before, line = home.read() and person.content(), person.some_command()
        person.give(line)
        if before is not None and before != person.content():
            contents.append(but_for_the_wall_clock(before))
    end = but_for_the_wall_clock(person.content())
    assert person.give("sim undo 40") == 0
    assert but_for_the_wall_clock(person.content()) == contents[0]
    assert person.give("sim redo 40") == 0
    assert but_for_the_wall_clock(person.content()) == end
    for content in reversed(contents):
        assert person.give("sim undo") == 0
        assert but_for_the_wall_clock(person.content()) == content
    for content in [*contents[1:], end]:
        assert person.give("sim redo") == 0
        assert but_for_the_wall_clock(person.content()) == content
    assert person.give("sim redo") == 1


# what is led again

RESTLESS = ("Event", "Lease", "APIService", "ComponentStatus")


class Witness(Replay):
    """Keeps what had to be put right at each state from which the life is led on."""

    def _differences(self, *arguments: Any) -> Iterator[Change]:
        found = list(super()._differences(*arguments))
        self.corrections = [*getattr(self, "corrections", ()), found]
        yield from found


def by_commands(origins: list[Origin]) -> list[bool]:
    """Which of the states that were kept may differ from what the cluster does by itself."""
    allowed = []
    for origin in origins:
        allowed += [True, False] if origin.lived else [origin.lived is None]
    return allowed


def assert_it_is_led_again(person: Person) -> None:
    lived = person.simulation.read().cluster
    again = recorded(person.simulation)
    again.__class__ = Witness
    objects, now = objects_of(again.cluster), again.cluster.now
    marks = []
    for happened in again:  # each change begins with the version that the one before ended with
        assert happened.instant >= now
        now = happened.instant
        if isinstance(happened, Mark):
            marks.append(happened.command)
            continue
        key = happened.key
        if key.kind not in RESTLESS and happened.new is not None:  # what goes may have lost its finalizers
            assert objects.get(key) == happened.old
        if happened.new is None:
            objects.pop(key, None)
        else:
            objects[key] = happened.new
    assert again.cluster.now == lived.now
    assert objects_of(again.cluster) == objects_of(lived)
    kept = {key: obj for key, obj in objects_of(lived).items() if key.kind not in RESTLESS}
    assert {key: obj for key, obj in objects.items() if key.kind not in RESTLESS} == kept
    origins = again._origins
    corrections = getattr(again, "corrections", [])
    assert len(corrections) == len(by_commands(origins))
    assert not any(found and not may for found, may in zip(corrections, by_commands(origins), strict=True))
    given = [entry.command for entry in History(person.home).done(person.saved())]
    assert marks[::-1] == given[: len(marks)]
    assert marks or not origins


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32), speed=st.sampled_from((MAX, MAX, 1, 20)), count=st.integers(1, 25))
def test_a_life_that_is_led_again_ends_in_the_state_that_was_saved(seed: int, speed: Speed, count: int) -> None:
    person = Person(MemoryState(), speed, seed)
    for _ in range(count):
        person.give(person.some_command())
        person.pause()
    assert_it_is_led_again(person)
