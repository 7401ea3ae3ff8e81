"""What a reader does with a life that took long: it is kept, so that the next reader need not lead it again."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
from command_lines import Wall
from kubesim.life import live_cluster, saved_cluster
from kubesim.sim.clock import Clock
from kubesim.store import StateFile

if TYPE_CHECKING:
    from pathlib import Path

    from command_lines import Shell

HOUR = 3_600_000
CRASHING = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: c, image: 'redis:crash'}]}
"""


@pytest.fixture
def wall(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Wall:
    """In real time a pod has crashed for a day, and nobody has looked."""
    clock = Wall()
    monkeypatch.delenv("KUBESIM_SPEED")
    monkeypatch.setattr(Clock, "wall", lambda _clock: clock())
    shell.write("crash.yml", CRASHING)
    shell.ok("create -f crash.yml")
    clock.now += 24 * HOUR
    return clock


def saved(shell: Shell) -> bytes:
    return (shell.folder / "state.json").read_bytes()


def test_a_long_life_is_led_once(shell: Shell, wall: Wall) -> None:
    before = saved(shell)
    told = shell.ok("get pods")
    kept = saved(shell)
    assert kept != before
    assert shell.ok("get pods") == told
    assert saved(shell) == kept


def test_a_short_life_is_not_kept(shell: Shell, wall: Wall) -> None:
    shell.ok("get pods")
    kept = saved(shell)
    wall.now += HOUR // 6
    shell.ok("get pods")
    assert saved(shell) == kept


def test_a_reader_waits_for_nobody(shell: Shell, wall: Wall) -> None:
    before = saved(shell)
    with StateFile(str(shell.folder / "state.json")).locked():
        told = shell.ok("get pods")
    assert saved(shell) == before
    assert shell.ok("get pods") == told


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="nothing is forbidden to this user")
def test_what_cannot_be_kept_is_read_all_the_same(shell: Shell, wall: Wall) -> None:
    folder: Path = shell.folder
    folder.chmod(0o500)
    try:
        assert "CrashLoopBackOff" in shell.ok("get pods") or "Error" in shell.ok("get pods")
    finally:
        folder.chmod(0o700)


def test_a_change_in_between_is_not_lost(shell: Shell, wall: Wall, monkeypatch: pytest.MonkeyPatch) -> None:
    revive = saved_cluster.SavedCluster._revive

    def labelled_meanwhile(self: saved_cluster.SavedCluster, *opened: object) -> live_cluster.LiveCluster:
        monkeypatch.setattr(saved_cluster.SavedCluster, "_revive", revive)
        lived = revive(self, *opened)  # type: ignore[arg-type]
        shell.ok("label pod web seen=true")
        return lived

    monkeypatch.setattr(saved_cluster.SavedCluster, "_revive", labelled_meanwhile)
    shell.ok("get pods")
    assert "seen=true" in shell.ok("get pods --show-labels")
