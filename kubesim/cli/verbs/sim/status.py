"""``kubesim sim status``: the clock, the seed, and when something changes next."""

from __future__ import annotations

from kubesim import __version__
from kubesim.api.human_duration import human_duration
from kubesim.api.meta import rfc3339
from kubesim.cli.command import Command, Invocation
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.sim.speed import described
from kubesim.golang.tabwriter import TabWriter


def run(inv: Invocation) -> None:
    inv.refuse_args()
    session = Session.of(inv)
    life = session.life()
    cluster = life.cluster
    wake = life.engine.next_wake()
    change = "none by itself" if wake is None else f"in {human_duration(max(0, wake - cluster.now))}"
    rows = [
        ["kubesim:", __version__],
        ["State:", session.state.path],
        ["Profile:", cluster.profile],
        ["Seed:", str(cluster.seed)],
        ["Time:", rfc3339(cluster.now)],
        ["Age:", human_duration(cluster.now - int(cluster.head["epoch"]))],
        ["Speed:", described(session.speed(cluster.head))],
        ["Next change:", change],
        ["Objects:", str(sum(len(cluster.list(kind)) for kind in cluster.cabinet.kinds()))],
    ]
    inv.out.write("".join(f"{line}\n" for line in TabWriter(0, 2).layout(rows)))


COMMAND = Command(
    name="status",
    use="sim status",
    short="Show the clock, the seed, and when something changes next",
    long=(
        "Show the version of kubesim, where the state lies, what time it is in the cluster, how fast its clock runs, "
        "and when something changes next."
    ),
    examples=(("Show the simulation", "sim status"),),
    run=run,
)
