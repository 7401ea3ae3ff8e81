"""``kubesim sim fault readiness``: the readiness probes of pods fail."""

from __future__ import annotations

from kubesim.api.meta import dig
from kubesim.cli.command import Command, Invocation
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.sim.fault.befalling import For, befall, named, one_argument, pods_meant
from kubesim.cluster.faults import READINESS
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def run(inv: Invocation, *, for_: For = 0) -> None:
    argument = one_argument(inv, "TYPE/NAME")
    session = Session.of(inv)
    with session.writing() as life:
        obj = named(session, life.cluster, argument)
        pods = pods_meant(obj)
        if not _may_be_unready(obj):
            raise UserError(f"no container of {argument} has a readinessProbe: its pods are ready whenever they run")
        befall(inv, life, READINESS, argument, for_, **pods)


def _may_be_unready(obj: Obj) -> bool:
    """Whether a container has a readiness probe; of a Service that is not known."""
    spec = dig(obj, "spec", "template", "spec", default=obj["spec"])
    return "containers" not in spec or any("readinessProbe" in container for container in spec["containers"])


COMMAND = Command(
    name="readiness",
    use="sim fault readiness TYPE/NAME [--for TIME]",
    short="Let readiness probes fail",
    long=(
        "The readiness probes of a pod fail, or of all pods of a Deployment, a Service or the like. After as many "
        "failures as its failureThreshold says a pod is not ready and gets no requests; it is not restarted. The "
        "containers themselves go on as before."
    ),
    examples=(
        ("All pods of a Deployment, for half a minute", "sim fault readiness deployment/web --for 30s"),
        ("One pod", "sim fault readiness pod/web-5d8c7f9b6-x2x4z"),
    ),
    run=run,
)
