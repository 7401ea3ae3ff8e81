"""``kubesim config set-context``. Mirrors kubectl pkg/cmd/config/set_context.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Flag, Invocation
from kubesim.cli.config.contexts import contexts_of, current_of, keep
from kubesim.cli.session import Session
from kubesim.errors import UserError


def run(inv: Invocation) -> None:
    if inv.flag("current") and inv.args:
        raise UserError("you cannot specify both a context name and --current")
    if not inv.flag("current") and len(inv.args) != 1:
        raise inv.usage_error(f"Unexpected args: [{' '.join(inv.args)}]")
    with Session().writing() as life:
        head = life.cluster.head
        contexts = dict(contexts_of(head))
        name = current_of(head) if inv.flag("current") else inv.args[0]
        verb = "modified" if name in contexts else "created"
        context = dict(contexts.get(name, {}))
        for field in ("cluster", "user", "namespace"):
            if inv.changed(field):
                context[field] = str(inv.flag(field))
                if not context[field]:
                    del context[field]
        contexts[name] = context
        keep(head, contexts, current_of(head))
        life.head_changed = True
    inv.out.write(f'Context "{name}" {verb}.\n')


COMMAND = Command(
    name="set-context",
    use="config set-context [NAME | --current] [--cluster=cluster] [--user=user] [--namespace=namespace]",
    short="Set a context entry",
    long="Change a context, or make one: above all, the namespace that commands work in.",
    examples=(("Work in another namespace", "config set-context --current --namespace=team"),),
    flags=(Flag("current", type=bool, help="The current context."),),
    run=run,
)
