"""The server's process: where it listens, what it is called, how it stops."""

from __future__ import annotations

import gc
import secrets

from kubesim.errors import UserError, reason_of
from kubesim.startup.json_text import loads
from kubesim.startup.named_tuple import NamedTuple
from kubesim.store import file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Literal

    import uvicorn

    from kubesim.server.app import Application

EXTRA = "the server needs what kubesim[serve] brings: pip install 'kubesim[serve]'"
MOST_CONNECTIONS = 2000
GARBAGE = 1000  # objects; a command ends before garbage counts, and hardly collects any
GRACE = 2  # seconds that requests have to end
_SECRET = 24  # bytes


class Place(NamedTuple):
    """Where a state is served: kept beside it, so that a kubeconfig holds longer than one server.

    ``authority`` is the PEM text of who signed the certificate that is shown, empty where TLS is not spoken. The secret
    is in the path of the URL; over TLS it is a token as well.
    """

    port: int
    secret: str
    address: str = "127.0.0.1"
    authority: str = ""

    @property
    def url(self) -> str:
        """For a browser, and for clients that send no token."""
        return f"{self._root}/{self.secret}"

    @property
    def server(self) -> str:
        """For a kubeconfig, which has the token where there is one."""
        return self._root if self.token else self.url

    @property
    def token(self) -> str:
        """The administrator's, empty over plain HTTP: clients in Go send none there."""
        return self.secret if self.authority else ""

    @property
    def _root(self) -> str:
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{'https' if self.authority else 'http'}://{host}:{self.port}"


def place_of(state: str) -> Place | None:
    """Where the state at a path was served last, None if it never was; StateError."""
    content = file.read(f"{state}.server")
    if content is None:
        return None
    kept = loads(content)
    return Place(**{field: kept[field] for field in Place._fields if field in kept})


def keep_place(state: str, place: Place) -> None:
    """Keep where a state is served, for its owner alone; StateError."""
    from kubesim.golang.json import dumps

    path = f"{state}.server"
    file.prepare(path)
    file.replace(path, [f"{dumps(place._asdict())}\n".encode()], lambda: None)


def new_secret() -> str:
    """What keeps others out: it is no part of the simulation, and so it is not to be foreseen."""
    return secrets.token_urlsafe(_SECRET)


def serve(
    app: Application, place: Place, started: Callable[[Place, Callable[[], None]], None], chain: str = ""
) -> None:
    """Serve until SIGINT or SIGTERM; ``started`` is called with where, and with what stops the server.

    ``chain`` is a file with a key and a certificate, for TLS.

    UserError without the extra, or for a port that is taken.
    """
    try:
        import wsproto  # noqa: F401 - for connections that are upgraded; websockets takes no name with a slash

        from kubesim.server.program import Program
    except ImportError as error:
        raise UserError(EXTRA) from error
    gc.set_threshold(GARBAGE)
    listener = listen(place)
    config = configuration(app, lifespan="on", chain=chain)
    port = listener.getsockname()[1]
    program = Program(config, app, lambda: started(place._replace(port=port), program.stop))
    program.run(sockets=[listener])


def configuration(app: Any, *, lifespan: Literal["on", "off"], chain: str = "") -> uvicorn.Config:
    """How uvicorn serves an application; ImportError without the extra."""
    import uvicorn

    from kubesim.server.connection import Connection

    return uvicorn.Config(
        app,
        http=Connection,
        interface="asgi3",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        limit_concurrency=MOST_CONNECTIONS,
        ws="wsproto",
        lifespan=lifespan,
        ssl_certfile=chain or None,
    )


def listen(place: Place) -> Any:
    """A socket that listens; UserError where that cannot be."""
    import socket

    family = socket.AF_INET6 if ":" in place.address else socket.AF_INET
    # asyncio sends without delay only what says that it is TCP; else each answer waits 40 ms for an acknowledgement.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((place.address, place.port))
    except OSError as error:
        made.close()
        raise UserError(f"listen tcp {place.address}:{place.port}: bind: {reason_of(error)}") from error
    return made
