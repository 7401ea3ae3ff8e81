"""What three hundred definitions of custom resources cost a command that is not about them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.benchmarks.measuring import Bench, interleaved, table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.benchmarks.measuring import Taken

COUNT = 300
FIELDS = 150  # of a schema, which makes it as large as a usual one: 30 kB
LINES = (
    "get deployments",
    "get pods",
    "create configmap one --from-literal=a=b",
    "get kind7s",
    "create -f one.json",
)


def measure(folder: Path, runs: int) -> str:
    """The table: the processor's time of each command beside no definitions, one, and many."""
    benches = {count: _bench(folder / str(count), count) for count in (0, 1, COUNT)}
    acts = {
        f"{line}/{count}": _act(bench, line) for line in LINES for count, bench in benches.items() if _can(line, count)
    }
    taken = interleaved(acts, runs)
    rows = [[f"`{line}`", *(_cell(taken, f"{line}/{count}") for count in benches)] for line in LINES]
    return table(["processor time, ms; beside definitions", *map(str, benches)], rows)


def _can(line: str, count: int) -> bool:
    return count > 0 or not line.endswith(("kind7s", "one.json"))


def _cell(taken: dict[str, Taken], name: str) -> str:
    return f"{taken[name].cpu * 1000:.0f}" if name in taken else ""


def _act(bench: Bench, line: str) -> Callable[[], Taken]:
    return lambda: bench.restoring(lambda: bench.kubesim(line))


def _bench(folder: Path, count: int) -> Bench:
    folder.mkdir()
    bench = Bench(folder)
    bench.kubesim("get nodes")
    items = [_definition(number) for number in range(7, 7 + count)]
    if items:
        (folder / "all.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
        bench.kubesim("create -f all.json")
    spec = {f"field{number}": "text" for number in range(FIELDS)}
    one = {"apiVersion": "example.com/v1", "kind": "Kind7", "metadata": {"name": "one"}, "spec": spec}
    (folder / "one.json").write_text(json.dumps(one))
    return bench


def _definition(number: int) -> dict[str, Any]:
    about = "What this field is for, in a sentence or two, as people write them, and what happens without it. " * 2
    fields = {f"field{number}": {"type": "string", "description": about} for number in range(FIELDS)}
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": fields}}}
    names = {"plural": f"kind{number}s", "kind": f"Kind{number}"}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"kind{number}s.example.com"},
        "spec": {"group": "example.com", "scope": "Namespaced", "names": names, "versions": [version]},
    }
