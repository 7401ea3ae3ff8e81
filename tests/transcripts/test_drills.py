"""Every drill that was recorded on a real cluster is answered alike.

It is played once: the timelines of its rollouts are checked as well, which takes a tenth of a second.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.transcripts import drill
from tests.transcripts.player import Player
from tests.transcripts.timelines import checked_events

PATHS = sorted((Path(__file__).parent / "drills").glob("*.drill"))
#: What kubectl prints of a rollout; a drill with one leaves timelines with events.
ROLLED_OUT = re.compile(
    r"successfully rolled out|^(deployment|daemonset|statefulset)\.apps/\S+ (image updated|rolled back|restarted)$",
    re.MULTILINE,
)
# A pod takes about a second to start. In this recording ten commands, real ones, ran in between; under
# KUBESIM_SPEED=max commands take no time, so the rollout is still under way when its status is asked for.
KNOWN_DIFFERENT = {"errors-command"}


def _case(path: Path) -> object:
    marks = pytest.mark.xfail(strict=True) if path.stem in KNOWN_DIFFERENT else ()
    return pytest.param(path, id=path.stem, marks=marks)


@pytest.mark.parametrize("path", [_case(path) for path in PATHS])
def test_the_drill_is_answered_as_recorded(path: Path, tmp_path: Path) -> None:
    different = list(Player(tmp_path).differences(drill.read(path)))
    checked = checked_events(tmp_path / "home" / "state.json")
    assert checked or not ROLLED_OUT.search(path.read_text())
    if different:
        pytest.fail("\n\n".join([path.name, *different]), pytrace=False)


def test_there_are_drills() -> None:
    assert len(PATHS) >= 45
    assert {path.stem for path in PATHS} >= KNOWN_DIFFERENT
