"""``kubesim port-forward``: refused, once the command line is sound. Mirrors kubectl pkg/cmd/portforward."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import PodRunningTimeout
from kubesim.cli.signature import Annotated, Option, StringSlice
from kubesim.cli.support.not_simulated import NO_NETWORK, refuse, require_pod


def run(
    inv: Invocation,
    *,
    _address: Annotated[StringSlice, Option(help="The addresses to listen on.")] = ["localhost"],  # noqa: B006
    pod_running_timeout: PodRunningTimeout = 60_000,
) -> None:
    if len(inv.args) < 2:
        raise inv.usage_error("TYPE/NAME and list of ports are required for port-forward")
    require_pod(inv, inv.args[:1], pod_running_timeout)
    raise refuse(inv, NO_NETWORK)


COMMAND = Command(
    name="port-forward",
    use="port-forward TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]",
    short="Forward one or more local ports to a pod",
    long="Forward ports of this machine to a pod. Simulated pods have no network: kubesim refuses, with status 1.",
    examples=(("Refused in one line", "port-forward deployment/myapp-deployment 8080:80"),),
    run=run,
)
