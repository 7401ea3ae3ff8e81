"""``kubesim version``: prints the versions that kubesim behaves as. Mirrors kubectl pkg/cmd/version."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

KUBERNETES = "v1.36.2"
KUSTOMIZE = "v5.8.1"
#: What only a build in Go has.
OF_A_BUILD = ("gitCommit", "buildDate", "goVersion")


def run(
    inv: Invocation,
    *,
    client: Annotated[bool, Option(help="The client's version alone.")] = False,
    output: Annotated[str, Option("o", help="The output format: json or yaml.", choices=("json", "yaml"))] = "",
) -> None:
    """Print the client's version, and the server's unless ``--client``."""
    if inv.args and not client:
        raise UserError(f"extra arguments: [{' '.join(inv.args)}]")
    if output not in ("", "yaml", "json"):
        raise UserError("--output must be 'yaml' or 'json'")
    inv.out.write(rendered(output, with_server=not client))


def rendered(output: str, *, with_server: bool) -> str:
    """The versions in one of the three formats."""
    if output:
        return _structured(output, with_server=with_server)
    server = f"Server Version: {KUBERNETES}\n" if with_server else ""
    return f"Client Version: {KUBERNETES}\nKustomize Version: {KUSTOMIZE}\n{server}"


def _structured(output: str, *, with_server: bool) -> str:
    versions: dict[str, Any] = {"clientVersion": _info(), "kustomizeVersion": KUSTOMIZE}
    if with_server:
        from kubesim.rest import server_info

        server = server_info.version()
        versions["serverVersion"] = {name: value for name, value in server.items() if name not in OF_A_BUILD}
    if output == "yaml":
        from kubesim.golang.yaml.emitter import dump

        return dump(versions) + "\n"
    from kubesim.golang import json

    return json.dumps(versions, indent=2, sort_keys=False) + "\n"


def _info() -> dict[str, str]:
    """apimachinery's version.Info, in the order of its fields, less what only a build in Go has."""
    major, minor, _ = KUBERNETES.removeprefix("v").split(".")
    return {
        "major": major,
        "minor": minor,
        "gitVersion": KUBERNETES,
        "gitTreeState": "clean",
        "compiler": "gc",
        "platform": "linux/amd64",
    }


COMMAND = Command(
    name="version",
    use="version [flags]",
    short="Print the client and server version information",
    long="Print the Kubernetes version that kubectl and the cluster are simulated after.",
    examples=(("Of both", "version"), ("Of the client, for a program to read", "version --client -o json")),
    run=run,
)
