"""``kubesim sim snapshot``: states under names, a file each."""

from __future__ import annotations

from kubesim.cli.command import Group, Invocation

COMMAND = Group(
    name="snapshot",
    use="sim snapshot SUBCOMMAND",
    short="Save the cluster under a name, and bring it back",
    long=(
        "A snapshot is the whole cluster as it was at an instant: every object, the clock, all settings. It is a state "
        "file like the cluster's own, in a folder beside that, and stays until it is deleted."
    ),
    examples=(
        ("Before an experiment", "sim snapshot save before"),
        ("What has changed since?", "sim snapshot diff before"),
        ("Back to where it was", "sim snapshot restore before"),
    ),
    help_stream="stdout",
)


def name_in(inv: Invocation) -> str:
    """The only argument, a snapshot's name; UserError for none or several."""
    if len(inv.args) != 1:
        raise inv.usage_error("exactly one NAME is required")
    return inv.args[0]
