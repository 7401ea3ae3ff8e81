"""``kubesim create service nodeport``."""

from __future__ import annotations

from kubesim.cli.command import Flag
from kubesim.cli.create.service.making import service_command

COMMAND = service_command(
    "nodeport",
    "NodePort",
    "NodePort",
    Flag("node-port", type=int, help="The port on every node."),
    short="Create a NodePort service",
    example=("A service", "create service nodeport web --tcp=80:8080"),
)
