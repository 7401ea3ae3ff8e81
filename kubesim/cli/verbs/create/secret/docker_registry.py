"""``kubesim create secret docker-registry``. Mirrors kubectl pkg/cmd/create/create_secret_docker.go."""

from __future__ import annotations

from kubesim.api.well_known import SECRET_TYPE_DOCKER_CONFIG_JSON
from kubesim.cli.command import Command, Invocation
from kubesim.cli.pflag import Flag
from kubesim.cli.verbs.create import sources
from kubesim.cli.verbs.create.creation import FLAGS, CreateOptions, Creation, name_argument, require_name
from kubesim.cli.verbs.create.secret.secret_creation import APPEND_HASH, FAILURE, new_secret
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = ".dockerconfigjson"
NOT_ENOUGH = (
    "either --from-file or the combination of --docker-username, --docker-password and --docker-server is required"
)


def run(inv: Invocation) -> None:
    name = name_argument(inv)
    creation = Creation(inv, inv.group(CreateOptions), FAILURE)
    require_name(name)
    needed = ("docker-username", "docker-password", "docker-server")
    if not inv.flag("from-file") and not all(inv.flag(flag) for flag in needed):
        raise UserError(NOT_ENOUGH)
    append_hash = bool(inv.flag("append-hash"))
    creation.create(new_secret(name, SECRET_TYPE_DOCKER_CONFIG_JSON, _pairs(inv), append_hash=append_hash))


def _pairs(inv: Invocation) -> Iterator[tuple[str, bytes]]:
    given = inv.flag("from-file")
    if given:
        yield from sources.files([source if "=" in source else f"{KEY}={source}" for source in given])
        return
    yield KEY, _docker_config(inv).encode()


def _docker_config(inv: Invocation) -> str:
    """The credentials as Docker keeps them in its config.json."""
    from base64 import b64encode

    from kubesim.api.wire import as_sent
    from kubesim.golang.json import dumps

    user, password = str(inv.flag("docker-username")), str(inv.flag("docker-password"))
    entry = {"username": user, "password": password, "email": str(inv.flag("docker-email"))}
    entry["auth"] = b64encode(f"{user}:{password}".encode(errors="surrogateescape")).decode()
    shown = {field: value for field, value in entry.items() if value}
    return dumps(as_sent({"auths": {str(inv.flag("docker-server")): shown}}), sort_keys=False)


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
    flags=(
        *FLAGS,
        APPEND_HASH,
        Flag("docker-email", help="The mail address; it may be left out."),
        Flag("docker-password", help="The password."),
        Flag("docker-server", default="https://index.docker.io/v1/", help="The registry."),
        Flag("docker-username", help="The user."),
        Flag("from-file", type="strings", help=f"Docker's config.json, as [KEY=]PATH; the key should be {KEY}."),
    ),
    run=run,
)
