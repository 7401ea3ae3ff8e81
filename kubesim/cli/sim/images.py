"""``kubesim sim images``: what images do, and how to change that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.api.tabwriter import TabWriter
from kubesim.cli.command import Command, Flag, Invocation
from kubesim.cli.session import Session
from kubesim.errors import UserError
from kubesim.sim.runtime import BEHAVIOURS, clear_behaviour, listed, set_behaviour

if TYPE_CHECKING:
    from kubesim.cluster import Cluster


def run(inv: Invocation) -> None:
    session = Session.of(inv)
    forget = str(inv.flag("forget"))
    if not inv.args and not forget:
        inv.out.write(_table(session.read()))
        return
    with session.writing() as life:
        for argument in inv.args:
            pattern, found, behaviour = argument.rpartition("=")
            if not found:
                raise UserError(f'"{argument}" is not of the form IMAGE=BEHAVIOUR')
            set_behaviour(life.cluster, pattern, behaviour)
        if forget and not clear_behaviour(life.cluster, forget):
            raise UserError(f'there is no rule of yours for "{forget}"')
        life.head_changed = True
        inv.out.write(_table(life.cluster))


def _table(cluster: Cluster) -> str:
    rows = [["IMAGE", "TAG", "BEHAVIOUR"]]
    rows += [[rule.repository, rule.tag or "", rule.behaviour] for rule in listed(cluster)]
    return "".join(f"{line.rstrip()}\n" for line in TabWriter(6, 3).layout(rows))


COMMAND = Command(
    name="images",
    use="sim images [IMAGE=BEHAVIOUR ...] [--forget IMAGE]",
    short="List the images that behave in a way of their own",
    long=(
        "Show the rules by which images behave, the first that matches counting; IMAGE=BEHAVIOUR adds one before all "
        "others, and a pattern such as nginx:2.* may stand for IMAGE.\n\n"
        f"Behaviours: {', '.join(BEHAVIOURS)}. A pod template's annotation kubesim.dev/behaviour says so for its own "
        "pods."
    ),
    examples=(
        ("The rules", "sim images"),
        ("A tag that cannot be pulled", "sim images myapp:2.0=missing"),
        ("Forget that again", "sim images --forget myapp:2.0"),
    ),
    flags=(Flag("forget", help="Drop the rule for this image."),),
    run=run,
)
