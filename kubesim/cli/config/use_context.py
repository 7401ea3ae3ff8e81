"""``kubesim config use-context``. Mirrors kubectl pkg/cmd/config/use_context.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.config.contexts import contexts_of, keep
from kubesim.cli.session import Session
from kubesim.errors import UserError


def run(inv: Invocation) -> None:
    if len(inv.args) != 1:
        raise inv.usage_error(f"Unexpected args: [{' '.join(inv.args)}]")
    name = inv.args[0]
    with Session().writing() as life:
        contexts = contexts_of(life.cluster.head)
        if name not in contexts:
            raise UserError(f'no context exists with the name: "{name}"')
        keep(life.cluster.head, contexts, name)
        life.head_changed = True
    inv.out.write(f'Switched to context "{name}".\n')


COMMAND = Command(
    name="use-context",
    use="config use-context CONTEXT_NAME",
    short="Set the current-context",
    long="Choose the context that commands use.",
    examples=(("The context of a new cluster", "config use-context kubernetes-admin@kubernetes"),),
    run=run,
)
