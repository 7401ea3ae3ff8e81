"""``kubesim sim fault list``: the faults that there are."""

from __future__ import annotations

from kubesim.api.human_duration import human_duration
from kubesim.cli.command import Command, Invocation
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.sim.fault.befalling import described
from kubesim.cluster.faults import active
from kubesim.golang.tabwriter import TabWriter, escape_terminal


def run(inv: Invocation) -> None:
    cluster = Session.of(inv).life().cluster
    faults = active(cluster)
    if not faults:
        inv.out.write("no faults\n")
        return
    rows = [["NUMBER", "AGE", "ENDS", "WHAT"]]
    for number, fault in faults:
        ends = "when cleared" if fault.until is None else f"in {human_duration(fault.until - cluster.now)}"
        age = human_duration(cluster.now - fault.since)
        rows.append([str(number), age, ends, escape_terminal(described(fault))])
    inv.out.write("".join(f"{line.rstrip()}\n" for line in TabWriter(6, 3).layout(rows)))


COMMAND = Command(
    name="list",
    use="sim fault list",
    short="Show what is wrong now",
    long="Show the faults that there are, with their numbers and when they end. A kill is over at once.",
    examples=(("What is wrong now", "sim fault list"),),
    run=run,
)
