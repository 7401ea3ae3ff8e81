"""What somebody sees of a life that takes long."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

from kubesim.api.meta import DAY
from kubesim.cli.support import progress
from kubesim.cli.support.progress import ProgressLine

if TYPE_CHECKING:
    import pytest
    from command_lines import Shell


class Terminal(io.StringIO):
    """Standard error of somebody who sits there."""

    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, screen: io.StringIO, *instants: float) -> str:
    """What is shown of ten days at some instants, in seconds from their beginning, a day having been lived at each."""
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(progress, "monotonic", lambda: 0.0)
    line = ProgressLine(0, 10 * DAY)
    for day, instant in enumerate(instants, start=1):
        line.show(day * DAY, instant)
    line.clear()
    return screen.getvalue()


def test_after_two_seconds_a_terminal_shows_how_much_of_it_was_lived(monkeypatch: pytest.MonkeyPatch) -> None:
    told = shown(monkeypatch, Terminal(), 1.9, 2.1)
    assert told == "\r\033[K2d of 10d lived (20%)\r\033[K"


def test_a_short_life_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, Terminal(), 0.1, 1.9) == ""


def test_where_nobody_sits_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, io.StringIO(), 3, 4) == ""


def test_status_says_when_something_changes_next(shell: Shell) -> None:
    assert "Next change:  none by itself\n" in shell.ok("sim status")
    shell.ok("sim reset --at 2026-01-02T03:00:13Z")
    shell.ok("create cronjob tick --image=busybox --schedule='*/10 * * * *' -- true")
    assert "Next change:  in 9m47s\n" in shell.ok("sim status")


def test_a_year_that_was_advanced_by_hand_is_saved_with_all_that_was_counted(shell: Shell) -> None:
    shell.ok("sim reset --at 2026-01-02T03:00:00Z")
    shell.ok("create cronjob tick --image=busybox --schedule='*/5 * * * *' -- true")
    shell.ok("sim advance 8760h")
    names = shell.ok("get jobs -o name").split()
    minutes = [int(name.rpartition("-")[2]) for name in names]
    year_on = 1_767_322_800 // 60 + 365 * 24 * 60
    assert minutes == [year_on - 15, year_on - 10, year_on - 5] or minutes == [year_on - 10, year_on - 5, year_on]
