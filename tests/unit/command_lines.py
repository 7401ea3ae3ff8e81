"""Command lines from end to end, each test on a cluster of its own under KUBESIM_SPEED=max."""

from __future__ import annotations

import io
import json
import shlex
from typing import TYPE_CHECKING, Any

from kubesim.cli import main

if TYPE_CHECKING:
    from pathlib import Path

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: nginx, image: 'nginx:1.25'}]}
"""


class Shell:
    """Runs command lines, and tells status, standard output and standard error.

    A line is split as a shell splits it; several words are taken as they are.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *words: str, stdin: str = "") -> tuple[int, str, str]:
        argv = shlex.split(words[0]) if len(words) == 1 else words
        out, err = io.StringIO(), io.StringIO()
        status = main.answer(argv, io.StringIO(stdin), out, err)
        return status, out.getvalue(), err.getvalue()

    def ok(self, line: str) -> str:
        """What a command line that works, and has nothing else to say, prints on standard output."""
        status, out, err = self(line)
        assert (status, err) == (0, "")
        return out

    def refused(self, line: str) -> str:
        """What a command line that fails, and does nothing, prints on standard error."""
        status, out, err = self(line)
        assert (status, out) == (1, "")
        return err

    def made(self, line: str) -> Any:
        """The object that a client's dry run prints."""
        return json.loads(self.ok(f"{line} --dry-run=client -o json"))

    def locally(self, line: str) -> Any:
        """What a file's object becomes without a cluster."""
        return json.loads(self.ok(f"{line} --local -o json"))

    def write(self, name: str, text: str) -> str:
        """Write a file into the folder; its path."""
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def script(self, name: str, text: str) -> str:
        """Write a shell script into the folder; its path."""
        path = self.write(name, f"#!/bin/sh\n{text}\n")
        (self.folder / name).chmod(0o700)
        return path


class Wall:
    """A wall clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_800_000_000_000

    def __call__(self) -> int:
        return self.now
