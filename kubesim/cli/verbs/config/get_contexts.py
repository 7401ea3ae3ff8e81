"""``kubesim config get-contexts``. Mirrors kubectl pkg/cmd/config/get_contexts.go."""

from __future__ import annotations

from kubesim.cli.command import PROGRAM, Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.verbs.config.config_access import read
from kubesim.errors import UserError

HEADERS = ["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"]


def run(
    inv: Invocation,
    *,
    no_headers: Annotated[bool, Option(help="Leave the headers out.")] = False,
    output: Annotated[str, Option("o", help="'name' prints names alone.", choices=("name",))] = "",
) -> None:
    from kubesim.errors import raise_all
    from kubesim.kubectl.printers.tables import table_writer

    if output not in ("", "name"):
        problem = f"--output {output} is not available in {PROGRAM} config get-contexts"
        raise UserError(f"{problem}; resetting to default output format")
    config = read(inv)
    names = sorted(name for name in (inv.args or config.contexts) if name in config.contexts)
    if output == "name":
        inv.out.write("".join(f"{name}\n" for name in names))
    else:
        rows = [] if no_headers else [HEADERS]
        for name in names:
            context = config.contexts[name]
            mark = "*" if name == config.current else " "
            rows.append([mark, name, *(context.get(field, "") for field in ("cluster", "user", "namespace"))])
        inv.out.write("".join(f"{line}\n" for line in table_writer().layout(rows)))
    raise_all([UserError(f"context {name} not found") for name in inv.args if name not in config.contexts])


COMMAND = Command(
    name="get-contexts",
    use="config get-contexts [(-o|--output=)name)]",
    short="Describe one or many contexts",
    long="List the contexts with their clusters, users and namespaces; a star marks the current one.",
    examples=(
        ("All contexts", "config get-contexts"),
        ("One of them", "config get-contexts kubernetes-admin@kubernetes"),
    ),
    run=run,
)
