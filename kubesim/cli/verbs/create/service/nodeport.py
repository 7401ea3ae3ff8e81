"""``kubesim create service nodeport``."""

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

TYPE = "NodePort"


def run(
    inv: Invocation,
    *,
    options: ServiceOptions,
    node_port: Annotated[int, Option(help="The port of every node; the server chooses one, if it is left out.")] = 0,
) -> None:
    name = name_argument(inv)
    creation = service_creation(inv, options, TYPE)
    require_port(options)
    creation.create(new_service(name, TYPE, options, node_port=node_port))


COMMAND = Command(
    name="nodeport",
    use="create service nodeport NAME [--tcp=port:targetPort] [--dry-run=server|client|none]",
    short="Create a NodePort service",
    long="Create a service that every node offers on a port of its own. It picks the pods labelled app=NAME.",
    examples=(
        ("A port of the server's choice", "create service nodeport web --tcp=80:8080"),
        ("A port of one's own", "create service nodeport web --tcp=80:8080 --node-port=30080"),
    ),
    run=run,
)
