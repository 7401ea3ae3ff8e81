"""Short sessions as exercises and tutorials have them, on a cluster as kind makes it: what a real one answers.

They were written by hand, in the drills' form, from upstream's words; ages, names and addresses are masked alike.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.transcripts import drill
from tests.transcripts.player import Player

PATHS = sorted((Path(__file__).parent / "lessons").glob("*.drill"))


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in PATHS])
def test_a_lesson_is_answered_as_by_a_real_cluster(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBESIM_PROFILE", "kind")
    different = list(Player(tmp_path).differences(drill.read(path)))
    if different:
        pytest.fail("\n\n".join([path.name, *different]), pytrace=False)


def test_there_are_lessons() -> None:
    assert len(PATHS) >= 20
