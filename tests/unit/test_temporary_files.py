"""Temporary files where there is no room for them."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

FULL = "no space left on device"


def refuse(monkeypatch: pytest.MonkeyPatch, function: str, prefix: str, after: int = 0) -> None:
    """The system has no room for what begins with a prefix, once it had room for some."""
    real, left = getattr(os, function), [after]

    def call(path: Any, *arguments: Any, **options: Any) -> Any:
        if os.path.basename(str(path)).startswith(prefix):
            left[0] -= 1
            if left[0] < 0:
                raise OSError(errno.ENOSPC, "No space left on device", path)
        return real(path, *arguments, **options)

    monkeypatch.setattr(os, function, call)


def test_edit_says_that_its_folder_is_full(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.ok("apply -f web.yml")
    monkeypatch.setenv("EDITOR", "true")
    refuse(monkeypatch, "open", "kubesim-edit-")
    assert shell.refused("edit deployment web").endswith(f".yaml: {FULL}\n")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device that is always full")
def test_a_file_that_cannot_be_written_whole_is_removed(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.ok("apply -f web.yml")
    monkeypatch.setenv("EDITOR", "true")
    fdopen = os.fdopen

    def full(handle: int, *arguments: Any, **options: Any) -> Any:
        os.dup2(os.open("/dev/full", os.O_WRONLY), handle)
        return fdopen(handle, *arguments, **options)

    monkeypatch.setattr(os, "fdopen", full)
    errors = shell.refused("edit deployment web")
    assert errors.startswith("error: write ")
    assert errors.endswith(f".yaml: {FULL}\n")
    assert not list(shell.folder.glob("kubesim-edit-*"))


def test_edits_that_cannot_be_shown_again_are_kept(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file comes up again with what is wrong; if there is no room for that, the copy before it is named."""
    shell.ok("apply -f web.yml")
    monkeypatch.setenv("EDITOR", shell.script("editor", 'sed -i "s/replicas: 2/replicas: -2/" "$1"'))
    refuse(monkeypatch, "open", "kubesim-edit-", after=1)
    errors = shell.refused("edit deployment web")
    (copy,) = shell.folder.glob("kubesim-edit-*")
    assert f'A copy of your changes has been stored to "{copy}"\n' in errors
    assert errors.endswith(f": {FULL}\n")
    assert "replicas: -2" in copy.read_text()


@pytest.mark.parametrize("after", [0, 1])
def test_diff_without_room_for_its_folders_says_so(shell: Shell, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    shell.ok("apply -f web.yml")
    shell.write("more.yml", (shell.folder / "web.yml").read_text().replace("replicas: 2", "replicas: 3"))
    refuse(monkeypatch, "mkdir", "MERGED-" if after else "LIVE-")
    status, out, errors = shell("diff -f more.yml")
    assert (status, out) == (2, "")
    assert errors.startswith("error: mkdir ")
    assert errors.endswith(f": {FULL}\n")
    assert not list(shell.folder.glob("LIVE-*"))
