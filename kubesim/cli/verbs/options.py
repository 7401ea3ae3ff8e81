"""``kubesim options``: the flags that every verb takes. Mirrors kubectl pkg/cmd/options."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.kubectl.printers.style import paint_for


def run(inv: Invocation) -> None:
    """Print the flags; arguments do not matter."""
    from kubesim.cli.help import global_options

    inv.out.write_data(global_options(paint_for(inv.out)))


COMMAND = Command(
    name="options",
    use="options",
    short="Print the flags that every command takes",
    long="Print the flags that every command takes.",
    examples=(("The flags that every command takes", "options"),),
    run=run,
    flag_hint="Run '{command}' without flags.",
)
