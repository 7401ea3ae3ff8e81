"""``kubesim create service externalname``."""

from __future__ import annotations

from kubesim.cli.pflag import Flag
from kubesim.cli.verbs.create.service.service_creation import EXTERNAL_NAME, service_command

COMMAND = service_command(
    EXTERNAL_NAME,
    Flag("external-name", required=True, help="The name, outside of the cluster, that the service stands for."),
    use="NAME --external-name external.name",
    long="Create a service that stands for a name outside of the cluster.",
    examples=(("A data base elsewhere", "create service externalname db --external-name=db.example.com"),),
)
