"""``kubesim sim reset``: a new, empty cluster."""

from __future__ import annotations

from kubesim.api.meta import parse_time
from kubesim.cli.command import Command, Flag, Invocation
from kubesim.cli.holding import Report
from kubesim.cli.life import born
from kubesim.cli.session import Session
from kubesim.errors import UserError
from kubesim.sim.bootstrap import new_cluster_head
from kubesim.sim.clock import wall_now


def run(inv: Invocation) -> None:
    state = Session.of(inv).state
    at = str(inv.flag("at"))
    seed = int(inv.flag("seed")) if inv.changed("seed") else None
    head = new_cluster_head(wall_now(), at=_instant(at) if at else None, seed=seed)
    life = born(head)
    life.settle()
    drawers = life.changed()
    head = {**life.cluster.head, "wake": life.engine.next_wake()}
    with Report(inv.streams) as report:
        report.saving()
        backup = state.reset(head, drawers)
        inv.out.write("a new cluster\n" + (f"the one before is kept in {backup}\n" if backup else ""))
        report.is_saved()


def _instant(text: str) -> int:
    try:
        return parse_time(text)
    except ValueError:
        raise UserError(f'invalid time "{text}": must be like 2026-01-02T15:04:05Z') from None


COMMAND = Command(
    name="reset",
    use="sim reset [--seed N] [--at TIME]",
    short="Start over with an empty cluster",
    long=(
        "Begin a new cluster in the state file; the file as it was is kept beside it.\n\n"
        "The same commands on a cluster with the same seed and time give the same names, to the last letter."
    ),
    examples=(
        ("Start over", "sim reset"),
        ("The same cluster every time", "sim reset --seed 1 --at 2026-01-01T00:00:00Z"),
    ),
    flags=(
        Flag("seed", type=int, help="What generated names follow from; a random one unless told."),
        Flag("at", help="The time on the cluster's clock, as 2026-01-02T15:04:05Z; now unless told."),
    ),
    run=run,
)
