"""``kubesim proxy``: refused. Mirrors the flags of kubectl pkg/cmd/proxy/proxy.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.pflag import Flag
from kubesim.cli.support.not_simulated import refuse
from kubesim.errors import UserError


def run(inv: Invocation) -> None:
    port = int(inv.flag("port"))
    if not 0 <= port < 65536:
        raise UserError(f"listen tcp: address {port}: invalid port")
    raise refuse(inv, "there is no API server to ask over a network")


COMMAND = Command(
    name="proxy",
    use="proxy [--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]",
    short="Run a proxy to the Kubernetes API server",
    long=(
        "Serve the API on this machine. A simulated cluster has no API server behind a port: kubesim refuses, with "
        "status 1."
    ),
    examples=(("Refused in one line", "proxy --port=8001"),),
    flags=(
        Flag("accept-hosts", default=r"^localhost$,^127\.0\.0\.1$,^\[::1\]$", help="The hosts to accept."),
        Flag("accept-paths", default="^.*", help="The paths to accept."),
        Flag("address", default="127.0.0.1", help="The address to listen on."),
        Flag("api-prefix", default="/", help="Where to serve the API."),
        Flag("append-server-path", type=bool, help="Add the server's path to that of requests."),
        Flag("disable-filter", type=bool, help="Accept whatever comes."),
        Flag("keepalive", type="duration", help="How long to keep connections alive."),
        Flag("port", "p", type=int, default=8001, help="The port to listen on."),
        Flag("reject-methods", default="^$", help="The methods to reject."),
        Flag("reject-paths", default="^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach", help="The paths to reject."),
        Flag("unix-socket", "u", help="The socket to listen on."),
        Flag("www", "w", help="A folder to serve as well."),
        Flag("www-prefix", "P", default="/static/", help="Where to serve that folder."),
    ),
    run=run,
)
