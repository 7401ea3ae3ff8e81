"""``kubesim config view``. Mirrors kubectl pkg/cmd/config/view.go."""

from __future__ import annotations

from kubesim.cli import flags
from kubesim.cli.command import Command, Flag, Invocation
from kubesim.cli.config.contexts import contexts_of, current_of, kubeconfig
from kubesim.cli.reporting import output_options
from kubesim.cli.session import Session
from kubesim.errors import UserError


def run(inv: Invocation) -> None:
    from dataclasses import replace

    from kubesim.printers.output import for_output

    head = Session.of(inv).read().head
    if inv.flag("minify") and current_of(head) not in contexts_of(head):
        raise UserError("current-context must exist in order to minify")
    options = output_options(inv)
    options = options if options.output else replace(options, output="yaml")
    inv.out.write(for_output(options).print(kubeconfig(head, minify=bool(inv.flag("minify")))))


COMMAND = Command(
    name="view",
    use="config view [flags]",
    short="Display the configuration",
    long="Show the clusters, users and contexts as a kubeconfig.",
    examples=(
        ("All of it", "config view"),
        ("The namespace of the current context", "config view --minify -o jsonpath='{..namespace}'"),
    ),
    flags=(
        *flags.PRINT,
        Flag("flatten", type=bool, help="Put everything into one file; it is always so."),
        Flag("merge", default="true", no_option_default="true", help="Merge the files; there is one."),
        Flag("minify", type=bool, help="What the current context uses, alone."),
        Flag("raw", type=bool, help="Show certificates; there are none."),
    ),
    run=run,
)
