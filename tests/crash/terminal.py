"""A shell with a cluster of its own, for the crash tests to run whole commands in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kubesim.cluster.drawers import Drawer, DrawerName
from kubesim.life.history import History
from kubesim.store import StateFile

if TYPE_CHECKING:
    from kubesim.store import Snapshot

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
        """What lies beside the state and its journal, and in the journal, that does not belong there."""
        journal = self.state.parent / "state.json.journal"
        strange = {f"state.json.journal/{path.name}" for path in journal.glob("*") if not _belongs(path)}
        return strange | set(os.listdir(self.state.parent)) - {"state.json", "state.json.lock", "state.json.journal"}

    def history(self) -> list[str]:
        """The annotation by which changes are counted as it was saved now and before each command, the latest first."""
        home = StateFile(str(self.state))
        history, snapshot = History(home), home.read()
        before = [history.find(origin.before) for origin in history.origins(snapshot)]
        return [note_in(found) for found in [snapshot, *before] if found is not None]

    def noted(self) -> str:
        """The annotation by which changes are counted, as it was saved."""
        snapshot = StateFile(str(self.state)).read()
        assert snapshot is not None
        return note_in(snapshot)


def note_in(snapshot: Snapshot) -> str:
    """The annotation by which changes are counted in a state, all drawers of which are whole; empty if there is none."""
    drawers = {name: snapshot.load(name) for name in snapshot.drawers()}
    web = drawers.get(DrawerName("Deployment", "default", ""), Drawer()).objects.get("web", {"metadata": {}})
    return str((web["metadata"].get("annotations") or {}).get("n", ""))


def _belongs(path: Path) -> bool:
    return path.suffix in (".json", ".pack") or path.name in ("statuses", "redo")
