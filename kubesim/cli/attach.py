"""``kubesim attach``: refused in one line."""

from __future__ import annotations

from kubesim.cli.command import Flag
from kubesim.cli.refusing import refusal

COMMAND = refusal(
    "attach",
    "attach (POD | TYPE/NAME) -c CONTAINER",
    "Attach to a running container",
    "nothing runs inside its containers",
    needs=1,
    flags=(
        Flag("stdin", "i", type=bool, help="Keep standard input open."),
        Flag("tty", "t", type=bool, help="Ask for a terminal."),
        Flag("container", "c", help="The container."),
        Flag("quiet", "q", type=bool, help="Say less."),
    ),
)
