"""``kubesim plugin list``. Mirrors kubectl pkg/cmd/plugin/plugin.go."""

from __future__ import annotations

import os

from kubesim.cli.command import PROGRAM, Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.errors import UserError

PREFIX = f"{PROGRAM}-"


def run(
    inv: Invocation,
    *,
    name_only: Annotated[bool, Option(help="Show the names without the folders.")] = False,
) -> None:
    found = list(plugins(os.environ.get("PATH", "")))
    if not found:
        raise UserError(f"unable to find any {PROGRAM} plugins in your PATH")
    shown = [os.path.basename(path) if name_only else path for path in found]
    inv.out.write("".join(f"{line}\n" for line in ["The following compatible plugins are available:", "", *shown]))


def plugins(path: str) -> list[str]:
    """The plugins in the folders of a PATH, in its order."""
    found = []
    for folder in dict.fromkeys(filter(None, path.split(os.pathsep))):
        if os.path.isdir(folder):
            names = sorted(name for name in os.listdir(folder) if name.startswith(PREFIX))
            found += [os.path.join(folder, name) for name in names]
    return found


COMMAND = Command(
    name="list",
    use="plugin list [flags]",
    short="List all visible plugin executables on a user's PATH",
    long=f"List the programs on the PATH whose names begin with {PREFIX}.",
    examples=(("All plugins", "plugin list"),),
    run=run,
)
