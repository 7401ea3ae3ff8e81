"""``kubesim cp``: refused in one line."""

from __future__ import annotations

from kubesim.cli.command import Flag
from kubesim.cli.refusing import refusal

COMMAND = refusal(
    "cp",
    "cp <file-spec-src> <file-spec-dest>",
    "Copy files and directories to and from containers",
    "its containers have no files",
    needs=2,
    flags=(
        Flag("container", "c", help="The container."),
        Flag("no-preserve", type=bool, help="Leave owners and modes."),
        Flag("retries", type=int, help="How often to try again."),
    ),
)
