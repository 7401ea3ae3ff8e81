"""``kubesim create service clusterip``."""

from __future__ import annotations

from kubesim.cli.command import Flag
from kubesim.cli.create.service.making import service_command

COMMAND = service_command(
    "clusterip",
    "ClusterIP",
    "ClusterIP",
    Flag("clusterip", help="The address; None for a headless service."),
    short="Create a ClusterIP service",
    example=("A service", "create service clusterip web --tcp=80:8080"),
)
