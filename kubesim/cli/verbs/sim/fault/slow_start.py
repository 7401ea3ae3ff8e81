"""``kubesim sim fault slow-start``: what pods run takes long to start."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Duration, Option
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.sim.fault.befalling import For, befall, named, one_argument, pods_meant
from kubesim.cluster.faults import SLOW_START


def run(
    inv: Invocation,
    *,
    by: Annotated[
        Duration, Option(help="How long it takes a container from its start until it listens.", required=True)
    ] = 0,
    for_: For = 0,
) -> None:
    argument = one_argument(inv, "TYPE/NAME")
    session = Session.of(inv)
    with session.writing() as life:
        pods = pods_meant(named(session, life.cluster, argument))
        befall(inv, life, SLOW_START, argument, for_, **pods, length=by)


COMMAND = Command(
    name="slow-start",
    use="sim fault slow-start TYPE/NAME --by TIME [--for TIME]",
    short="Let containers take long until they listen",
    long=(
        "Containers that start while this lasts, of a pod or of all pods of a Deployment or the like, listen on no "
        "port for a while: probes and requests are refused until then. A pod without a readinessProbe is taken to be "
        "ready all the same; one with an impatient livenessProbe is restarted again and again."
    ),
    examples=(("Twenty seconds each", "sim fault slow-start deployment/web --by 20s"),),
    run=run,
)
