"""``kubesim sim snapshot list``: the snapshots that there are."""

from __future__ import annotations

from kubesim.api.human_duration import human_duration
from kubesim.api.meta import rfc3339
from kubesim.cli.command import Command, Invocation
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.sim.undo import line_of
from kubesim.errors import StateError
from kubesim.golang.tabwriter import TabWriter
from kubesim.life.history import Entry, Origin
from kubesim.life.snapshots import Snapshots

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.life.saved_cluster import SavedCluster


def run(inv: Invocation) -> None:
    if inv.args:
        raise inv.usage_error("no arguments are allowed")
    simulation = Session.of(inv).simulation
    rows = [_row(simulation, name) for name in Snapshots(simulation).names()]
    if not rows:
        inv.out.write("No snapshots found.\n")
        return
    table = [["NAME", "AGE", "TIME IN THE CLUSTER", "AFTER"], *rows]
    inv.out.write("".join(f"{line.rstrip()}\n" for line in TabWriter(0, 3).layout(table)))


def _row(simulation: SavedCluster, name: str) -> list[str]:
    """How old a snapshot is, what time it was in the cluster, and the last command that had changed it."""
    try:
        head = Snapshots(simulation).read(name).head
    except StateError:
        return [name, "", "", "damaged"]
    origin, clock = Origin.of(head), head["clock"]
    after = "" if origin is None else line_of(Entry((origin,)))
    return [name, human_duration(simulation.wall() - clock["wall"]), rfc3339(clock["sim"]), after]


COMMAND = Command(
    name="list",
    use="sim snapshot list",
    short="List the snapshots",
    long="List the snapshots: how old they are, what time it was in the cluster, and the last command before each.",
    examples=(("All of them", "sim snapshot list"),),
    run=run,
)
