"""``kubesim sim snapshot diff``: what has changed since a snapshot."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.change_lines import field_lines, name_line, verb_of
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.sim.snapshot import name_in
from kubesim.life.snapshots import Snapshots, differences
from kubesim.sim.rest import RESTLESS_KINDS


def run(
    inv: Invocation,
    *,
    all_: Annotated[bool, Option(help="Events and leases as well.")] = False,
) -> None:
    name = name_in(inv)
    session = Session.of(inv)
    snapshot = Snapshots(session.simulation).read(name)
    cluster = session.read()
    lines = []
    for change in differences(snapshot, cluster.cluster):
        fields = list(field_lines(change))
        is_worth_saying = fields or change.old is None or change.new is None
        if is_worth_saying and (all_ or change.key.kind not in RESTLESS_KINDS):
            lines += [f"{name_line(cluster.kinds, change.key)} {verb_of(change)}", *(f"  {line}" for line in fields)]
    inv.out.write("".join(f"{line}\n" for line in lines) or f'nothing has changed since snapshot "{name}"\n')


COMMAND = Command(
    name="diff",
    use="sim snapshot diff NAME",
    short="Show what has changed since a snapshot",
    long=(
        "Show which objects were created, configured and deleted since a snapshot was saved, and which of their fields "
        "differ. Values of Secrets are not shown."
    ),
    examples=(("What has changed since?", "sim snapshot diff before"),),
    run=run,
)
