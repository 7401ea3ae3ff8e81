"""``kubesim exec``: refused, once the command line is sound. Mirrors kubectl pkg/cmd/exec/exec.go."""

from __future__ import annotations

from kubesim.cli import options
from kubesim.cli.command import Command, Invocation
from kubesim.cli.pflag import Flag
from kubesim.cli.support.not_simulated import NOTHING_RUNS, refuse, require_pod
from kubesim.errors import UserError


def run(inv: Invocation) -> None:
    files = inv.flag("filename")
    if len(inv.args) > 1 and inv.dash is None:
        raise inv.usage_error("exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead")
    pod = inv.args[:1] if inv.dash != 0 else []
    if not pod and not files:
        raise UserError("pod, type/name or --filename must be specified")
    if not inv.args[len(pod) :]:
        raise UserError("you must specify at least one command for the container")
    if pod:
        require_pod(inv, pod, inv.flag("pod-running-timeout"))
    raise refuse(inv, NOTHING_RUNS)


COMMAND = Command(
    name="exec",
    use="exec (POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]",
    short="Execute a command in a container",
    long="Run a command in a container. Nothing runs inside simulated containers: kubesim refuses, with status 1.",
    examples=(("Refused in one line", "exec deployment/myapp-deployment -- date"),),
    flags=(
        options.CONTAINER,
        Flag("filename", "f", "strings", help="Files, folders or URLs that name the pod."),
        options.POD_RUNNING_TIMEOUT,
        Flag("quiet", "q", type=bool, help="Print what the command prints and nothing else."),
        Flag("stdin", "i", type=bool, help="Pass standard input on to the container."),
        Flag("tty", "t", type=bool, help="Standard input is a terminal."),
    ),
    run=run,
)
