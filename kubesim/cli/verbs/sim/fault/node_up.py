"""``kubesim sim fault node-up``: a node that was down is back."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.sim.fault.befalling import node_named, one_argument
from kubesim.cluster.faults import NODE_DOWN, active
from kubesim.errors import UserError
from kubesim.life.faults import clear


def run(inv: Invocation) -> None:
    argument = one_argument(inv, "NODE")
    with Session.of(inv).writing() as life:
        name = node_named(life.cluster, argument)["metadata"]["name"]
        numbers = [number for number, fault in active(life.cluster, NODE_DOWN) if fault.target == name]
        if not numbers:
            raise UserError(f"{name} is not down")
        for number in numbers:
            clear(life, number)
        inv.out.write(f"{name} is back\n")


COMMAND = Command(
    name="node-up",
    use="sim fault node-up NODE",
    short="Let a node that was down come back",
    long=(
        "The machine boots and its kubelet reports: the node is Ready, its pods begin anew, those that were evicted "
        "meanwhile end."
    ),
    examples=(("Back again", "sim fault node-up node01"),),
    run=run,
)
