"""A shell with a cluster of its own, for the crash tests to run whole commands in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from kubesim.cluster.drawers import DrawerName
from kubesim.store import StateFile

HERE = Path(__file__).parent


class Terminal:
    """A shell with a cluster of its own."""

    def __init__(self, folder: Path, speed: str = "max") -> None:
        self.state = folder / "folder" / "state.json"
        self.environment = {
            **os.environ,
            "KUBESIM_STATE": str(self.state),
            "KUBESIM_SPEED": speed,
            "PYTHONPATH": str(HERE.parents[1]),
            "PYTHONUNBUFFERED": "1",
        }

    def start(
        self, *words: object, program: tuple[str, ...] = ("-m", "kubesim"), **options: Any
    ) -> subprocess.Popen[str]:
        """A command that goes on beside others."""
        command = [sys.executable, *program, *map(str, words)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        return subprocess.Popen(command, text=True, env=self.environment, **pipes)

    def run(self, *words: object, **options: Any) -> subprocess.CompletedProcess[str]:
        """A command, to its end."""
        process = self.start(*words, **options)
        out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def ok(self, *words: object) -> str:
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def bytes(self) -> bytes:
        return self.state.read_bytes()

    def litter(self) -> set[str]:
        return set(os.listdir(self.state.parent)) - {"state.json", "state.json.lock"}

    def noted(self) -> str:
        """The annotation by which changes are counted, as it was saved."""
        snapshot = StateFile(str(self.state)).read()
        assert snapshot is not None
        web = snapshot.load(DrawerName("Deployment", "default", "")).objects["web"]
        return str(web["metadata"]["annotations"]["n"])
