"""``kubesim create service clusterip``."""

from __future__ import annotations

from kubesim.cli.pflag import Flag
from kubesim.cli.verbs.create.service.service_creation import CLUSTER_IP, service_command

COMMAND = service_command(
    CLUSTER_IP,
    Flag("clusterip", help="The address; None for a headless service, which has none and balances nothing."),
    use="NAME [--tcp=<port>:<targetPort>]",
    long="Create a service with an address inside the cluster. It picks the pods labelled app=NAME.",
    examples=(
        ("Port 80 of the service for port 8080 of its pods", "create service clusterip web --tcp=80:8080"),
        ("A headless service", "create service clusterip web --clusterip=None"),
    ),
)
