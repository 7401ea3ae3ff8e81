"""``kubesim create secret generic``. Mirrors kubectl pkg/cmd/create/create_secret.go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.cli.command import Command, Flag, Invocation
from kubesim.cli.create import sources
from kubesim.cli.create.making import FLAGS, create, name_argument, new_object

if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def run(inv: Invocation) -> None:
    name = name_argument(inv)
    create(inv, lambda cluster: _secret(name, str(inv.flag("type")), sources.data_of(inv)), "secret")


def _secret(name: str, kind: str, data: dict[str, bytes]) -> Obj:
    import base64

    rest: Obj = {}
    if data:
        rest["data"] = {key: base64.b64encode(value).decode() for key, value in data.items()}
    if kind:
        rest["type"] = kind
    return new_object("Secret", name, **rest)


COMMAND = Command(
    name="generic",
    use="create secret generic NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1]",
    short="Create a secret from a local file, directory, or literal value",
    long="Create a secret of values, files and folders.",
    examples=(("One value", "create secret generic login --from-literal=user=admin"),),
    flags=(*FLAGS, *sources.FLAGS, Flag("type", help="The type of secret.")),
    run=run,
)
