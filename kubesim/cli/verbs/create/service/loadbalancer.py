"""``kubesim create service loadbalancer``."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.verbs.create.creation import name_argument
from kubesim.cli.verbs.create.service.service_creation import (
    ServiceOptions,
    new_service,
    require_port,
    service_creation,
)

TYPE = "LoadBalancer"


def run(
    inv: Invocation,
    *,
    options: ServiceOptions,
) -> None:
    name = name_argument(inv)
    creation = service_creation(inv, options, TYPE)
    require_port(options)
    creation.create(new_service(name, TYPE, options))


COMMAND = Command(
    name="loadbalancer",
    use="create service loadbalancer NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
    short="Create a LoadBalancer service",
    long="Create a service behind a load balancer. It picks the pods labelled app=NAME.",
    examples=(("Port 80 of the service for port 8080 of its pods", "create service loadbalancer web --tcp=80:8080"),),
    run=run,
)
