"""``kubesim sim``: the commands that kubectl does not have, a file each."""

from __future__ import annotations

from kubesim.cli.command import Group

COMMAND = Group(
    name="sim",
    use="sim SUBCOMMAND",
    short="Show the simulation and steer it: its clock, its speed, its seed",
    long=(
        "The cluster lives in one file and has a clock of its own. These commands show it and move it; everything "
        "else is kubectl's.\n\n"
        "KUBESIM_STATE names the file; KUBESIM_SPEED sets the speed for one command: simulated seconds to a real one, "
        "or max. KUBESIM_JOURNAL=off keeps nothing to undo."
    ),
    examples=(
        ("Where the state is, and what time it is there", "sim status"),
        ("Let ten minutes pass", "sim advance 10m"),
        ("Start over", "sim reset"),
        ("Take back the last command", "sim undo"),
    ),
    help_stream="stdout",
)
