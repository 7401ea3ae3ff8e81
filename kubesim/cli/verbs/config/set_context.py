"""``kubesim config set-context``. Mirrors kubectl pkg/cmd/config/set_context.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.verbs.config.config_access import changing, unexpected_args
from kubesim.errors import UserError


def run(
    inv: Invocation,
    *,
    cluster: Annotated[str, Option(help="The cluster of the context.")] = "",
    current: Annotated[bool, Option(help="Change the current context.")] = False,
    namespace: Annotated[str, Option("n", help="The namespace of the context.")] = "",
    user: Annotated[str, Option(help="The user of the context.")] = "",
) -> None:
    if len(inv.args) > 1:
        raise unexpected_args(inv)
    asked = inv.args[0] if inv.args else ""
    if not asked and not current:
        raise UserError("you must specify a non-empty context name or --current")
    if asked and current:
        raise UserError("you cannot specify both a context name and --current")
    with changing(inv) as config:
        name = asked or config.current
        if not name:
            raise UserError("no current context is set")
        verb = "modified" if name in config.contexts else "created"
        context = config.contexts.setdefault(name, {})
        for field, value in (("cluster", cluster), ("user", user), ("namespace", namespace)):
            if inv.changed(field):
                context[field] = value
        config.contexts[name] = {field: value for field, value in context.items() if value}
        inv.out.write(f'Context "{name}" {verb}.\n')


COMMAND = Command(
    name="set-context",
    use=(
        "config set-context [NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] "
        "[--namespace=namespace]"
    ),
    short="Set a context entry",
    long="Change a context, or make one: above all, choose the namespace that commands work in.",
    examples=(
        ("Work in another namespace", "config set-context --current --namespace=kube-system"),
        ("A context of its own for it", "config set-context team --namespace=kube-system --cluster=kubernetes"),
    ),
    run=run,
)
