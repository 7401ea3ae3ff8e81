"""``kubesim proxy``: refused. Mirrors the flags of kubectl pkg/cmd/proxy/proxy.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Duration, Option
from kubesim.cli.support.not_simulated import refuse
from kubesim.errors import UserError

ACCEPTED_HOSTS = r"^localhost$,^127\.0\.0\.1$,^\[::1\]$"
REJECTED_PATHS = "^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach"


def run(
    inv: Invocation,
    *,
    _accept_hosts: Annotated[str, Option(help="The hosts to accept.")] = ACCEPTED_HOSTS,
    _accept_paths: Annotated[str, Option(help="The paths to accept.")] = "^.*",
    _address: Annotated[str, Option(help="The address to listen on.")] = "127.0.0.1",
    _api_prefix: Annotated[str, Option(help="Where to serve the API.")] = "/",
    _append_server_path: Annotated[bool, Option(help="Add the server's path to that of requests.")] = False,
    _disable_filter: Annotated[bool, Option(help="Accept whatever comes.")] = False,
    _keepalive: Annotated[Duration, Option(help="How long to keep connections alive.")] = 0,
    port: Annotated[int, Option("p", help="The port to listen on.")] = 8001,
    _reject_methods: Annotated[str, Option(help="The methods to reject.")] = "^$",
    _reject_paths: Annotated[str, Option(help="The paths to reject.")] = REJECTED_PATHS,
    _unix_socket: Annotated[str, Option("u", help="The socket to listen on.")] = "",
    _www: Annotated[str, Option("w", help="A folder to serve as well.")] = "",
    _www_prefix: Annotated[str, Option("P", help="Where to serve that folder.")] = "/static/",
) -> None:
    if not 0 <= port < 65536:
        raise UserError(f"listen tcp: address {port}: invalid port")
    raise refuse(inv, "clients are served by sim serve")


COMMAND = Command(
    name="proxy",
    use="proxy [--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]",
    short="Run a proxy to the Kubernetes API server",
    long=(
        "Serve the API on this machine. It is sim serve that does so for a simulated cluster: kubesim refuses, with "
        "status 1."
    ),
    examples=(("Refused in one line", "proxy --port=8001"),),
    run=run,
)
