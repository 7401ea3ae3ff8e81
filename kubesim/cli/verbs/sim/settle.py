"""``kubesim sim settle``: lets the cluster come to rest."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.support.session import Session
from kubesim.sim.rest import settle


def run(inv: Invocation) -> None:
    inv.refuse_args()
    with Session.of(inv).writing() as life:
        settle(life.cluster, life.engine)
        life.cluster.head_changed = True


COMMAND = Command(
    name="settle",
    use="sim settle",
    short="Let the cluster live until nothing changes any more",
    long=(
        "Move the clock until no object but events has changed for 3 simulated seconds, or 60 have passed: a rollout "
        "that can be finished is finished then."
    ),
    examples=(("After a change, before looking", "sim settle"),),
    run=run,
)
