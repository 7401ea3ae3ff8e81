"""``kubesim config view``. Mirrors kubectl pkg/cmd/config/view.go."""

from __future__ import annotations

from kubesim.cli import options
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import PrintFlags
from kubesim.cli.pflag import Flag
from kubesim.cli.support.reporter import output_options
from kubesim.cli.verbs.config.contexts import read
from kubesim.errors import UserError


def run(inv: Invocation) -> None:
    from kubesim.kubectl.printers.output import for_output

    if inv.args:
        raise inv.usage_error(f"unexpected arguments: [{' '.join(inv.args)}]")
    options = output_options(inv, inv.group(PrintFlags))
    output = str(inv.flag("output")) if inv.changed("output") or not options.template else ""
    printer = for_output(options._replace(output=output or None, typed=True))
    if not inv.flag("merge"):
        raise UserError("if merge==false a precise file must be specified")
    config = read(inv)
    if inv.flag("minify"):
        config.current = str(inv.flag("context")) or config.current
        config = config.minified()
    document = config.document(secrets=bool(inv.flag("raw") or inv.flag("flatten")))
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
    flags=(
        *options.print_as("yaml"),
        Flag("flatten", type=bool, help="Put everything into one file; it is always so."),
        Flag("merge", type=bool, default=True, help="Merge the files; there is one."),
        Flag("minify", type=bool, help="Show what the current context uses, alone."),
        Flag("raw", type=bool, help="Show what is secret as well."),
    ),
    run=run,
)
