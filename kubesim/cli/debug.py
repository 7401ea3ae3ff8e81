"""``kubesim debug``: refused in one line."""

from __future__ import annotations

from kubesim.cli.command import Flag
from kubesim.cli.refusing import refusal

COMMAND = refusal(
    "debug",
    "debug (POD | TYPE/NAME) -it --image=IMAGE",
    "Create debugging sessions for troubleshooting workloads and nodes",
    "nothing runs inside its containers",
    needs=1,
    flags=(
        Flag("image", help="The image to debug with."),
        Flag("stdin", "i", type=bool, help="Keep standard input open."),
        Flag("tty", "t", type=bool, help="Ask for a terminal."),
    ),
)
