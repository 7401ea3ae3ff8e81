"""The state file on the disk: read, locked, replaced, and what is said when that cannot be."""

from __future__ import annotations

import errno
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest
from kubesim.cluster.drawers import Drawer, DrawerName
from kubesim.errors import StateError
from kubesim.store import StateFile, default_path, file, lock
from platformdirs import user_state_path

NODES = DrawerName("Node", "", "")
POSIX = pytest.mark.skipif(os.name != "posix", reason="modes and signals of POSIX")


@pytest.fixture
def state(tmp_path: Path) -> StateFile:
    return StateFile(str(tmp_path / "folder" / "state.json"))


def save(state: StateFile, serial: int) -> None:
    nodes = Drawer({"node-1": {"metadata": {"name": "node-1"}}}, {}, serial)
    with state.locked() as transaction:
        transaction.commit({"seed": 7, "serial": serial}, {NODES: nodes})


def serial_in(state: StateFile) -> int:
    snapshot = state.read()
    assert snapshot is not None
    return int(snapshot.head["serial"])


def mode_of(path: str) -> int:
    return stat.S_IMODE(os.stat(path).st_mode)


def files_beside(state: StateFile) -> list[str]:
    return sorted(os.listdir(os.path.dirname(state.path)))


def test_there_is_no_state_before_the_first_save_and_reading_writes_nothing(state: StateFile) -> None:
    assert state.read() is None
    assert state.stamp() is None
    assert not os.path.exists(os.path.dirname(state.path))


def test_what_was_saved_is_read(state: StateFile) -> None:
    save(state, 1)
    save(state, 2)
    assert serial_in(state) == 2
    assert files_beside(state) == ["state.json", "state.json.lock"]


def test_a_transaction_sees_what_was_saved_before_it(state: StateFile) -> None:
    with state.locked() as transaction:
        assert transaction.snapshot is None
    save(state, 1)
    with state.locked() as transaction:
        assert transaction.snapshot is not None
        assert transaction.snapshot.wake(NODES) == 1


def test_a_transaction_without_a_commit_changes_nothing(state: StateFile) -> None:
    save(state, 1)
    before = state.stamp()
    with state.locked():
        pass
    assert state.stamp() == before


def test_the_stamp_tells_of_every_save(state: StateFile) -> None:
    stamps = []
    for serial in range(1, 6):
        save(state, serial)
        os.utime(state.path, (1, 1))  # as if all came within one tick of the file system's clock
        stamps.append(state.stamp())
    assert len(set(stamps)) == 5
    assert state.stamp() == stamps[-1]


@POSIX
def test_nobody_else_may_read_the_state(state: StateFile) -> None:
    before = os.umask(0)
    try:
        save(state, 1)
    finally:
        os.umask(before)
    assert mode_of(os.path.dirname(state.path)) == 0o700
    assert mode_of(state.path) == 0o600
    assert mode_of(state.path + ".lock") == 0o600


@POSIX
def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    save(StateFile(str(tmp_path / "state.json")), 1)
    assert mode_of(str(tmp_path)) == 0o755


@POSIX
def test_a_link_to_the_state_stays_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    monkeypatch.setenv("KUBESIM_STATE", str(tmp_path / "link.json"))
    save(StateFile(default_path()), 1)
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "real.json").is_file()


def test_a_temporary_file_that_a_killed_writer_left_is_no_obstacle(state: StateFile) -> None:
    save(state, 1)
    Path(state.path + ".tmp").write_text("half of a sta")
    assert serial_in(state) == 1
    save(state, 2)
    assert files_beside(state) == ["state.json", "state.json.lock"]


def test_reset_keeps_a_backup_even_of_what_cannot_be_read(state: StateFile) -> None:
    with state.locked_anew() as transaction:
        assert transaction.backup is None
        transaction.commit({"seed": 1, "serial": 0}, {})
    Path(state.path).write_text("garbage")
    with pytest.raises(StateError):
        state.read()
    with state.locked_anew() as transaction:
        assert transaction.backup == state.path + ".bak"
        transaction.commit({"seed": 2, "serial": 5}, {})
    assert Path(state.path + ".bak").read_text() == "garbage"
    assert serial_in(state) == 5


def test_a_damaged_state_is_never_overwritten(state: StateFile) -> None:
    save(state, 1)
    Path(state.path).write_text('{"kubesim":')
    with pytest.raises(StateError, match="is damaged"), state.locked():
        pytest.fail("a transaction was opened")
    assert Path(state.path).read_text() == '{"kubesim":'


def test_the_default_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KUBESIM_STATE", str(tmp_path / "mine.json"))
    assert default_path() == os.path.realpath(tmp_path / "mine.json")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KUBESIM_STATE", "here.json")
    assert default_path() == os.path.realpath(tmp_path / "here.json")


