"""A cluster to measure on, and what one command takes."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MANIFEST = """apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: nginx, image: 'nginx:1.25'}}]}}
"""
# Linux tells the peak of a process to itself alone: who started it passes on a peak of its own.
PEAK = """
import sys
from kubesim.cli.main import main
main(sys.argv[1:])
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")), file=sys.stderr)
"""


class Taken(NamedTuple):
    """What a command took, in seconds: from beginning to end, and of a processor."""

    wall: float
    cpu: float

    def __add__(self, other: Taken) -> Taken:  # type: ignore[override]
        return Taken(self.wall + other.wall, self.cpu + other.cpu)


class Bench:
    """A folder with a state of its own, under KUBESIM_SPEED=max; its cluster is bare, with room for all, unless told."""

    def __init__(self, folder: Path, profile: str = "bare") -> None:
        self.folder = folder
        self.state = folder / "state.json"
        self.environment = {
            **os.environ,
            "KUBESIM_PROFILE": profile,
            "KUBESIM_SPEED": "max",
            "KUBESIM_STATE": str(self.state),
        }
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self.program = shutil.which("kubesim", path=str(Path(sys.executable).parent)) or "kubesim"

    def run(self, *words: str) -> Taken:
        """Run a command to its end; CalledProcessError if it fails."""
        before, begin = getrusage(RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(words, cwd=self.folder, env=self.environment, capture_output=True, check=True)
        end, after = time.perf_counter(), getrusage(RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Taken(end - begin, cpu)

    def python(self, program: str) -> Taken:
        return self.run(sys.executable, "-c", program)

    def kubesim(self, line: str) -> Taken:
        return self.run(self.program, *line.split())

    def peak(self, line: str) -> float | None:
        """The most memory that a command has at once, in MiB; None where the system does not tell."""
        if not Path("/proc/self/status").exists():
            return None
        command = [sys.executable, "-c", PEAK, *line.split()]
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, check=True, text=True
        )
        return int(done.stderr.split()[-1]) / 1024

    def manifest(self, replicas: int, *names: str) -> str:
        """The name of a file with Deployments of so many replicas."""
        documents = [MANIFEST.format(name=name, replicas=replicas) for name in names]
        (self.folder / f"{names[0]}.yml").write_text("---\n".join(documents))
        return f"{names[0]}.yml"

    def restoring(self, act: Callable[[], Taken]) -> Taken:
        """What is done takes so long; the state is put back."""
        kept = self.state.read_bytes()
        taken = act()
        self.state.write_bytes(kept)
        return taken


def median(samples: Sequence[Taken]) -> Taken:
    return Taken(statistics.median(s.wall for s in samples), statistics.median(s.cpu for s in samples))


def interleaved(acts: dict[str, Callable[[], Taken]], runs: int) -> dict[str, Taken]:
    """The median of each of several acts, done by turns so that whatever else the machine does falls on all alike."""
    samples: dict[str, list[Taken]] = {name: [] for name in acts}
    for _ in range(runs):
        for name, act in acts.items():
            samples[name].append(act())
    return {name: median(taken) for name, taken in samples.items()}


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
