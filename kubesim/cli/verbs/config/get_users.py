"""``kubesim config get-users``. Mirrors kubectl pkg/cmd/config/get_users.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.verbs.config.config_access import read


def run(inv: Invocation) -> None:
    inv.out.write("".join(f"{line}\n" for line in ["NAME", *sorted(read(inv).users)]))


COMMAND = Command(
    name="get-users",
    use="config get-users [flags]",
    short="Display users that contexts use",
    long="List the names of the users in the configuration.",
    examples=(("All users", "config get-users"),),
    run=run,
)
