"""``kubesim create service externalname``."""

from __future__ import annotations

from kubesim.api.names import is_dns_1123_subdomain
from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.verbs.create.creation import name_argument
from kubesim.cli.verbs.create.service.service_creation import ServiceOptions, new_service, service_creation
from kubesim.errors import UserError

TYPE = "ExternalName"


def run(
    inv: Invocation,
    *,
    options: ServiceOptions,
    external_name: Annotated[
        str, Option(required=True, help="The name, outside of the cluster, that the service stands for.")
    ] = "",
) -> None:
    name = name_argument(inv)
    creation = service_creation(inv, options, TYPE)
    if is_dns_1123_subdomain(external_name):
        raise UserError(f"invalid service external name {external_name}")
    creation.create(new_service(name, TYPE, options, external_name=external_name))


COMMAND = Command(
    name="externalname",
    use="create service externalname NAME --external-name external.name [--dry-run=server|client|none]",
    short="Create an ExternalName service",
    long="Create a service that stands for a name outside of the cluster.",
    examples=(("A data base elsewhere", "create service externalname db --external-name=db.example.com"),),
    run=run,
)
