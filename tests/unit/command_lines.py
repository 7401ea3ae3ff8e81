"""Command lines from end to end, each test on a cluster of its own under KUBESIM_SPEED=max."""

from __future__ import annotations

import io
import shlex
from typing import TYPE_CHECKING

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
    """Runs command lines as a shell splits them, and tells status, standard output and standard error."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, line: str) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        status = main.answer(shlex.split(line), io.StringIO(), out, err)
        return status, out.getvalue(), err.getvalue()

    def ok(self, line: str) -> str:
        """What a command line that works prints on standard output."""
        status, out, err = self(line)
        assert status == 0, err
        return out

    def refused(self, line: str) -> str:
        """What a command line that fails prints on standard error."""
        status, _, err = self(line)
        assert status == 1
        return err

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
