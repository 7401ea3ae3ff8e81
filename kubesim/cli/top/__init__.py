"""``kubesim top``: the sub-commands, a file each."""

from __future__ import annotations

from kubesim.cli.command import Group

COMMAND = Group(
    name="top",
    use="top SUBCOMMAND",
    short="Display resource (CPU/memory) usage",
    long="Show what nodes and pods use. Simulated containers use nothing, so there are no metrics.",
    help_stream="stdout",
)
