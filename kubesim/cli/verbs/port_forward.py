"""``kubesim port-forward``: refused, once the command line is sound. Mirrors kubectl pkg/cmd/portforward."""

from __future__ import annotations

from kubesim.cli import options
from kubesim.cli.command import Command, Invocation
from kubesim.cli.pflag import Flag
from kubesim.cli.support.not_simulated import NO_NETWORK, refuse, require_pod


def run(inv: Invocation) -> None:
    if len(inv.args) < 2:
        raise inv.usage_error("TYPE/NAME and list of ports are required for port-forward")
    require_pod(inv, inv.args[:1], inv.flag("pod-running-timeout"))
    raise refuse(inv, NO_NETWORK)


COMMAND = Command(
    name="port-forward",
    use="port-forward TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]",
    short="Forward one or more local ports to a pod",
    long="Forward ports of this machine to a pod. Simulated pods have no network: kubesim refuses, with status 1.",
    examples=(("Refused in one line", "port-forward deployment/myapp-deployment 8080:80"),),
    flags=(
        Flag("address", type="strings", default=("localhost",), help="The addresses to listen on."),
        options.POD_RUNNING_TIMEOUT,
    ),
    run=run,
)
