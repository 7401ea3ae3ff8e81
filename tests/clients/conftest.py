"""A server's process for clients that are no part of kubesim; they come with the dependency group ``clients``."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class Served:
    """A cluster that is served under ``max``, begun ``at`` a time; ``config`` is the path of a kubeconfig for it."""

    def __init__(self, folder: Path, at: str = "") -> None:
        state = {"KUBESIM_STATE": str(folder / "state.json"), "KUBESIM_PROFILE": "bare", "KUBESIM_SPEED": "max"}
        self.home = folder
        self.environment = {**os.environ, **state, "HOME": str(folder)}
        self.config = str(folder / "kubeconfig")
        if at:
            self.kubesim(f"sim reset --seed 1 --at {at}")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kubesim", "sim", "serve"], env=self.environment, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline().startswith("Serving ")
        (folder / "kubeconfig").write_text(self.kubesim("sim kubeconfig"))

    def kubesim(self, line: str) -> str:
        """What kubesim's own command line prints."""
        command = [sys.executable, "-m", "kubesim", *line.split()]
        return subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True).stdout

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=20)
        assert self.process.returncode == 0


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    """Serves a cluster in a folder until the test's end, by ``Served``'s arguments."""
    pytest.importorskip("uvicorn", reason="the extra serve is not installed")
    with ExitStack() as stack:

        def served(*args: Any) -> Served:
            made = Served(*args)
            stack.callback(made.stop)
            return made

        yield served


@pytest.fixture
def served(tmp_path: Path, serve: Callable[..., Served]) -> Served:
    return serve(tmp_path)


@pytest.fixture
def widgets() -> str:
    """A CustomResourceDefinition whose resources have a bounded number, and whatever else."""
    return """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        x-kubernetes-preserve-unknown-fields: true
        properties: {size: {type: integer, maximum: 9}}
"""
