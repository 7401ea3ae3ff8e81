"""Measure kubesim: the start-up of each verb, rollouts by size, and commands in states that grow.

python -m tests.benchmarks [--runs N] [--largest-rollout N] [--largest-state N] [--write] [PART...]

Tables are printed, and with ``--write`` they go into docs/performance.md, and the plot beside it. Nothing here fails
for being slow.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks import definitions, growth, profiles, rollouts, server, start_up
from tests.benchmarks.plot import Panel, svg

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.benchmarks.plot import Curve

DOCS = Path(__file__).parents[2] / "docs"
PAGE, PLOT = DOCS / "performance.md", DOCS / "images" / "performance.svg"
PARTS = ("machine", "start-up", "server", "profiles", "definitions", "rollouts", "growth")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure kubesim.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"any of {', '.join(PARTS)}; all unless told")
    parser.add_argument("--runs", type=int, default=11, help="how often each command is timed")
    parser.add_argument("--largest-rollout", type=int, default=10_000, help="replicas")
    parser.add_argument("--largest-state", type=int, default=100_000, help="pods")
    parser.add_argument("--write", action="store_true", help="put the tables and the plot into docs/")
    asked = parser.parse_args()
    curves: dict[str, list[Curve]] = {}
    for name, part in _parts(asked, curves).items():
        if name in (asked.parts or PARTS):
            with tempfile.TemporaryDirectory() as folder:
                text = part(Path(folder))
            print(text, flush=True)
            if asked.write:
                PAGE.write_text(replaced(PAGE.read_text(), name, text))
    if asked.write and len(curves) == len(TITLES):
        PLOT.parent.mkdir(exist_ok=True)
        PLOT.write_text(svg("Rollouts, and commands beside many pods", [TITLES[name](curves[name]) for name in TITLES]))


def _parts(asked: argparse.Namespace, curves: dict[str, list[Curve]]) -> dict[str, Callable[[Path], str]]:
    """What measures each part, and gives the text for its place in the page."""

    def measure_rollouts(folder: Path) -> str:
        text, curves["rollouts"] = rollouts.measure(folder, asked.largest_rollout)
        return text

    def measure_growth(folder: Path) -> str:
        text, curves["growth"] = growth.measure(folder, asked.runs, asked.largest_state)
        return text

    return {
        "machine": lambda folder: f"{machine()}\n",
        "start-up": lambda folder: start_up.measure(folder, asked.runs),
        "server": lambda folder: server.measure(folder, asked.runs, asked.largest_rollout),
        "profiles": lambda folder: profiles.measure(folder, asked.runs),
        "definitions": lambda folder: definitions.measure(folder, asked.runs),
        "rollouts": measure_rollouts,
        "growth": measure_growth,
    }


TITLES: dict[str, Callable[[list[Curve]], Panel]] = {
    "rollouts": lambda curves: Panel("Processor time of a rollout, to its end", "replicas", curves),
    "growth": lambda curves: Panel("Processor time of a command, beside other pods", "pods in the state", curves),
}


def machine() -> str:
    """The machine in a line, and how busy it is with other work."""
    load = f", with a load of {os.getloadavg()[0]:.0f} from other work" if hasattr(os, "getloadavg") else ""
    return (
        f"{platform.system()} {platform.release()}, {_processor()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}{load}."
    )


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    named = re.search(r"model name\s*:\s*(.+)", information.read_text()) if information.exists() else None
    return named[1] if named else platform.machine()


def replaced(page: str, name: str, text: str) -> str:
    """The page with another text between the marks of a part."""
    start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    before, _, rest = page.partition(start)
    _, _, after = rest.partition(end)
    return f"{before}{start}{text}{end}{after}"


if __name__ == "__main__":
    main()
