"""``kubesim create service clusterip``."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.verbs.create.creation import name_argument
from kubesim.cli.verbs.create.service.service_creation import (
    ServiceOptions,
    new_service,
    require_port,
    service_creation,
)

HEADLESS = "None"
TYPE = "ClusterIP"


def run(
    inv: Invocation,
    *,
    options: ServiceOptions,
    clusterip: Annotated[
        str, Option(help="The address; None for a headless service, which has none and balances nothing.")
    ] = "",
) -> None:
    name = name_argument(inv)
    creation = service_creation(inv, options, TYPE)
    if clusterip != HEADLESS:
        require_port(options)
    creation.create(new_service(name, TYPE, options, cluster_ip=clusterip))


COMMAND = Command(
    name="clusterip",
    use="create service clusterip NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none]",
    short="Create a ClusterIP service",
    long="Create a service with an address inside the cluster. It picks the pods labelled app=NAME.",
    examples=(
        ("Port 80 of the service for port 8080 of its pods", "create service clusterip web --tcp=80:8080"),
        ("A headless service", "create service clusterip web --clusterip=None"),
    ),
    run=run,
)
