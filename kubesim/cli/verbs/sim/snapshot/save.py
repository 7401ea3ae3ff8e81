"""``kubesim sim snapshot save``: saves the cluster under a name."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.sim.snapshot import name_in
from kubesim.life.snapshots import Snapshots


def run(inv: Invocation, *, force: Annotated[bool, Option(help="Replace the snapshot of that name.")] = False) -> None:
    name = name_in(inv)
    Snapshots(Session.of(inv).simulation).save(name, replaces=force)
    inv.out.write(f'snapshot "{name}" saved\n')


COMMAND = Command(
    name="save",
    use="sim snapshot save NAME",
    short="Save the cluster under a name",
    long="Save the cluster as it is now, in a file of its own that nothing changes any more.",
    examples=(("Before an experiment", "sim snapshot save before"),),
    run=run,
)
