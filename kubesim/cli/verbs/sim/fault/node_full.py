"""``kubesim sim fault node-full``: a node takes no more pods, or has no disk or memory left."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.sim.fault.befalling import For, befall, node_named, one_argument
from kubesim.cluster.faults import NODE_FULL, NODE_PRESSURE
from kubesim.errors import UserError
from kubesim.life.faults import room_of
from kubesim.sim.exhaustion import DISK, MEMORY
from kubesim.sim.faults import node_full, shortages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.life.live_cluster import LiveCluster

UNSET = -1


def run(
    inv: Invocation,
    *,
    disk: Annotated[bool, Option(help="Its disk is full: the kubelet evicts pods.")] = False,
    memory: Annotated[bool, Option(help="Its memory is used up: the kubelet evicts pods.")] = False,
    pods: Annotated[int, Option(help="For how many pods it has room; as many as it has, if that is left out.")] = UNSET,
    for_: For = 0,
) -> None:
    argument = one_argument(inv, "NODE")
    if disk + memory + (pods != UNSET) > 1:
        raise inv.usage_error("only one of --disk, --memory and --pods may be given")
    if pods < UNSET:
        raise UserError(f"a node has no room for {pods} pods")
    with Session.of(inv).writing() as life:
        name = node_named(life.cluster, argument)["metadata"]["name"]
        if disk or memory:
            _use_up(inv, life, name, MEMORY if memory else DISK, for_)
            return
        if node_full(life.cluster, name) is not None:
            raise UserError(f"{name} is full already")
        befall(inv, life, NODE_FULL, name, for_, pods=room_of(life, name) if pods == UNSET else pods)


def _use_up(inv: Invocation, life: LiveCluster, name: str, resource: str, lasting: int) -> None:
    if resource in shortages(life.cluster, name):
        raise UserError(f"the {'memory' if resource == MEMORY else 'disk'} of {name} is used up already")
    befall(inv, life, NODE_PRESSURE, name, lasting, resource=resource)


COMMAND = Command(
    name="node-full",
    use="sim fault node-full NODE [--pods N | --disk | --memory] [--for TIME]",
    short="Let a node have no room for more pods, no disk or no memory",
    long=(
        "The node reports that it takes no more pods than it has now, or than --pods says. They stay; further ones go "
        "to other nodes, or are Pending where there are none: 0/3 nodes are available: 1 Too many pods.\n\n"
        "With --disk its disk is full, and with --memory its memory is used up. It has the condition DiskPressure or "
        "MemoryPressure and the taint of that name, and every 10 seconds its kubelet evicts a pod: first those that "
        "use more than they asked for, of these those of the lowest priority, of these the one that uses most. Pods "
        "that the cluster needs stay. Once the fault is over, the condition and the taint stay for 5 minutes."
    ),
    examples=(
        ("No room on node01", "sim fault node-full node01"),
        ("A disk that fills up", "sim fault node-full node01 --disk"),
        ("Memory that is used up for a minute", "sim fault node-full node01 --memory --for 1m"),
    ),
    run=run,
)
