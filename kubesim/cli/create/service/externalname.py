"""``kubesim create service externalname``."""

from __future__ import annotations

from kubesim.cli.command import Flag
from kubesim.cli.create.service.making import service_command

COMMAND = service_command(
    "externalname",
    "ExternalName",
    "ExternalName",
    Flag("external-name", required=True, help="The name that the service stands for."),
    short="Create an ExternalName service",
    example=("A service", "create service externalname db --external-name=db.example.com"),
    needs_tcp=False,
)
