"""``kubesim sim fault node-full``: a node takes no more pods."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.sim.fault.befalling import For, befall, node_named, one_argument
from kubesim.cluster.faults import NODE_FULL
from kubesim.errors import UserError
from kubesim.life.faults import room_of
from kubesim.sim.faults import node_full


def run(inv: Invocation, *, for_: For = 0) -> None:
    argument = one_argument(inv, "NODE")
    with Session.of(inv).writing() as life:
        name = node_named(life.cluster, argument)["metadata"]["name"]
        if node_full(life.cluster, name) is not None:
            raise UserError(f"{name} is full already")
        befall(inv, life, NODE_FULL, name, for_, pods=room_of(life, name))


COMMAND = Command(
    name="node-full",
    use="sim fault node-full NODE [--for TIME]",
    short="Let a node have no room for more pods",
    long=(
        "The node reports that it takes no more pods than it has now. They stay; further ones go to other nodes, or "
        "are Pending where there are none: 0/3 nodes are available: 1 Too many pods."
    ),
    examples=(("No room on node01", "sim fault node-full node01"),),
    run=run,
)
