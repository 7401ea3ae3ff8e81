"""``kubesim proxy``: serves the API on this machine, as the proxy of kubectl does. Mirrors pkg/cmd/proxy/proxy.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Duration, Option
from kubesim.cli.support.not_simulated import refuse
from kubesim.cli.support.session import EnvironmentClock, state_file
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.server.app import Application
    from kubesim.server.serving import Place

ACCEPTED_HOSTS = r"^localhost$,^127\.0\.0\.1$,^\[::1\]$"
REJECTED_PATHS = "^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach"
ALL, NOTHING = "^.*", "^$"
UNFILTERED = "W: Request filter disabled, your proxy is vulnerable to XSRF attacks, please be cautious\n"


def run(
    inv: Invocation,
    *,
    accept_hosts: Annotated[str, Option(help="The hosts to accept.")] = ACCEPTED_HOSTS,
    accept_paths: Annotated[str, Option(help="The paths to accept.")] = ALL,
    address: Annotated[str, Option(help="The address to listen on.")] = "127.0.0.1",
    api_prefix: Annotated[str, Option(help="Where to serve the API.")] = "/",
    _append_server_path: Annotated[bool, Option(help="Add the server's path to that of requests.")] = False,
    disable_filter: Annotated[bool, Option(help="Accept whatever comes.")] = False,
    _keepalive: Annotated[Duration, Option(help="How long to keep connections alive.")] = 0,
    port: Annotated[int, Option("p", help="The port to listen on.")] = 8001,
    reject_methods: Annotated[str, Option(help="The methods to reject.")] = NOTHING,
    reject_paths: Annotated[str, Option(help="The paths to reject.")] = REJECTED_PATHS,
    unix_socket: Annotated[str, Option("u", help="The socket to listen on: not simulated.")] = "",
    www: Annotated[str, Option("w", help="A folder to serve as well: not simulated.")] = "",
    _www_prefix: Annotated[str, Option("P", help="Where to serve that folder.")] = "/static/",
) -> None:
    if not 0 <= port < 65536:
        raise UserError(f"listen tcp: address {port}: invalid port")
    if unix_socket or www:
        raise refuse(inv, "it listens on a port alone, and serves no files")
    from kubesim.cli.support.served_app import served_app
    from kubesim.server import serving
    from kubesim.server.access import Access

    access = Access(api_prefix.rstrip("/"), is_secret=False)
    app: Application = served_app(state_file(), EnvironmentClock(), access, has_control=False)
    if disable_filter:
        inv.err.write(UNFILTERED)
    else:
        app = _filtered(app, accept_paths, reject_paths, accept_hosts, reject_methods)

    def started(place: Place, _stop: object) -> None:
        inv.out.write(f"Starting to serve on {place.address}:{place.port}\n")
        inv.out.flush()

    serving.serve(app, serving.Place(port, "", address), started)


def _filtered(app: Application, *flags: str) -> Application:
    """Refuses what the four flags do not let through; UserError for one that is no regular expression."""
    from kubesim.golang.regexp import RegexpError
    from kubesim.server.request_filter import RequestFilter, expressions_of

    try:
        accept_paths, reject_paths, accept_hosts, reject_methods = map(expressions_of, flags)
    except RegexpError as error:
        raise UserError(f"Error compiling re: {error}") from error
    return RequestFilter(
        app,
        accept_paths=accept_paths,
        reject_paths=reject_paths,
        accept_hosts=accept_hosts,
        reject_methods=reject_methods,
    )


COMMAND = Command(
    name="proxy",
    use="proxy [--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]",
    short="Run a proxy to the Kubernetes API server",
    long=(
        "Serve the API on this machine without a secret in the URL, to programs that run here and to a browser. It "
        "needs what kubesim[serve] brings. For other clients there is sim serve."
    ),
    examples=(
        ("Serve on the usual port", "proxy --port=8001"),
        ("Then ask, in another terminal, with curl", "proxy -p 8001 --api-prefix=/k8s"),
    ),
    run=run,
)
