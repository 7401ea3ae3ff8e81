"""Nothing is lost: writers killed anywhere, crowds of writers, systems that refuse.

The short form runs with the other tests; ``KUBESIM_STRESS=1`` (``make stress``) runs the long one.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from kubesim.cluster.drawers import DrawerName
from kubesim.life.history import History
from kubesim.store import StateFile
from kubesim.store.journal import BATCH, STATES
from writer import CALLS, save_next

STRESS = bool(os.environ.get("KUBESIM_STRESS"))
WRITER = Path(__file__).with_name("writer.py")
KNOWN = {"state.json", "state.json.journal", "state.json.lock", "state.json.tmp"}
THERE = sorted(KNOWN - {"state.json.tmp"})
PODS = DrawerName("Pod", "default", "web")


@pytest.fixture
def state(tmp_path: Path) -> StateFile:
    return StateFile(str(tmp_path / "folder" / "state.json"))


def start(state: StateFile, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-S", str(WRITER), state.path, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def serial_in(state: StateFile) -> int:
    """The serial of the saved state, which every part of it must agree on; 0 where there is none."""
    snapshot = state.read()
    if snapshot is None:
        return 0
    serial = int(snapshot.head["serial"])
    drawer = snapshot.load(PODS)
    assert drawer.wake == serial
    assert {obj["spec"]["serial"] for obj in drawer.objects.values()} == {serial}
    return serial


def assert_nothing_of_the_journal_is_lost(state: StateFile) -> None:
    """Every state that was there is, as far back as the journal goes, whole and in its order."""
    history, snapshot = History(state), state.read()
    assert snapshot is not None
    origins = list(history.origins(snapshot))
    kept = [history.find(origin.before) for origin in origins]
    serials = [int(found.head["serial"]) for found in kept if found is not None]
    assert serials == list(range(int(snapshot.head["serial"]) - 1, 0, -1))[: len(serials)]
    assert len(serials) >= min(int(snapshot.head["serial"]) - 1, STATES)
    for found in (kept[0], kept[-1]) if kept else ():
        assert found is not None
        objects = found.load(PODS).objects.values()
        assert {obj["spec"]["serial"] for obj in objects} == {found.head["serial"]}


def assert_no_litter(state: StateFile) -> None:
    assert set(os.listdir(os.path.dirname(state.path))) <= KNOWN


@pytest.mark.parametrize("half", [(), ("half",)], ids=["before", "amid"])
def test_a_writer_killed_at_any_step_leaves_the_state_before_or_after(state: StateFile, half: tuple[str, ...]) -> None:
    serial, step, outcomes = 0, 0, []
    while True:
        step += 1
        process = start(state, "step", step, *half)
        told, errors = process.communicate(timeout=60)
        assert not errors
        found = serial_in(state)
        assert found in (serial, serial + 1)
        if told:
            assert found == serial + 1 == int(told)
            break
        outcomes.append(found - serial)
        serial = found
        if os.path.exists(os.path.dirname(state.path)):
            assert_no_litter(state)
        if serial:
            assert_nothing_of_the_journal_is_lost(state)
    assert step > len(CALLS), "it was killed at every call"
    assert outcomes.count(1) >= 1, "some kills come when the new state is in its place"
    assert outcomes.count(0) >= len(CALLS), "most come before"
    assert sorted(os.listdir(os.path.dirname(state.path))) == THERE


@pytest.mark.parametrize("saves", [BATCH, STATES + BATCH], ids=["packing", "dropping the oldest"])
@pytest.mark.parametrize("half", [(), ("half",)], ids=["before", "amid"])
def test_a_writer_killed_while_it_tidies_the_journal_loses_nothing_of_it(
    tmp_path: Path, saves: int, half: tuple[str, ...]
) -> None:
    begin, step = StateFile(str(tmp_path / "begin" / "state.json")), 0
    for _ in range(saves):
        save_next(begin)
    while True:
        step += 1 if STRESS else 3
        shutil.copytree(tmp_path / "begin", tmp_path / str(step))
        state = StateFile(str(tmp_path / str(step) / "state.json"))
        told, errors = start(state, "step", step, *half).communicate(timeout=60)
        assert not errors
        assert serial_in(state) in (saves, saves + 1)
        assert_nothing_of_the_journal_is_lost(state)
        save_next(state)
        assert_nothing_of_the_journal_is_lost(state)
        assert not os.path.exists(state.path + ".journal/tmp")
        if told:
            break
    assert any(name.endswith(".pack") for name in os.listdir(state.path + ".journal"))


def test_writers_killed_at_random_instants_lose_nothing_they_told_of(state: StateFile) -> None:
    rounds = 5000 if STRESS else 12
    instants = random.Random(1)
    serial = 0
    for _ in range(rounds):
        process = start(state, "loop")
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(instants.random() * 0.03)
        process.kill()
        told = [int(line) for line in [first, *process.stdout.readlines()]]
        process.communicate(timeout=60)
        assert told == list(range(serial + 1, serial + 1 + len(told)))
        serial = serial_in(state)
        assert serial - told[-1] in (0, 1), "what was told of is there, and at most one save more"
        assert_no_litter(state)
        assert_nothing_of_the_journal_is_lost(state)
    save_next(state)
    assert serial_in(state) == serial + 1


def watch(state: StateFile, until: threading.Event, seen: list[int]) -> None:
    while not until.is_set():
        snapshot = state.read()
        assert snapshot is not None
        seen.append(int(snapshot.head["serial"]))
        for name in snapshot.drawers():
            snapshot.load(name)


def test_eight_writers_at_once_lose_no_update_and_no_reader_sees_a_torn_state(state: StateFile) -> None:
    each = 1500 if STRESS else 10
    start_serial = save_next(state)
    done, seen = threading.Event(), [start_serial]
    reader = threading.Thread(target=watch, args=(state, done, seen))
    reader.start()
    holder = start(state, "hold")
    assert holder.stdout is not None
    assert holder.stdout.readline() == "holding\n"
    writers = [start(state, "count", f"w{n}", each) for n in range(8)]
    time.sleep(0.2)
    assert all(writer.poll() is None for writer in writers), "they wait for the lock"
    assert state.read() is not None, "readers do not"
    holder.kill()
    holder.communicate(timeout=60)
    for writer in writers:
        assert writer.communicate(timeout=600) == ("", "")
    done.set()
    reader.join()
    snapshot = state.read()
    assert snapshot is not None
    assert snapshot.head["serial"] == start_serial + 8 * each
    counts = {name.group: snapshot.wake(name) for name in snapshot.drawers() if name.kind == "ConfigMap"}
    assert counts == {f"w{n}": each for n in range(8)}
    assert seen == sorted(seen), "time does not run backward for a reader"
    assert len(set(seen)) > 2, "the reader saw the writers at work"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file-size limit")
def test_a_file_size_limit_is_told_and_leaves_the_old_state(state: StateFile) -> None:
    save_next(state)
    before = Path(state.path).read_bytes()
    told, errors = start(state, "limit", len(before) * 2).communicate(timeout=60)
    assert told == f"cannot write the state: {state.path}: File too large; it was left as it was\n"
    assert errors == ""
    assert Path(state.path).read_bytes() == before
    assert sorted(os.listdir(os.path.dirname(state.path))) == ["state.json", "state.json.lock"]
