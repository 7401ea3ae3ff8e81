"""The cluster's clock between the year 1 and the year 9999, and beside a wall clock that is set back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from command_lines import Wall
from kubesim.api.meta import DAY, MINUTE, SECOND
from kubesim.sim.clock import Clock

if TYPE_CHECKING:
    from command_lines import Shell

BOUNDS = "error: the cluster's clock goes from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z, and not beyond\n"


@pytest.mark.parametrize(
    "at", ["0000-01-01T00:00:00Z", "0000-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-00:01"]
)
def test_a_cluster_cannot_begin_beyond_the_bounds(shell: Shell, at: str) -> None:
    assert shell.refused(f"sim reset --at {at}") == BOUNDS


def test_the_clock_cannot_be_moved_beyond_the_bounds(shell: Shell) -> None:
    shell.ok("sim reset --at 9999-12-31T23:00:00Z")
    assert shell.refused("sim advance 1h") == BOUNDS
    shell.ok("sim advance 59m59s")
    assert "9999-12-31T23:59:59Z" in shell.ok("sim status")
    assert shell.refused("sim advance 1s") == BOUNDS


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "1969-12-31T23:59:50Z", "9999-12-31T23:00:00Z"])
def test_a_rollout_works_near_the_bounds_and_before_the_epoch(shell: Shell, at: str) -> None:
    shell.ok(f"sim reset --at {at}")
    shell.ok("apply -f web.yml")
    assert shell.ok("rollout status deployment/web").endswith("successfully rolled out\n")
    assert "Created" in shell.ok("get events")
    shell.ok("sim images ill:1=missing")
    shell.ok("run ill --image=ill:1")
    shell.ok("create job once --image=busybox -- true")
    shell.ok("sim advance 30s")
    assert "1/1" in shell.ok("get job once")
    assert "ImagePull" in shell.ok("get pod ill")


def test_nothing_happens_after_the_end_of_time(shell: Shell) -> None:
    """A pod that would be ready beyond the end never is; whoever asks gets an answer."""
    shell.ok("sim reset --at 9999-12-31T23:59:59Z")
    shell.ok("apply -f web.yml")
    assert shell("wait deployment web --for=condition=Available --timeout=10s")[0] == 1
    assert "0/1" in shell.ok("get pods")


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    clock = Wall()
    monkeypatch.delenv("KUBESIM_SPEED")
    monkeypatch.setattr(Clock, "wall", lambda _clock: clock())
    return clock


def ready(shell: Shell) -> bool:
    return "2/2" in shell.ok("get deployment web --no-headers")


def test_readers_see_time_go_on_after_the_wall_clock_was_set_back(shell: Shell, wall: Wall) -> None:
    shell.ok("apply -f web.yml")
    wall.now -= DAY
    assert not ready(shell), "it counts as no time passed"
    wall.now += MINUTE
    assert ready(shell)


def test_a_wall_clock_that_is_corrected_a_little_makes_nobody_write(shell: Shell, wall: Wall) -> None:
    shell.ok("apply -f web.yml")
    before = (shell.folder / "state.json").read_bytes()
    wall.now -= SECOND // 2
    assert not ready(shell)
    assert (shell.folder / "state.json").read_bytes() == before
