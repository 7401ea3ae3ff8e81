"""``kubesim sim snapshot delete``: gives a snapshot up."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.sim.snapshot import name_in
from kubesim.life.snapshots import Snapshots


def run(inv: Invocation) -> None:
    name = name_in(inv)
    Snapshots(Session.of(inv).simulation).delete(name)
    inv.out.write(f'snapshot "{name}" deleted\n')


COMMAND = Command(
    name="delete",
    use="sim snapshot delete NAME",
    short="Delete a snapshot",
    long="Delete a snapshot. The cluster stays as it is.",
    examples=(("It is not needed any more", "sim snapshot delete before"),),
    run=run,
)
