"""What a cluster with a system costs beside a bare one: at first use, in every command, and on the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.sim.profiles import PROFILES

from tests.benchmarks.measuring import Bench, Taken, interleaved, table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FIRST = "the first command of all"
LINES = (
    "get deployments",
    "get pods",
    "create configmap one --from-literal=a=b",
    "create deployment web --image=nginx",
)


def measure(folder: Path, runs: int) -> str:
    """The table of profiles: the processor's time of each command on a new cluster, and the size of its state."""
    benches = {profile: _bench(folder / profile, profile) for profile in PROFILES}
    acts = {f"{line}/{profile}": _act(bench, line) for line in (FIRST, *LINES) for profile, bench in benches.items()}
    taken = interleaved(acts, runs)
    rows = [
        [FIRST if line == FIRST else f"`{line}`", *(f"{taken[f'{line}/{name}'].cpu * 1000:.0f}" for name in PROFILES)]
        for line in (FIRST, *LINES)
    ]
    sizes = [f"{bench.state.stat().st_size / 1000:.0f}" for bench in benches.values()]
    return table(["processor time, ms", *PROFILES], [*rows, ["(the state file, kB)", *sizes]])


def _bench(folder: Path, profile: str) -> Bench:
    folder.mkdir()
    bench = Bench(folder, profile)
    bench.kubesim("get nodes")
    return bench


def _act(bench: Bench, line: str) -> Callable[[], Taken]:
    def first() -> Taken:
        bench.state.unlink()
        return bench.kubesim("get deployments")

    return first if line == FIRST else lambda: bench.restoring(lambda: bench.kubesim(line))
