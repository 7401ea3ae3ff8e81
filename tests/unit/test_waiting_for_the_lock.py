"""A writer that waits for another one says so, once that takes long, and says for which."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from kubesim.store import StateFile, lock

if TYPE_CHECKING:
    import pytest
    from command_lines import Shell


def held(shell: Shell, seconds: float) -> threading.Thread:
    """Somebody who holds the lock for so long."""
    holding = threading.Event()

    def hold() -> None:
        with StateFile(str(shell.folder / "state.json")).locked():
            holding.set()
            threading.Event().wait(seconds)

    holder = threading.Thread(target=hold)
    holder.start()
    assert holding.wait(20)
    return holder


def test_a_long_wait_names_the_process_that_holds_the_lock(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.ok("get namespaces")
    monkeypatch.setattr(lock, "PATIENCE", 0.02)
    holder = held(shell, 0.5)
    status, out, errors = shell("create namespace a")
    holder.join()
    path = f"{shell.folder}/state.json.lock"
    assert (status, out) == (0, "namespace/a created\n")
    assert errors == f"Warning: waiting for process {os.getpid()}, which writes the state and holds {path}\n"


def test_a_holder_that_did_not_say_who_it_is_is_another_process(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.ok("get namespaces")
    monkeypatch.setattr(lock, "PATIENCE", 0.02)
    holder = held(shell, 0.5)
    (shell.folder / "state.json.lock").write_text("")
    errors = shell("create namespace a")[2]
    holder.join()
    assert errors.startswith("Warning: waiting for another process, which writes the state")


def test_a_short_wait_is_not_worth_a_word(shell: Shell) -> None:
    shell.ok("get namespaces")
    holder = held(shell, 0.1)
    assert shell.ok("create namespace a") == "namespace/a created\n"
    holder.join()
