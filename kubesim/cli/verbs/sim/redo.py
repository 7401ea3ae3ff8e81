"""``kubesim sim redo``: does again what was taken back."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.sim.undo import count_of, line_of
from kubesim.life.restoration import restoring


def run(inv: Invocation) -> None:
    count = count_of(inv)
    with restoring(Session.of(inv).simulation) as restoration:
        for entry in restoration.redo(count):
            inv.out.write(f"redone: {line_of(entry)}\n")


COMMAND = Command(
    name="redo",
    use="sim redo [N]",
    short="Do again what was undone last, or the last N of it",
    long=(
        'Put the cluster back to where it was before "sim undo", or go on from there by one command or N. It is what '
        "was there, to the last byte: nothing is carried out a second time."
    ),
    examples=(("Do again what was undone", "sim redo"), ("Three commands of it", "sim redo 3")),
    run=run,
)
