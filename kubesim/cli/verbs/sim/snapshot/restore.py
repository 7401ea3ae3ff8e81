"""``kubesim sim snapshot restore``: brings a snapshot back."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.sim.snapshot import name_in
from kubesim.life.restoration import restoring
from kubesim.life.snapshots import Snapshots


def run(inv: Invocation) -> None:
    name = name_in(inv)
    simulation = Session.of(inv).simulation
    snapshot = Snapshots(simulation).read(name)
    with restoring(simulation) as restoration:
        restoration.bring_back(snapshot)
        inv.out.write(f'snapshot "{name}" restored\n')


COMMAND = Command(
    name="restore",
    use="sim snapshot restore NAME",
    short="Put the cluster back to a snapshot",
    long=(
        "Put a snapshot in the place of the cluster. Its clock goes on from the instant at which it was saved, as if "
        'no time had passed. The snapshot stays, and "sim undo" takes this back.'
    ),
    examples=(("Back to where it was", "sim snapshot restore before"),),
    run=run,
)
