"""``kubesim sim fault node-down``: the machine of a node dies."""

from __future__ import annotations

from kubesim.api.meta import labels_of
from kubesim.api.well_known import LABEL_NODE_ROLE_CONTROL_PLANE
from kubesim.cli.command import Command, Invocation
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.sim.fault.befalling import For, befall, node_named, one_argument
from kubesim.cluster.faults import NODE_DOWN
from kubesim.errors import UserError
from kubesim.sim.faults import node_down


def run(inv: Invocation, *, for_: For = 0) -> None:
    argument = one_argument(inv, "NODE")
    with Session.of(inv).writing() as life:
        node = node_named(life.cluster, argument)
        name = node["metadata"]["name"]
        if LABEL_NODE_ROLE_CONTROL_PLANE in labels_of(node):
            raise UserError(
                f"{name} runs the API server: with it down there is nobody to ask. "
                "For an API server that fails, see sim fault api"
            )
        if node_down(life.cluster, name) is not None:
            raise UserError(f"{name} is down already")
        befall(inv, life, NODE_DOWN, name, for_)


COMMAND = Command(
    name="node-down",
    use="sim fault node-down NODE [--for TIME]",
    short="Let a node die",
    long=(
        "The node's machine is off: nothing runs there, and nothing is heard of its kubelet. As in a real cluster, the "
        "API server goes on to show its pods as Running: requests to them get no answer. 50 seconds after its "
        "last sign of life the node is NotReady and its pods are no endpoints any more; 5 minutes later its pods are "
        "evicted, and replaced elsewhere. They stay Terminating until the node is back, for nobody there ends them.\n\n"
        "When it is back, its pods begin anew where they were."
    ),
    examples=(
        ("Until it is cleared", "sim fault node-down node01"),
        ("A reboot that takes two minutes", "sim fault node-down node01 --for 2m"),
    ),
    run=run,
)
