"""Where a state lies: what is in its place, who may read what is beside it, and what is moved under a writer."""

from __future__ import annotations

import io
import os
import stat
import threading
from pathlib import Path

import pytest
from kubesim.cli import main
from kubesim.errors import StateError
from kubesim.store import StateFile, file

posix = pytest.mark.skipif(os.name != "posix", reason="modes, links and pipes of POSIX")


def save(state: StateFile, serial: int) -> None:
    with state.locked() as transaction:
        transaction.commit({"seed": 7, "serial": serial}, {})


def serial_in(path: Path) -> int:
    snapshot = StateFile(str(path)).read()
    assert snapshot is not None
    return int(snapshot.head["serial"])


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a" / "b" / "state.json"


@posix
@pytest.mark.parametrize(
    "line", ["get pods", "create namespace a", "sim reset", "rollout status deployment/web", "wait pod a --for=delete"]
)
def test_what_is_no_file_is_refused_and_left_alone(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe, folder, device = tmp_path / "pipe", tmp_path / "folder", tmp_path / "device"
    os.mkfifo(pipe)
    folder.mkdir()
    device.symlink_to("/dev/zero")
    for place, why in ((pipe, "is not a regular file"), (folder, "is a directory"), (device, "is not a regular file")):
        monkeypatch.setenv("KUBESIM_STATE", str(place))
        status, errors = answer(line)
        assert status == 1
        assert errors == f"error: cannot read the state: {os.path.realpath(place)} {why}\n"
    assert sorted(os.listdir(tmp_path)) == ["device", "folder", "pipe"]


def answer(line: str) -> tuple[int, str]:
    """The exit status and the errors of a command line, which must not hang."""
    out, err, answers = io.StringIO(), io.StringIO(), list[int]()
    asking = threading.Thread(
        target=lambda: answers.append(main.answer(line.split(), io.StringIO(), out, err)), daemon=True
    )
    asking.start()
    asking.join(20)
    assert not asking.is_alive(), f"{line} hangs"
    return answers[0], err.getvalue()


@posix
def test_a_pipe_has_no_stamp_and_nobody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert file.stamp(str(tmp_path / "pipe")) is None


@posix
def test_all_folders_that_are_made_are_for_their_owner_alone(path: Path) -> None:
    save(StateFile(str(path)), 1)
    assert [mode(folder) for folder in (path.parent, path.parent.parent)] == [0o700, 0o700]


@posix
def test_a_folder_that_is_there_keeps_its_mode(path: Path) -> None:
    path.parent.parent.mkdir(mode=0o755)
    save(StateFile(str(path)), 1)
    assert mode(path.parent.parent) == 0o755


@posix
def test_a_lock_that_others_could_read_is_closed_to_them(path: Path) -> None:
    save(StateFile(str(path)), 1)
    lock = path.with_name("state.json.lock")
    lock.chmod(0o644)
    save(StateFile(str(path)), 2)
    assert mode(lock) == 0o600


def planted(path: Path, how: str) -> tuple[Path, Path]:
    """A lock that somebody else made, and what it leads to."""
    path.parent.mkdir(parents=True)
    lock, victim = path.with_name("state.json.lock"), path.with_name("victim")
    victim.write_text("precious")
    if how == "pipe":
        os.mkfifo(lock)
    elif how == "folder":
        lock.mkdir()
    else:
        (lock.symlink_to if how == "symbolic link" else lock.hardlink_to)(victim)
    return lock, victim


@posix
@pytest.mark.parametrize("how", ["symbolic link", "hard link", "pipe", "folder"])
def test_a_planted_lock_is_refused(path: Path, how: str) -> None:
    lock, victim = planted(path, how)
    before = mode(victim)
    with pytest.raises(StateError, match=f"cannot write the state: {lock}: "):
        save(StateFile(str(path)), 1)
    assert (victim.read_text(), mode(victim)) == ("precious", before)
    assert not path.exists()


def test_the_lock_says_who_holds_it(path: Path) -> None:
    with StateFile(str(path)).locked():
        assert path.with_name("state.json.lock").read_text() == f"{os.getpid()}\n"


@posix
@pytest.mark.parametrize("moved", ["folder", "lock"])
def test_what_is_moved_under_a_writer_costs_nobody_a_change(path: Path, moved: str) -> None:
    """The others wrote where the state lies now; the writer says that it did not."""
    state = StateFile(str(path))
    save(state, 1)
    with state.locked() as slow:
        if moved == "folder":
            path.parent.rename(path.parent.with_name("elsewhere"))
        else:
            path.with_name("state.json.lock").unlink()
        save(state, 5)
        with pytest.raises(StateError, match=f"{path.parent} was moved or replaced meanwhile; nothing was saved"):
            slow.commit({"seed": 7, "serial": 2}, {})
    assert serial_in(path) == 5
    assert not path.with_name("state.json.tmp").exists()


@posix
def test_who_waited_for_a_lock_that_was_moved_takes_the_one_that_is_there(path: Path) -> None:
    state = StateFile(str(path))
    save(state, 1)
    waiter = threading.Thread(target=lambda: save(state, 9))
    with state.locked():
        waiter.start()
        waiter.join(0.2)
        path.parent.rename(path.parent.with_name("elsewhere"))
        path.parent.mkdir()
    waiter.join(20)
    assert serial_in(path) == 9
    assert serial_in(path.parent.with_name("elsewhere") / "state.json") == 1
