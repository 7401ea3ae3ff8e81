"""``kubesim sim serve``: an API server over the state, for any client of Kubernetes."""

from __future__ import annotations

import os

from kubesim.cli.command import PROGRAM, Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.session import EnvironmentClock, state_file
from kubesim.errors import UserError
from kubesim.life.saved_cluster import SavedCluster
from kubesim.sim.clock import parse_speed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.cli.support.guest_command import GuestCommand
    from kubesim.server.serving import Place

LOCAL = ("127.0.0.1", "::1")


def run(
    inv: Invocation,
    *,
    port: Annotated[int, Option(help="The port; by default the one of the last time, else a free one.")] = 0,
    address: Annotated[str, Option(help="The address to listen on; others than this machine's need --open.")] = LOCAL[
        0
    ],
    open_: Annotated[bool, Option(help="Let other machines in: whoever has the URL may do all.")] = False,
    control: Annotated[bool, Option(help="Let the web page at the server's root move the clock.")] = False,
    tls: Annotated[bool, Option(help="Speak TLS; sim kubeconfig has the certificate that clients trust.")] = False,
    rbac: Annotated[bool, Option(help="Take whoever sends no token for system:anonymous; needs --tls.")] = False,
    speed: Annotated[str, Option(help="Set the state's speed: simulated seconds to a real one, or max.")] = "",
) -> int:
    _validate(port, address, is_open=open_, tls=tls, rbac=rbac)
    from kubesim.cli.support.served_app import served_app
    from kubesim.server import serving
    from kubesim.server.access import Access

    guest = _guest(inv)
    home = state_file()
    if speed:  # the state's own: the command line and the server have one clock
        with SavedCluster(home, clock=EnvironmentClock()).writing() as life:
            life.set_speed(parse_speed(speed))
    place = _place(home.path, port, address, tls=tls)

    def started(place: Place, stop: Callable[[], None]) -> None:
        serving.keep_place(home.path, place)
        if guest is not None:
            guest.start(place, stop)
            return
        _announce(inv, home.path, place)

    access = Access(f"/{place.secret}", place.token, rbac)
    app = served_app(home, EnvironmentClock(), access, has_control=control)
    try:
        serving.serve(app, place, started, _chain(home.path) if tls else "")
    finally:
        status = guest.end() if guest is not None else 0
    return status


def _announce(inv: Invocation, state: str, place: Place) -> None:
    inv.out.write(f"Serving {state} at {place.url}\n")
    inv.out.write(f"{PROGRAM} sim kubeconfig prints a kubeconfig for it; Ctrl-C stops it\n")
    inv.out.flush()


def _guest(inv: Invocation) -> GuestCommand | None:
    """The command after ``--``, if there is one; UserError for other arguments."""
    if inv.dash != 0 or not inv.args:
        inv.refuse_args()
        return None
    from kubesim.cli.support.guest_command import GuestCommand

    return GuestCommand(inv.args)


def _place(state: str, port: int, address: str, *, tls: bool) -> Place:
    """Where to listen: the port and the secret of the last time, so that a kubeconfig holds on."""
    from kubesim.server.serving import Place, new_secret, place_of

    last = place_of(state) or Place(0, new_secret())
    place = Place(port or last.port, last.secret, address)
    return _secured(state, place, last) if tls else place


def _secured(state: str, place: Place, last: Place) -> Place:
    """The place with a certificate: the one of the last time, if it was shown at this address."""
    from kubesim.server import credentials

    is_same = bool(last.authority) and last.address == place.address
    if is_same and os.path.exists(credentials.chain_file(state)):
        return place._replace(authority=last.authority)
    made = credentials.new_certificates(place.address)
    credentials.keep_chain(state, made.chain)
    return place._replace(authority=made.authority)


def _chain(state: str) -> str:
    from kubesim.server.credentials import chain_file

    return chain_file(state)


def _validate(port: int, address: str, *, is_open: bool, tls: bool, rbac: bool) -> None:
    """UserError for flags that do not go together, or that are no address."""
    if address not in LOCAL and not is_open:
        raise UserError(f"{address} is not an address of this machine alone: say --open as well")
    if rbac and not tls:
        raise UserError("--rbac needs --tls: kubectl sends no token over plain HTTP")
    if not 0 <= port < 65536:
        raise UserError(f"invalid port {port}")


COMMAND = Command(
    name="serve",
    use="sim serve [--port N] [--speed SPEED] [--control] [--tls [--rbac]] [-- COMMAND [args...]]",
    short="Serve the Kubernetes API over the state, for kubectl and any other client",
    long=(
        "Answer clients of Kubernetes over HTTP: kubectl, Helm, libraries, operators. The state stays a file: this "
        "command line and the clients work on one cluster at the same time, and what was acknowledged is on the "
        "disk.\n\n"
        "A secret in the URL keeps others out, and the server listens on this machine alone. Time goes on at the "
        "state's speed; under max the clock jumps while a program watches, or asks again and again.\n\n"
        "With --tls the server has a certificate of its own, which sim kubeconfig lets clients trust, and a token in "
        "that kubeconfig is the secret: the URL needs none. Who sends a service account's token has its rights; who "
        "sends none is refused or, with --rbac, system:anonymous.\n\n"
        "A COMMAND after -- runs with a KUBECONFIG for the server, which stops when the command ends; the exit status "
        "is the command's.\n\n"
        "The URL itself, in a browser, is a page with the cluster as it is: Deployments with a cell for each pod, how "
        "their rollouts went, events, and the clock, which the page may move with --control."
    ),
    examples=(
        ("Serve, and use the real kubectl on it in another terminal", "sim serve"),
        ("A minute in a second", "sim serve --speed 60"),
        ("Serve as long as the tests of a program run, whatever it is written in", "sim serve --speed max -- npm test"),
        ("Tokens of service accounts have their own rights", "sim serve --tls --rbac"),
    ),
    run=run,
)
