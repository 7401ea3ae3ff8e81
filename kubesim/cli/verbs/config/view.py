"""``kubesim config view``. Mirrors kubectl pkg/cmd/config/view.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import PrintFlags
from kubesim.cli.signature import Annotated, Defaults, Option
from kubesim.cli.support.reporter import output_options
from kubesim.cli.verbs.config.config_access import read
from kubesim.errors import UserError


def run(
    inv: Invocation,
    *,
    printing: Annotated[PrintFlags, Defaults(output="yaml")],
    flatten: Annotated[bool, Option(help="Put everything into one file; it is always so.")] = False,
    merge: Annotated[bool, Option(help="Merge the files; there is one.")] = True,
    minify: Annotated[bool, Option(help="Show what the current context uses, alone.")] = False,
    raw: Annotated[bool, Option(help="Show what is secret as well.")] = False,
) -> None:
    from kubesim.kubectl.printers.output import for_output

    inv.refuse_args()
    options = output_options(inv, printing)
    output = printing.output if inv.changed("output") or not options.template else ""
    printer = for_output(options._replace(output=output or None, typed=True))
    if not merge:
        raise UserError("if merge==false a precise file must be specified")
    config = read(inv)
    if minify:
        config.current = inv.globals.context or config.current
        config = config.minified()
    document = config.document(secrets=raw or flatten)
    inv.out.write_data(printer.print({**document, "metadata": {}} if output == "name" else document))


COMMAND = Command(
    name="view",
    use="config view [flags]",
    short="Display the configuration",
    long="Show the clusters, users and contexts as a kubeconfig. Secrets are masked unless --raw is given.",
    examples=(
        ("All of it", "config view"),
        ("What the current context uses, alone", "config view --minify"),
        ("The namespace of the current context", "config view --minify -o jsonpath='{..namespace}'"),
    ),
    run=run,
)
