"""``kubesim sim fault clear``: ends faults."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.sim.fault.befalling import described
from kubesim.cluster.faults import active
from kubesim.errors import UserError
from kubesim.life.faults import clear


def run(inv: Invocation, *, all_: Annotated[bool, Option(help="End them all.")] = False) -> None:
    if all_ == bool(inv.args):
        raise inv.usage_error("the NUMBER of at least one fault, or --all, is required")
    asked = [_number(argument) for argument in inv.args]
    with Session.of(inv).writing() as life:
        for number in [number for number, _ in active(life.cluster)] if all_ else asked:
            inv.out.write(f"cleared {number}: {described(clear(life, number))}\n")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise UserError(f'"{text}" is not the number of a fault; "sim fault list" shows them')
    return int(text)


COMMAND = Command(
    name="clear",
    use="sim fault clear (NUMBER ... | --all)",
    short="End faults",
    long="End faults, by the numbers that sim fault list shows, or all. The cluster recovers as a real one does.",
    examples=(("One", "sim fault clear 2"), ("All", "sim fault clear --all")),
    run=run,
)
