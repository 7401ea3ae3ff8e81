"""What commands cost beside many pods that they have nothing to do with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks.measuring import Bench, interleaved, table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.benchmarks.measuring import Taken
    from tests.benchmarks.plot import Curve

SHARE = 1000  # pods of each of the other Deployments
AT_ONCE = 10  # of which so many are made by one command
LINES = (
    "get deployments",
    "get pods -n small",
    "describe deploy web",
    "rollout history deploy/web",
    "set image deploy/web nginx=nginx:1.27",
    "rollout undo deploy/web",
)
SHOWN = ("get deployments", "set image deploy/web nginx=nginx:1.27", "rollout undo deploy/web")


def measure(folder: Path, runs: int, largest: int) -> tuple[str, list[Curve]]:
    """The same commands beside no other pods, a thousand, ten thousand, and so on."""
    bench = Bench(folder)
    _prepare(bench)
    sizes = [0]
    while (size := max(SHARE, sizes[-1] * 10)) <= largest:
        sizes.append(size)
    taken, bytes_of = [], []
    for before, size in zip([0, *sizes], sizes):
        for first in range(before, size, SHARE * AT_ONCE):
            _add(bench, range(first // SHARE, min(size, first + SHARE * AT_ONCE) // SHARE))
        taken.append(interleaved(_acts(bench), runs))
        bytes_of.append(bench.state.stat().st_size)
    head = ["processor time, ms, beside so many pods", *(f"{size:,}" for size in sizes)]
    rows = [[f"`{line}`", *(f"{each[line].cpu * 1000:.0f}" for each in taken)] for line in LINES]
    rows.append(["(the state file, MB)", *(f"{size / 1e6:.1f}" for size in bytes_of)])
    curves = [
        (line.partition(" deploy/")[0], [(size, each[line].cpu) for size, each in zip(sizes, taken)]) for line in SHOWN
    ]
    return table(head, rows), curves


def _prepare(bench: Bench) -> None:
    bench.kubesim(f"apply -f {bench.manifest(3, 'web')}")
    bench.kubesim("create namespace small")
    bench.kubesim("create deployment tiny --image=nginx --replicas=3 -n small")
    bench.kubesim("sim settle")
    bench.kubesim("set image deploy/web nginx=nginx:1.26")
    bench.kubesim("sim settle")


def _add(bench: Bench, numbers: range) -> None:
    bench.kubesim(f"create -f {bench.manifest(SHARE, *(f'other-{number}' for number in numbers))}")
    bench.kubesim("sim settle")


def _acts(bench: Bench) -> dict[str, Callable[[], Taken]]:
    return {line: lambda line=line: bench.restoring(lambda: bench.kubesim(line)) for line in LINES}  # type: ignore[misc]
