"""``kubesim create service loadbalancer``."""

from __future__ import annotations

from kubesim.cli.verbs.create.service.service_creation import service_command

COMMAND = service_command(
    "LoadBalancer",
    use="NAME [--tcp=port:targetPort]",
    long="Create a service behind a load balancer. It picks the pods labelled app=NAME.",
    examples=(("Port 80 of the service for port 8080 of its pods", "create service loadbalancer web --tcp=80:8080"),),
)
