"""``kubesim top pod``: refused in one line."""

from __future__ import annotations

from kubesim.cli.command import Flag
from kubesim.cli.refusing import refusal

COMMAND = refusal(
    "pod",
    "top pod [NAME]",
    "Display resource (CPU/memory) usage of pods",
    "simulated containers use nothing, so there are no metrics",
    needs=0,
    flags=(
        Flag("all-namespaces", "A", type=bool, help="Pods of all namespaces."),
        Flag("containers", type=bool, help="Each container."),
        Flag("no-headers", type=bool, help="Leave the headers out."),
        Flag("sort-by", help="cpu or memory."),
        Flag("selector", "l", help="Only pods whose labels match."),
    ),
)
