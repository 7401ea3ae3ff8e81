"""``kubesim config get-contexts``. Mirrors kubectl pkg/cmd/config/get_contexts.go."""

from __future__ import annotations

from kubesim.api.tabwriter import TabWriter
from kubesim.cli.command import Command, Flag, Invocation
from kubesim.cli.config.contexts import contexts_of, current_of
from kubesim.cli.session import Session
from kubesim.errors import UserError


def run(inv: Invocation) -> None:
    head = Session.of(inv).read().head
    contexts = contexts_of(head)
    for name in inv.args:
        if name not in contexts:
            raise UserError(f"context {name} not found")
    names = inv.args or sorted(contexts)
    if inv.flag("output") == "name":
        inv.out.write("".join(f"{name}\n" for name in names))
        return
    rows = [] if inv.flag("no-headers") else [["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"]]
    for name in names:
        context = contexts[name]
        mark = "*" if name == current_of(head) else ""
        rows.append([mark, name, context.get("cluster", ""), context.get("user", ""), context.get("namespace", "")])
    inv.out.write("".join(f"{line}\n" for line in TabWriter(6, 3).layout(rows)))


COMMAND = Command(
    name="get-contexts",
    use="config get-contexts [(-o|--output=)name)]",
    short="Describe one or many contexts",
    long="List the contexts; a star marks the current one.",
    examples=(("All contexts", "config get-contexts"),),
    flags=(
        Flag("no-headers", type=bool, help="Leave the headers out."),
        Flag("output", "o", help="'name' prints names alone.", choices=("name",)),
    ),
    run=run,
)
