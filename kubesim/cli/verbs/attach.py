"""``kubesim attach``: refused, once the command line is sound. Mirrors kubectl pkg/cmd/attach/attach.go."""

from __future__ import annotations

from kubesim.cli import options
from kubesim.cli.command import Command, Invocation
from kubesim.cli.pflag import Flag
from kubesim.cli.support.not_simulated import NOTHING_RUNS, refuse, require_pod
from kubesim.errors import UserError


def run(inv: Invocation) -> None:
    if not inv.args:
        raise UserError("at least 1 argument is required for attach")
    if len(inv.args) > 2:
        told = "expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments)"
        raise UserError(f"{told} saw {len(inv.args)}: [{' '.join(inv.args)}]")
    require_pod(inv, inv.args, inv.flag("pod-running-timeout"))
    raise refuse(inv, NOTHING_RUNS)


COMMAND = Command(
    name="attach",
    use="attach (POD | TYPE/NAME) -c CONTAINER",
    short="Attach to a running container",
    long="Join what runs in a container. Nothing runs inside simulated containers: kubesim refuses, with status 1.",
    examples=(("Refused in one line", "attach deployment/myapp-deployment"),),
    flags=(
        options.CONTAINER,
        options.POD_RUNNING_TIMEOUT,
        Flag("detach-keys", default="ctrl-p,ctrl-q", help="The keys that leave the container."),
        Flag("quiet", "q", type=bool, help="Print what the container prints and nothing else."),
        Flag("stdin", "i", type=bool, help="Pass standard input on to the container."),
        Flag("tty", "t", type=bool, help="Standard input is a terminal."),
    ),
    run=run,
)
