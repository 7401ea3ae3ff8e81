"""Whatever the wall clock does and however fast time is asked to go, no object sees it run backward."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from kubesim.api.meta import DAY, HOUR, SECOND, parse_time

from tests.property.lives import EPOCH, Act, Commands, Uncut, deployment
from tests.property.test_lives import quick

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

YEAR = 365 * DAY
JUMPS = (-YEAR, -HOUR, 0, SECOND, HOUR, YEAR)
SPEEDS = ("0.5", "1", "10", "max")
ACTS = (
    *(Act("scale", 3), Act("image", "nginx:1.21"), Act("restart"), Act("delete pod", 0)),
    *(Act("undo"), Act("touch"), Act("look")),  # and nothing that keeps a kubelet busy for a year
)


@quick
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.sampled_from(JUMPS), st.sampled_from(SPEEDS)), max_size=8))
def test_time_never_runs_backward(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[Act, int, str]]
) -> None:
    latest = EPOCH
    with Commands.on(tmp_path, Uncut.new().live([Act("create", deployment(2))])) as commands:
        for act, jump, speed in steps:
            monkeypatch.setenv("KUBESIM_SPEED", speed)
            commands.wall += jump
            commands.act(act)
            saved = commands.saved_instant()
            assert saved >= latest
            latest = saved
            monkeypatch.setenv("KUBESIM_SPEED", "max")
            stamps = [parse_time(obj["metadata"]["creationTimestamp"]) for obj in commands.objects().values()]
            assert max(stamps) <= saved


def test_who_waits_goes_on_after_the_wall_clock_was_set_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBESIM_SPEED", "1")
    with Commands.on(tmp_path, Uncut.new().live([Act("create", deployment(2))])) as commands:
        commands.wall -= YEAR
        monkeypatch.setattr("time.sleep", commands.pass_time)
        with commands.session.follow("Pod") as follower:
            while follower.step(EPOCH + 5 * SECOND):
                pass
            ready = [
                change.new for change in follower.take() if change.new and change.new["status"]["phase"] == "Running"
            ]
    assert len(ready) == 2
