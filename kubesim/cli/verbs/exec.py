"""``kubesim exec``: refused, once the command line is sound. Mirrors kubectl pkg/cmd/exec/exec.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import Container, PodRunningTimeout
from kubesim.cli.signature import Annotated, Option, StringSlice
from kubesim.cli.support.not_simulated import NOTHING_RUNS, refuse, require_pod
from kubesim.errors import UserError


def run(
    inv: Invocation,
    *,
    _container: Container = "",
    filename: Annotated[StringSlice, Option("f", help="Files, folders or URLs that name the pod.")],
    pod_running_timeout: PodRunningTimeout = 60_000,
    _quiet: Annotated[bool, Option("q", help="Print what the command prints and nothing else.")] = False,
    _stdin: Annotated[bool, Option("i", help="Pass standard input on to the container.")] = False,
    _tty: Annotated[bool, Option("t", help="Standard input is a terminal.")] = False,
) -> None:
    if len(inv.args) > 1 and inv.dash is None:
        raise inv.usage_error("exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead")
    pod = inv.args[:1] if inv.dash != 0 else []
    if not pod and not filename:
        raise UserError("pod, type/name or --filename must be specified")
    if not inv.args[len(pod) :]:
        raise UserError("you must specify at least one command for the container")
    if pod:
        require_pod(inv, pod, pod_running_timeout)
    raise refuse(inv, NOTHING_RUNS)


COMMAND = Command(
    name="exec",
    use="exec (POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]",
    short="Execute a command in a container",
    long="Run a command in a container. Nothing runs inside simulated containers: kubesim refuses, with status 1.",
    examples=(("Refused in one line", "exec deployment/myapp-deployment -- date"),),
    run=run,
)
