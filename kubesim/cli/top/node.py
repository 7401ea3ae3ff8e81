"""``kubesim top node``: refused in one line."""

from __future__ import annotations

from kubesim.cli.command import Flag
from kubesim.cli.refusing import refusal

COMMAND = refusal(
    "node",
    "top node [NAME]",
    "Display resource (CPU/memory) usage of nodes",
    "simulated containers use nothing, so there are no metrics",
    needs=0,
    flags=(
        Flag("sort-by", help="cpu or memory."),
        Flag("no-headers", type=bool, help="Leave the headers out."),
    ),
)
