"""How long each verb takes on a small state, beside ``import typer`` and kubectl."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.benchmarks.measuring import Bench, Taken, interleaved, table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TYPER = "python -c 'import typer'"
KUBECTL = "kubectl version --client"
LINES = (
    "get deployments",
    "get pods",
    "rollout status deploy/web",
    "rollout history deploy/web",
    "describe deploy web",
    "create -f api.yml",
    "apply -f web.yml",
    "set image deploy/web nginx=nginx:1.27",
    "scale deploy/web --replicas=5",
    "rollout undo deploy/web",
)


def measure(folder: Path, runs: int) -> str:
    """The table of verbs. A Deployment of three replicas has rolled out its second revision."""
    bench = Bench(folder)
    bench.kubesim(f"apply -f {bench.manifest(3, 'web')}")
    bench.kubesim("sim settle")
    bench.kubesim("set image deploy/web nginx=nginx:1.26")
    bench.kubesim("sim settle")
    bench.manifest(4, "web")
    bench.manifest(3, "api")
    taken = interleaved(_acts(bench), runs)
    typer = taken[TYPER]
    rows = []
    for name, took in taken.items():
        peak = bench.peak(name) if name in LINES else None
        times = [(took.wall, typer.wall), (took.cpu, typer.cpu)]
        cells = [cell for time, of_typer in times for cell in (f"{time * 1000:.0f}", f"{time / of_typer:.2f}")]
        rows.append([f"`{name}`", *cells, "" if peak is None else f"{peak:.0f}"])
    return table(["command", "ms", "to `import typer`", "of a processor, ms", "to `import typer`", "peak MiB"], rows)


def _acts(bench: Bench) -> dict[str, Callable[[], Taken]]:
    acts: dict[str, Callable[[], Taken]] = {
        "python -c pass": lambda: bench.python("pass"),
        TYPER: lambda: bench.python("import typer"),
    }
    if shutil.which("kubectl"):
        acts[KUBECTL] = lambda: bench.run(*KUBECTL.split())
    for line in LINES:
        acts[line] = lambda line=line: bench.restoring(lambda: bench.kubesim(line))  # type: ignore[misc]
    return acts
