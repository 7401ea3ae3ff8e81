"""``kubesim help``: prints a verb's help."""

from __future__ import annotations

from kubesim.cli import lazy
from kubesim.cli.command import Command, Group, Invocation
from kubesim.kubectl.printers.style import paint_for


def run(inv: Invocation) -> None:
    """Print the help of the verb that the words name, as far as they name one. Mirrors cobra's help command."""
    from kubesim.cli.help import help_text, usage_text

    path = ""
    for word in inv.args:
        row = lazy.child_of(path, word)
        if row is None:
            break
        path = row.path
    command = lazy.load(path)
    if isinstance(command, Group) and command.notice:
        inv.err.write(f"{command.notice}\n")
    elif inv.args and not path:
        topic = " ".join(f"`{word}`" for word in inv.args)
        inv.err.write(f"Unknown help topic [{topic}]\n\n\n{usage_text('')}")
    else:
        inv.out.write_data(help_text(path, paint_for(inv.out)))


COMMAND = Command(
    name="help",
    use="help [command]",
    short="Help about any command",
    long="Print the help of a command, or of the program.",
    examples=(("What rollout undo does", "help rollout undo"),),
    run=run,
)
