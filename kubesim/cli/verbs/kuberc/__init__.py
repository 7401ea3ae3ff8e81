"""``kubesim kuberc``: the sub-commands, a file each."""

from __future__ import annotations

from kubesim.cli.command import Group

NO_FILE = "it reads and writes no kuberc file: commands do what their words say"

COMMAND = Group(
    name="kuberc",
    use="kuberc SUBCOMMAND",
    short="Manage kuberc configuration files",
    long=(
        "A kuberc file gives commands other names and flags other defaults. kubesim knows none: a script does the same "
        "for everybody."
    ),
    examples=(("Refused in one line", "kuberc view"),),
)
