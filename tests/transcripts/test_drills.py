"""Every drill that was recorded on a real cluster is answered alike."""

from __future__ import annotations

import difflib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.transcripts import drill as drills

FOLDER = Path(__file__).parent / "drills"
PATHS = sorted(FOLDER.glob("*.drill"))
# A pod takes about a second to start. In this recording ten commands, real ones, ran in between; under
# KUBESIM_SPEED=max commands take no time, so the rollout is still under way when its status is asked for.
KNOWN_DIFFERENT = {"errors-command"}
SECONDS = 60  # that a step may take
SHIM = '#!/bin/sh\nexec "{python}" -m kubesim "$@"\n'


class Player:
    """Plays commands in an empty folder with a cluster of its own and a ``kubectl`` that is kubesim."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "work"
        binaries, home = folder / "bin", folder / "home"
        for made in (self.folder, binaries, home):
            made.mkdir()
        shim = binaries / "kubectl"
        shim.write_text(SHIM.format(python=sys.executable))
        shim.chmod(0o755)
        self.environment = {
            **os.environ,
            "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "KUBESIM_STATE": str(home / "state.json"),
            "KUBESIM_SPEED": "max",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
        }

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def answer(self, command: str) -> list[str]:
        """What a command line answers, as a drill writes it; a directive answers nothing unless it fails."""
        is_directive = command.startswith("@")
        if is_directive:
            word, _, seconds = command[1:].partition(" ")
            command = f"kubectl sim advance {seconds}" if word == "wait" else "kubectl sim settle"
        done = subprocess.run(
            ["bash", "-c", command], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, errors="replace", timeout=SECONDS, check=False,
        )  # fmt: skip
        output = "" if is_directive else done.stdout
        errors = "" if is_directive and not done.returncode else done.stderr
        return drills.transcript(output, errors, done.returncode)


def _case(path: Path) -> object:
    marks = pytest.mark.xfail(strict=True) if path.stem in KNOWN_DIFFERENT else ()
    return pytest.param(path, id=path.stem, marks=marks)


@pytest.mark.parametrize("path", [_case(path) for path in PATHS])
def test_the_drill_is_answered_as_recorded(path: Path, tmp_path: Path) -> None:
    drill = drills.read(path)
    player = Player(tmp_path)
    player.write(drill.files)
    different = []
    for number, step in enumerate(drill.steps):
        got = drills.normalise(player.answer(step.command))
        accepted = drill.accepted(number)
        if got not in accepted:
            told = difflib.unified_diff(accepted[0], got, "recorded", "answered", lineterm="", n=2)
            different.append("\n".join([f"step {number + 1}: {step.command}", *told]))
    assert not different, "\n\n".join(different)


def test_there_are_drills() -> None:
    assert len(PATHS) >= 45
