"""``kubesim create service loadbalancer``."""

from __future__ import annotations

from kubesim.cli.create.service.making import service_command

COMMAND = service_command(
    "loadbalancer",
    "LoadBalancer",
    "LoadBalancer",
    short="Create a LoadBalancer service",
    example=("A service", "create service loadbalancer web --tcp=80:8080"),
)
