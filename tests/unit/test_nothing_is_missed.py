"""What happens between a command's first reading and its following is not missed."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from kubesim.cli.support.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from command_lines import Shell


@pytest.fixture(params=["max", "0.000001"])
def gap(shell: Shell, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Shell:
    """A shell in which a rollout goes to its end whenever a command is about to follow; nothing happens later."""
    monkeypatch.setenv("KUBESIM_SPEED", request.param)
    follow = Session.follow

    @contextmanager
    def late(self: Session, *watched: str, **options: Any) -> Iterator[Any]:
        shell.ok("sim advance 1m")
        with follow(self, *watched, **options) as follower:
            yield follower

    def never(_seconds: float) -> None:
        raise AssertionError("it waits for what has happened already")

    monkeypatch.setattr(Session, "follow", late)
    monkeypatch.setattr("time.sleep", never)
    shell.ok("create -f web.yml")
    return shell


def test_rollout_status_sees_an_end_that_came_between(gap: Shell) -> None:
    assert gap.ok("rollout status deployment/web").endswith("successfully rolled out\n")


@pytest.mark.parametrize("gap", ["max"], indirect=True)
def test_a_watch_shows_what_came_between(gap: Shell) -> None:
    assert gap.ok("get deployment web -w").splitlines()[-1].split()[1] == "2/2"
