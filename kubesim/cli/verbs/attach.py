"""``kubesim attach``: refused, once the command line is sound. Mirrors kubectl pkg/cmd/attach/attach.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import Container, PodRunningTimeout
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.not_simulated import NOTHING_RUNS, refuse, require_pod
from kubesim.errors import UserError


def run(
    inv: Invocation,
    *,
    _container: Container = "",
    pod_running_timeout: PodRunningTimeout = 60_000,
    _detach_keys: Annotated[str, Option(help="The keys that leave the container.")] = "ctrl-p,ctrl-q",
    _quiet: Annotated[bool, Option("q", help="Print what the container prints and nothing else.")] = False,
    _stdin: Annotated[bool, Option("i", help="Pass standard input on to the container.")] = False,
    _tty: Annotated[bool, Option("t", help="Standard input is a terminal.")] = False,
) -> None:
    if not inv.args:
        raise UserError("at least 1 argument is required for attach")
    if len(inv.args) > 2:
        message = "expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments)"
        raise UserError(f"{message} saw {len(inv.args)}: [{' '.join(inv.args)}]")
    require_pod(inv, inv.args, pod_running_timeout)
    raise refuse(inv, NOTHING_RUNS)


COMMAND = Command(
    name="attach",
    use="attach (POD | TYPE/NAME) -c CONTAINER",
    short="Attach to a running container",
    long="Join what runs in a container. Nothing runs inside simulated containers: kubesim refuses, with status 1.",
    examples=(("Refused in one line", "attach deployment/myapp-deployment"),),
    run=run,
)
