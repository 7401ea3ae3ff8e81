"""``kubesim plugin``: the sub-command is a file."""

from __future__ import annotations

from kubesim.cli.command import Group

COMMAND = Group(
    name="plugin",
    use="plugin [flags]",
    short="Provides utilities for interacting with plugins",
    long=(
        "Plugins are programs on the PATH whose names begin with kubesim-. kubesim lists them and runs none: they "
        "would ask a cluster that is not there."
    ),
    examples=(("The plugins on the PATH", "plugin list"),),
)
