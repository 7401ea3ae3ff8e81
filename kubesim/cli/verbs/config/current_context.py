"""``kubesim config current-context``. Mirrors kubectl pkg/cmd/config/current_context.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.verbs.config.config_access import read
from kubesim.errors import UserError


def run(inv: Invocation) -> None:
    current = read(inv).current
    if not current:
        raise UserError("current-context is not set")
    inv.out.write(f"{current}\n")


COMMAND = Command(
    name="current-context",
    use="config current-context [flags]",
    short="Display the current-context",
    long="Show the name of the context that commands use.",
    examples=(("The current context", "config current-context"),),
    run=run,
)
