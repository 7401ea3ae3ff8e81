"""``kubesim auth``: the sub-commands, a file each."""

from __future__ import annotations

from kubesim.cli.command import Group

COMMAND = Group(
    name="auth",
    use="auth SUBCOMMAND",
    short="Inspect authorization",
    long="Ask who you are, and what you or, with --as, somebody else may do.",
)
