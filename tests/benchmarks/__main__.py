"""Measure kubesim: start-up of each verb beside ``import typer``, rollouts by size, growth of the state.

python -m tests.benchmarks [--runs N] [--largest N]
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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
READERS = (
    "get deployments",
    "get pods",
    "rollout history deploy/web",
    "rollout status deploy/web",
    "describe deploy web",
)
WRITERS = (
    "apply -f web.yml",
    "set image deploy/web nginx=nginx:1.26",
    "rollout undo deploy/web",
    "scale deploy/web --replicas=3",
)


class Bench:
    """A folder with a cluster of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "KUBESIM_STATE": str(folder / "state.json"),
            "KUBESIM_SPEED": "max",
        }
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self.program = shutil.which("kubesim", path=str(Path(sys.executable).parent)) or "kubesim"

    def run(self, *words: str) -> float:
        """Seconds that a command takes."""
        begin = time.perf_counter()
        subprocess.run(words, cwd=self.folder, env=self.environment, capture_output=True, check=False)
        return time.perf_counter() - begin

    def kubesim(self, line: str) -> float:
        return self.run(self.program, *line.split())

    def manifest(self, name: str, replicas: int) -> str:
        (self.folder / f"{name}.yml").write_text(MANIFEST.format(name=name, replicas=replicas))
        return f"{name}.yml"


def start_up(bench: Bench, runs: int) -> None:
    """Each verb's median in ms, and as a ratio to ``import typer``, interleaved."""
    bench.kubesim(f"create -f {bench.manifest('web', 3)}")
    bench.kubesim("sim settle")
    print("| command | median ms | to `import typer` |\n| --- | --- | --- |")
    for line in ("", *READERS, *WRITERS):
        taken, typer = [], []
        for _ in range(runs):
            typer.append(bench.run(sys.executable, "-c", "import typer"))
            taken.append(bench.kubesim(line) if line else bench.run(sys.executable, "-c", "pass"))
        median = statistics.median(taken)
        print(f"| `{line or 'python -c pass'}` | {median * 1000:.0f} | {median / statistics.median(typer):.2f} |")


def rollouts(bench: Bench, largest: int) -> None:
    """Create and roll out Deployments of growing size."""
    print("\n| replicas | create and status, s | set image and status, s | peak MiB |\n| --- | --- | --- | --- |")
    size = 10
    while size <= largest:
        name = f"size{size}"
        made = bench.kubesim(f"create -f {bench.manifest(name, size)}") + bench.kubesim(f"rollout status deploy/{name}")
        rolled = bench.kubesim(f"set image deploy/{name} nginx=nginx:1.26")
        rolled += bench.kubesim(f"rollout status deploy/{name}")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        print(f"| {size} | {made:.2f} | {rolled:.2f} | {peak} |", flush=True)
        size *= 10


def growth(bench: Bench, runs: int) -> None:
    """The cost of looking at and changing one Deployment beside all the pods that ``rollouts`` left."""
    bench.kubesim(f"apply -f {bench.manifest('web', 3)}")
    bench.kubesim("sim settle")
    size = (bench.folder / "state.json").stat().st_size
    print(f"\nBeside those, in a state of {size / 1e6:.1f} MB:\n\n| command | median ms |\n| --- | --- |")
    for line in ("get deployments web", "set image deploy/web nginx=nginx:1.{}"):
        taken = [bench.kubesim(line.format(run)) for run in range(runs)]
        print(f"| `{line}` | {statistics.median(taken) * 1000:.0f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure kubesim.")
    parser.add_argument("--runs", type=int, default=11)
    parser.add_argument("--largest", type=int, default=10_000)
    asked = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    with tempfile.TemporaryDirectory() as small, tempfile.TemporaryDirectory() as large:
        start_up(Bench(Path(small)), asked.runs)
        bench = Bench(Path(large))
        rollouts(bench, asked.largest)
        growth(bench, asked.runs)


if __name__ == "__main__":
    main()