@pytest.mark.parametrize("unset", [None, ""])
@pytest.mark.parametrize("folder", [None, "", " ", "/var/state", "/var/state/"])
def test_without_the_variable_the_state_lies_where_platformdirs_says(
    unset: str | None, folder: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("KUBESIM_STATE", unset), ("XDG_STATE_HOME", folder)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    expected = user_state_path("kubesim", appauthor=False) / "state.json"
    assert default_path() == os.path.realpath(expected)


# What the system refuses


def refuse(monkeypatch: pytest.MonkeyPatch, function: str, number: int, ending: str = ".tmp") -> None:
    """Let a call of the operating system fail, for the temporary file alone where it names a file."""
    real = getattr(os, function)

    def refused(*arguments: Any, **options: Any) -> Any:
        target = arguments[0]
        if isinstance(target, str) and not target.endswith(ending):
            return real(*arguments, **options)
        raise OSError(number, os.strerror(number), target)

    monkeypatch.setattr(os, function, refused)


@pytest.mark.parametrize(
    ("why", "function", "number"),
    [
        ("a full disk when the file is written", "write", errno.ENOSPC),
        ("a full disk when the file reaches it", "fsync", errno.ENOSPC),
        ("a file-size limit", "write", errno.EFBIG),
        ("a read-only file system", "open", errno.EROFS),
        ("a folder that is not ours", "open", errno.EACCES),
        ("a disk that fails", "fsync", errno.EIO),
        ("a target that cannot be replaced", "replace", errno.EPERM),
    ],
)
def test_a_save_that_is_refused_leaves_the_old_state_and_no_litter(
    why: str, function: str, number: int, state: StateFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(state, 1)
    before = Path(state.path).read_bytes()
    with monkeypatch.context() as refusing:
        refuse(refusing, function, number)
        with pytest.raises(StateError) as refusal:
            save(state, 2)
    assert os.strerror(number) in refusal.value.message, why
    assert state.path in refusal.value.message
    assert "\n" not in refusal.value.message
    assert Path(state.path).read_bytes() == before
    assert files_beside(state) == ["state.json", "state.json.lock"]
    save(state, 3)
    assert serial_in(state) == 3


def test_a_quota(state: StateFile, monkeypatch: pytest.MonkeyPatch) -> None:
    number = getattr(errno, "EDQUOT", errno.ENOSPC)
    save(state, 1)
    with monkeypatch.context() as refusing:
        refuse(refusing, "write", number)
        with pytest.raises(StateError, match=os.strerror(number)):
            save(state, 2)
    assert serial_in(state) == 1


def test_a_write_that_takes_only_a_part_at_a_time(state: StateFile, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, bytes(data)[:7]))
    save(state, 12345)
    assert serial_in(state) == 12345


def test_a_folder_that_cannot_be_written_is_told(state: StateFile, monkeypatch: pytest.MonkeyPatch) -> None:
    save(state, 1)
    refuse(monkeypatch, "open", errno.EACCES, ending=".lock")
    with pytest.raises(StateError, match=r"cannot write the state: .*: Permission denied"):
        save(state, 2)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError, match="cannot make the folder of the state"):
        save(StateFile(str(tmp_path / "file" / "sub" / "state.json")), 1)


def test_a_path_below_a_file_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError, match="cannot read the state"):
        StateFile(str(tmp_path / "file" / "state.json")).read()


def test_a_directory_in_the_state_s_place(tmp_path: Path) -> None:
    with pytest.raises(StateError, match=f"{tmp_path} is a directory"):
        StateFile(str(tmp_path)).read()


@POSIX
def test_a_pipe_in_the_state_s_place_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(StateError, match="is not a regular file"):
        StateFile(str(tmp_path / "pipe")).read()


def test_a_bug_while_saving_leaves_no_litter(state: StateFile) -> None:
    save(state, 1)
    with pytest.raises(ZeroDivisionError):
        file.replace(state.path, (b"%d" % (1 // n) for n in (1, 0)), lambda: None)
    assert files_beside(state) == ["state.json", "state.json.lock"]
    assert serial_in(state) == 1


# The lock


def test_writers_take_turns(state: StateFile) -> None:
    save(state, 0)

    def increment() -> None:
        for _ in range(10):
            with state.locked() as transaction:
                assert transaction.snapshot is not None
                head = transaction.snapshot.head
                transaction.commit({**head, "serial": head["serial"] + 1}, {})

    threads = [threading.Thread(target=increment) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert serial_in(state) == 40


def test_a_reader_does_not_wait_for_a_writer(state: StateFile) -> None:
    save(state, 1)
    with state.locked():
        assert serial_in(state) == 1


def test_who_waits_long_is_told_why(state: StateFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.02)
    told, holders = threading.Event(), list[object]()
    waiting = StateFile(state.path, on_wait=lambda holder: (holders.append(holder), told.set()))
    release = threading.Event()

    def hold() -> None:
        with state.locked():
            holding.set()
            release.wait(10)

    holding = threading.Event()
    holder = threading.Thread(target=hold)
    holder.start()
    holding.wait(10)
    releaser = threading.Thread(target=lambda: (told.wait(10), release.set()))
    releaser.start()
    with waiting.locked():
        assert holders == [os.getpid()]
    holder.join()
    releaser.join()


@POSIX
def test_of_a_large_state_only_what_is_asked_for_is_read(state: StateFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "_LARGE", 1)
    monkeypatch.setattr(file, "_BLOCK", 64)
    save(state, 1)
    with monkeypatch.context() as patch:
        patch.setattr(file, "read", lambda _: pytest.fail("the whole file was read"))
        snapshot = state.read()
    assert snapshot is not None
    save(state, 2)
    assert (snapshot.head["serial"], serial_in(state)) == (1, 2)
    assert snapshot.load(NODES).objects == {"node-1": {"metadata": {"name": "node-1"}}}


@POSIX
def test_a_large_state_that_was_cut_short_is_noticed(state: StateFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "_LARGE", 1)
    save(state, 1)
    os.truncate(state.path, os.path.getsize(state.path) - 20)
    with pytest.raises(StateError, match="damaged"):
        state.read()
