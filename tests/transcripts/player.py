"""Plays drills: each in an empty folder, on a cluster of its own, with a ``kubectl`` on PATH that is kubesim."""

from __future__ import annotations

import difflib
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.transcripts.drill import normalise, transcript

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from tests.transcripts.drill import Drill, Step

SECONDS = 60  # that a step may take
SHIM = '#!/bin/sh\nexec "{python}" -m kubesim "$@"\n'


class Player:
    """Plays commands in folders made under ``folder``; ``shim`` is the text of the program that is kubectl there."""

    def __init__(self, folder: Path, shim: str = SHIM) -> None:
        self._work = folder / "work"
        #: Where the cluster's state is.
        self.home = home = folder / "home"
        binaries = folder / "bin"
        for made in (self._work, binaries, home):
            made.mkdir()
        program = binaries / "kubectl"
        program.write_text(shim.format(python=sys.executable))
        program.chmod(0o755)
        self._environment = {
            **os.environ,
            "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "KUBESIM_STATE": str(home / "state.json"),
            "KUBESIM_SPEED": "max",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
        }

    def differences(self, drill: Drill, may_differ: Collection[str] = ()) -> Iterator[str]:
        """Play a drill; for each step that is answered as in no recording, what differs from the first one.

        ``may_differ`` are the commands of which no answer is asked.
        """
        self._write(drill.files)
        for number, step in enumerate(drill.steps):
            got = normalise(self._answer(step))
            accepted = drill.accepted(number)
            if got not in accepted and step.command not in may_differ:
                told = difflib.unified_diff(accepted[0], got, "recorded", "answered", lineterm="", n=2)
                yield "\n".join([f"step {number + 1}: {step.command}", *told])

    def _write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self._work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def _answer(self, step: Step) -> list[str]:
        """What a step answers, as a drill writes it; a directive answers nothing unless it fails."""
        try:
            done = subprocess.run(
                ["bash", "-c", step.shell],
                cwd=self._work,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return [f"2> (no end in {SECONDS} s)", "[124]"]
        if step.is_directive:
            return transcript("", done.stderr, done.returncode) if done.returncode else []
        return transcript(done.stdout, done.stderr, done.returncode)
