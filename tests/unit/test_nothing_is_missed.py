"""What happens before a command reads, or between its reading and its first step, is not missed."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from kubesim.cli.support.session import Session
from kubesim.life import paces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from command_lines import Shell
    from kubesim.life.follower import Follower
    from kubesim.life.paces import Pace


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


@pytest.fixture(params=["max", "0.000001"])
def late(shell: Shell, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Shell:
    """A shell in which a rollout goes to its end once a command has read the present; nothing happens later."""
    monkeypatch.setenv("KUBESIM_SPEED", request.param)
    shell.ok("create -f web.yml")
    pace_of = paces.pace_of

    def pace_after_others(follower: Follower) -> Pace:
        shell.ok("sim advance 20s")
        return pace_of(follower)

    def never(_seconds: float) -> None:
        raise AssertionError("it waits for what has happened already")

    monkeypatch.setattr(paces, "pace_of", pace_after_others)
    monkeypatch.setattr("time.sleep", never)
    return shell


def test_rollout_status_reports_the_present_and_then_an_end_that_came_after_it(late: Shell) -> None:
    lines = late.ok("rollout status deployment/web").splitlines()
    assert lines[0].startswith("Waiting for deployment")
    assert lines[-1].endswith("successfully rolled out")


@pytest.mark.parametrize("late", ["max"], indirect=True)
@pytest.mark.parametrize(
    ("line", "last"),
    [
        ("get deployment web -w", "2/2"),
        ("events -w --for deployment/web", "Scaled up"),
        ("get pods -w", "Running"),
    ],
)
def test_a_watch_shows_what_came_after_its_list(late: Shell, line: str, last: str) -> None:
    assert last in late.ok(line).splitlines()[-1]


@pytest.mark.parametrize(
    "line",
    [
        "wait deployment/web --for=condition=Available",
        "wait pods -l app=web --for=condition=Ready",
        "wait deployment/web --for=jsonpath='{.status.readyReplicas}'=2",
    ],
)
def test_wait_sees_what_came_after_it_read(late: Shell, line: str) -> None:
    assert "condition met" in late.ok(line)


def test_a_wait_for_an_object_sees_one_that_was_made_after_it_read(late: Shell) -> None:
    late.ok("create job once --image=busybox -- true")
    assert late.ok("wait job/once --for=condition=Complete") == "job.batch/once condition met\n"


def test_scale_sees_an_end_that_came_after_it_read(late: Shell) -> None:
    assert late.ok("scale deployment/web --replicas=3 --timeout=30s") == "deployment.apps/web scaled\n"


def test_delete_sees_that_what_it_deleted_went(late: Shell) -> None:
    late.ok("sim advance 1m")
    assert "deleted" in late.ok("delete pod --all")


def test_drain_sees_that_what_it_evicted_went(late: Shell) -> None:
    late.ok("sim advance 1m")
    assert "drained" in late("drain node01 --ignore-daemonsets")[1]
