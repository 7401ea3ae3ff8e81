"""What is done on systems that the tests do not run on: their branches, with their part of the system played."""

from __future__ import annotations

import ctypes
import errno
import importlib.util
import os
import sys
import threading
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from kubesim.errors import StateError
from kubesim.kubectl.printers import style
from kubesim.store import file, lock, state_path

if TYPE_CHECKING:
    from pathlib import Path

fcntl = pytest.importorskip("fcntl", reason="Windows plays its own part")


class Msvcrt(ModuleType):
    """Windows' locks: one byte of a file, refused with EACCES while somebody else has it."""

    LK_NBLCK = 2

    def __init__(self) -> None:
        super().__init__("msvcrt")
        self.refusals = 0

    def locking(self, descriptor: int, mode: int, count: int) -> None:
        assert (mode, count) == (self.LK_NBLCK, 1)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.refusals += 1
            raise PermissionError(errno.EACCES, "Permission denied") from None


def on_windows(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A module as it is imported there."""
    monkeypatch.setattr(sys, "platform", "win32")
    assert module.__file__ is not None
    spec = importlib.util.spec_from_file_location(f"{module.__name__}_on_windows", module.__file__)
    assert spec is not None
    assert spec.loader is not None
    there = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(there)
    return there


@pytest.fixture
def msvcrt(monkeypatch: pytest.MonkeyPatch) -> Msvcrt:
    played = Msvcrt()
    monkeypatch.setitem(sys.modules, "msvcrt", played)
    return played


def test_writers_take_turns_on_windows(msvcrt: Msvcrt, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    there = on_windows(lock, monkeypatch)
    path, order = str(tmp_path / "lock"), []

    def second() -> None:
        with there.exclusive(path):
            order.append("second")

    with there.exclusive(path):
        waiter = threading.Thread(target=second)
        waiter.start()
        while msvcrt.refusals < 3:
            pass
        order.append("first")
    waiter.join(timeout=30)
    assert order == ["first", "second"]


def test_a_lock_that_windows_cannot_give_is_told(
    msvcrt: Msvcrt, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    there = on_windows(lock, monkeypatch)

    def broken(*_: object) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(msvcrt, "locking", broken)
    with (
        pytest.raises(StateError, match=r"cannot lock the state: .*: Invalid argument"),
        there.exclusive(str(tmp_path / "l")),
    ):
        pytest.fail("it was locked")


def no_check() -> None:
    """Nothing moves what a lock protects."""


def busy(monkeypatch: pytest.MonkeyPatch, function: str, times: int) -> None:
    """A call that is refused a few times, as while another process has the file open."""
    real, left = getattr(os, function), [times]

    def call(*arguments: Any, **options: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(*arguments, **options)

    monkeypatch.setattr(os, function, call)


@pytest.mark.parametrize("function", ["open", "replace"])
def test_a_file_that_another_process_has_open_is_waited_for(
    function: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    there = on_windows(file, monkeypatch)
    path = str(tmp_path / "state.json")
    there.replace(path, [b"old"], no_check)
    if function == "replace":
        busy(monkeypatch, function, 5)
        there.replace(path, [b"new"], no_check)
        assert there.read(path) == b"new"
    else:
        busy(monkeypatch, function, 5)
        assert there.read(path) == b"old"
    assert os.listdir(tmp_path) == ["state.json"]


def test_a_file_that_is_never_let_go_of_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    there = on_windows(file, monkeypatch)
    path = str(tmp_path / "state.json")
    there.replace(path, [b"old"], no_check)
    monkeypatch.setattr(there, "_PAUSE", 0)
    busy(monkeypatch, "replace", 1000)
    with pytest.raises(StateError, match="Permission denied; it was left as it was"):
        there.replace(path, [b"new"], no_check)
    assert (tmp_path / "state.json").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["state.json"]


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_elsewhere_the_state_lies_where_platformdirs_says(
    platform: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("platformdirs.user_state_dir", lambda name, appauthor: f"{tmp_path}/{name}/{appauthor}")
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.delenv("KUBESIM_STATE", raising=False)
    assert state_path.__file__ is not None
    spec = importlib.util.spec_from_file_location("elsewhere", state_path.__file__)
    assert spec is not None
    assert spec.loader is not None
    there = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(there)
    assert there.default_path() == os.path.realpath(f"{tmp_path}/kubesim/False/state.json")


@pytest.mark.parametrize(("takes", "wanted"), [(1, True), (0, False)])
def test_a_console_that_cannot_read_colours_gets_none(
    takes: int, wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = SimpleNamespace(
        GetStdHandle=lambda number: number,
        GetConsoleMode=lambda handle, mode: 1,
        SetConsoleMode=lambda handle, mode: takes,
    )
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
    there = on_windows(style, monkeypatch)
    assert there.wants_colour(SimpleNamespace(isatty=lambda: True), {}) is wanted
