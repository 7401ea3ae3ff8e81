"""``kubesim config rename-context``. Mirrors kubectl pkg/cmd/config/rename_context.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.verbs.config.config_access import changing, place, unexpected_args
from kubesim.errors import UserError


def run(inv: Invocation) -> None:
    if len(inv.args) != 2:
        raise unexpected_args(inv)
    old, new = inv.args
    if not new:
        raise UserError("You must specify a new non-empty context name")
    with changing(inv) as config:
        if old not in config.contexts:
            raise UserError(f'cannot rename the context "{old}", it\'s not in {place(inv)}')
        if new in config.contexts:
            raise UserError(f'cannot rename the context "{old}", the context "{new}" already exists in {place(inv)}')
        config.contexts[new] = config.contexts.pop(old)
        config.current = new if config.current == old else config.current
        inv.out.write(f'Context "{old}" renamed to "{new}".\n')


COMMAND = Command(
    name="rename-context",
    use="config rename-context CONTEXT_NAME NEW_NAME",
    short="Rename a context",
    long="Give a context another name; if it is the current one, it stays so.",
    examples=(("A shorter name", "config rename-context kubernetes-admin@kubernetes admin"),),
    run=run,
)
