"""``kubesim sim undo``: takes commands back."""

from __future__ import annotations

import shlex

from kubesim.cli.command import PROGRAM, Command, Invocation
from kubesim.cli.support.session import Session
from kubesim.life.restoration import restoring

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.life.history import Entry


def run(inv: Invocation) -> None:
    count = count_of(inv)
    with restoring(Session.of(inv).simulation) as restoration:
        for entry in restoration.undo(count):
            inv.out.write(f"undone: {line_of(entry)}\n")


def count_of(inv: Invocation) -> int:
    """How many commands the argument asks for, one where there is none; UserError for anything else."""
    if len(inv.args) > 1:
        raise inv.usage_error("at most one number of commands is allowed")
    text = inv.args[0] if inv.args else "1"
    if not (text.isascii() and text.isdecimal() and 0 < len(text) < 10 and int(text)):
        raise inv.usage_error(f'"{text}" is not a number of commands')
    return int(text)


def line_of(entry: Entry) -> str:
    """A command as it was typed, more or less."""
    return shlex.join(entry.command) or f"a program that uses {PROGRAM}"


COMMAND = Command(
    name="undo",
    use="sim undo [N]",
    short="Take back the last command, or the last N",
    long=(
        "Put the cluster back to where it was before the last command that changed it, or the last N: every object, "
        'the clock and all settings. "sim log" lists the commands with their numbers. What was undone can be done '
        'again with "sim redo", until another command changes the cluster.'
    ),
    examples=(("Take back the last command", "sim undo"), ("And the two before it", "sim undo 2")),
    run=run,
)
