"""``kubesim create service nodeport``."""

from __future__ import annotations

from kubesim.cli.pflag import Flag
from kubesim.cli.verbs.create.service.service_creation import service_command

COMMAND = service_command(
    "NodePort",
    Flag("node-port", type=int, help="The port of every node; the server chooses one, if it is left out."),
    use="NAME [--tcp=port:targetPort]",
    long="Create a service that every node offers on a port of its own. It picks the pods labelled app=NAME.",
    examples=(
        ("A port of the server's choice", "create service nodeport web --tcp=80:8080"),
        ("A port of one's own", "create service nodeport web --tcp=80:8080 --node-port=30080"),
    ),
)
