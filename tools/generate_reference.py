"""Write docs/reference.md from the declarations of the commands.

python tools/generate_reference.py > docs/reference.md
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from kubesim.cli import lazy, options
from kubesim.cli.command import PROGRAM, Command, Group
from kubesim.cli.pflag import Flag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HEAD = """# Command reference

Made from the program's own declarations by `make docs`. Every command takes the global flags at the end of this page.
"""


def reference() -> str:
    """The whole page."""
    rows = sorted((row for row in lazy.VERBS if row.path != "help"), key=lambda row: row.path)
    parts = [HEAD, *("\n".join(_section(row.path, row.load())) for row in rows)]
    parts.append("\n".join(["## Global flags", "", *_flag_table(options.GLOBAL)]))
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _section(path: str, command: Command | Group) -> Iterator[str]:
    yield f"## {PROGRAM} {path}"
    yield ""
    yield command.long
    yield ""
    yield f"    {PROGRAM} {command.use}"
    if command.examples:
        yield ""
        yield "```sh"
        for comment, line in command.examples:
            yield f"# {comment}"
            yield f"{PROGRAM} {line}"
        yield "```"
    shown = [flag for flag in command.flags if not flag.hidden]
    if shown:
        yield ""
        yield from _flag_table(shown)


def _flag_table(shown: Iterable[Flag]) -> Iterator[str]:
    yield "| flag | what it does |"
    yield "| --- | --- |"
    for flag in sorted(shown, key=lambda flag: flag.name):
        short = f"`-{flag.short}`, " if flag.short else ""
        default = f" Default: `{flag.default}`." if flag.default not in (None, "", False) else ""
        note = f" Deprecated: {flag.deprecated}" if flag.deprecated else ""
        text = f"{flag.help}{default}{note}".replace("|", "\\|")
        yield f"| {short}`--{flag.name}` | {text} |"


if __name__ == "__main__":
    sys.stdout.write(reference())
