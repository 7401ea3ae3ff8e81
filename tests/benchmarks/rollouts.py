"""How long rollouts take, by the number of replicas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks.measuring import Bench, Taken, table

if TYPE_CHECKING:
    from pathlib import Path

    from tests.benchmarks.plot import Curve

CREATE, ROLL = "create", "new image"


def measure(folder: Path, largest: int) -> tuple[str, list[Curve]]:
    """Deployments of 10, 100, ... replicas: created, then rolled to a new image, each with ``rollout status``."""
    rows, created, rolled = [], [], []
    size = 10
    while size <= largest:
        (folder / str(size)).mkdir()
        bench = Bench(folder / str(size))
        first = _rollout(bench, f"create -f {bench.manifest(size, 'web')}")
        bench.kubesim("sim settle")
        second = _rollout(bench, "set image deploy/web nginx=nginx:1.26")
        bench.kubesim("sim settle")
        bench.kubesim("set image deploy/web nginx=nginx:1.27")
        peak = bench.peak("rollout status deploy/web")
        pods = bench.state.stat().st_size / size
        times = [f"{taken:.2f}" for taken in (first.wall, first.cpu, second.wall, second.cpu)]
        rows.append([f"{size:,}", *times, "" if peak is None else f"{peak:.0f}", f"{pods:,.0f}"])
        created.append((size, first.cpu))
        rolled.append((size, second.cpu))
        size *= 10
    head = ["replicas", "create, s", "of a processor", "new image, s", "of a processor", "peak MiB", "bytes a replica"]
    return table(head, rows), [(CREATE, created), (ROLL, rolled)]


def _rollout(bench: Bench, line: str) -> Taken:
    return bench.kubesim(line) + bench.kubesim("rollout status deploy/web")
