"""``kubesim config delete-user``. Mirrors kubectl pkg/cmd/config/delete_user.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.verbs.config.deletion import delete


def run(inv: Invocation) -> None:
    if len(inv.args) != 1:
        raise inv.usage_error("user to delete is required")
    delete(inv, "users", "user")


COMMAND = Command(
    name="delete-user",
    use="config delete-user NAME",
    short="Delete the specified user",
    long="Delete a user from the configuration in the state file; the simulated cluster itself stays as it is.",
    examples=(("A user", "config delete-user kubernetes-admin"),),
    run=run,
)
