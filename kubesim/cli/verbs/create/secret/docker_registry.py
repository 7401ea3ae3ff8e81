"""``kubesim create secret docker-registry``. Mirrors kubectl pkg/cmd/create/create_secret_docker.go."""

from __future__ import annotations

from kubesim.api.well_known import SECRET_TYPE_DOCKER_CONFIG_JSON
from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option, StringSlice
from kubesim.cli.verbs.create import sources
from kubesim.cli.verbs.create.creation import CreateOptions, Creation, name_argument, require_name
from kubesim.cli.verbs.create.name_hash import AppendHash
from kubesim.cli.verbs.create.secret.secret_creation import FAILURE, new_secret
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = ".dockerconfigjson"
NOT_ENOUGH = (
    "either --from-file or the combination of --docker-username, --docker-password and --docker-server is required"
)


class DockerRegistryOptions(CreateOptions):
    """The flags. Mirrors CreateSecretDockerRegistryOptions."""

    append_hash: AppendHash = False
    docker_email: Annotated[str, Option(help="The mail address; it may be left out.")] = ""
    docker_password: Annotated[str, Option(help="The password.")] = ""
    docker_server: Annotated[str, Option(help="The registry.")] = "https://index.docker.io/v1/"
    docker_username: Annotated[str, Option(help="The user.")] = ""
    from_file: Annotated[StringSlice, Option(help=f"Docker's config.json, as [KEY=]PATH; the key should be {KEY}.")]


def run(inv: Invocation, *, options: DockerRegistryOptions) -> None:
    name = name_argument(inv)
    creation = Creation(inv, options, FAILURE)
    require_name(name)
    if not options.from_file and not (options.docker_username and options.docker_password and options.docker_server):
        raise UserError(NOT_ENOUGH)
    pairs = _pairs(options)
    creation.create(new_secret(name, SECRET_TYPE_DOCKER_CONFIG_JSON, pairs, append_hash=options.append_hash))


def _pairs(options: DockerRegistryOptions) -> Iterator[tuple[str, bytes]]:
    if options.from_file:
        yield from sources.files([source if "=" in source else f"{KEY}={source}" for source in options.from_file])
        return
    yield KEY, _docker_config(options).encode()


def _docker_config(options: DockerRegistryOptions) -> str:
    """The credentials in the form of Docker's config.json."""
    from base64 import b64encode

    from kubesim.api.wire import as_sent
    from kubesim.golang.json import dumps

    user, password = options.docker_username, options.docker_password
    entry = {"username": user, "password": password, "email": options.docker_email}
    entry["auth"] = b64encode(f"{user}:{password}".encode(errors="surrogateescape")).decode()
    shown = {field: value for field, value in entry.items() if value}
    return dumps(as_sent({"auths": {options.docker_server: shown}}), sort_keys=False)


COMMAND = Command(
    name="docker-registry",
    use=(
        "create secret docker-registry NAME --docker-username=user --docker-password=password --docker-email=email "
        "[--docker-server=string] [--from-file=[key=]source] [--dry-run=server|client|none]"
    ),
    short="Create a secret for use with a Docker registry",
    long=(
        "Create a secret with which nodes pull images from a registry that asks for a password.\n\n"
        "Give the credentials by flags, or a config.json that docker login has written by --from-file."
    ),
    examples=(
        (
            "A user of Docker Hub",
            "create secret docker-registry pull --docker-username=me --docker-password=s3cret --docker-email=me@a.com",
        ),
        ("What docker login has written", "create secret docker-registry pull --from-file=.docker/config.json"),
    ),
    run=run,
)
