"""``kubesim config use-context``. Mirrors kubectl pkg/cmd/config/use_context.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.verbs.config.config_access import changing, unexpected_args
from kubesim.errors import UserError


def run(inv: Invocation) -> None:
    if len(inv.args) != 1:
        raise unexpected_args(inv)
    name = inv.args[0]
    if not name:
        raise UserError("empty context names are not allowed")
    with changing(inv) as config:
        if name not in config.contexts:
            raise UserError(f'no context exists with the name: "{name}"')
        config.current = name
        inv.out.write(f'Switched to context "{name}".\n')


COMMAND = Command(
    name="use-context",
    use="config use-context CONTEXT_NAME",
    short="Set the current-context",
    long="Choose the context that commands use.",
    examples=(("The context of a new cluster", "config use-context kubernetes-admin@kubernetes"),),
    run=run,
)
