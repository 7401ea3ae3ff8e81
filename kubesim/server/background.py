"""A server in a thread of a program, for any number of clusters of it: each is served below a secret of its own.

The thread and its socket are made once, when the first cluster is served, so that one more costs next to nothing.
"""

from __future__ import annotations

import asyncio
import atexit
from functools import lru_cache
from threading import Event, Thread
from typing import TYPE_CHECKING, NamedTuple

from kubesim.errors import UserError
from kubesim.rest.request import NO_PAGE
from kubesim.server.answers import refuse
from kubesim.server.asgi import target_of
from kubesim.server.serving import EXTRA, Place, configuration, listen, new_secret
from kubesim.startup.context_manager import contextmanager

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from kubesim.server.app import App
    from kubesim.server.asgi import Receive, Scope, Send

WAIT = 10  # seconds for what takes milliseconds


class AskedRequest(NamedTuple):
    """A request that a client made: its method, and its path with the query, as it was on the wire."""

    method: str
    path: str


class Mount:
    """One cluster's place in the server."""

    def __init__(self, url: str, secret: str, app: App) -> None:
        self.url = url
        self.app = app
        self.requests: list[AskedRequest] = []
        self._prefix = f"/{secret}"

    def note(self, scope: Scope) -> None:
        """Note what is asked for."""
        path, query = target_of(scope)
        below = path.removeprefix(self._prefix) or "/"
        self.requests.append(AskedRequest(scope.get("method", "GET"), f"{below}?{query}" if query else below))


class BackgroundServer:
    """The thread with its event loop, and what is served by it."""

    def __init__(self) -> None:
        try:
            import uvicorn
            import wsproto  # noqa: F401 - which uvicorn needs for connections that are upgraded
        except ImportError as error:
            raise UserError(EXTRA) from error
        self._mounts: dict[str, Mount] = {}
        self._loop = asyncio.new_event_loop()
        listener = listen(Place(0, ""))
        self._port = listener.getsockname()[1]
        self._server = uvicorn.Server(configuration(self._answer, lifespan="off"))
        started = Event()
        self._thread = Thread(target=self._run, args=(listener, started), name="kubesim-server", daemon=True)
        self._thread.start()
        started.wait(WAIT)
        atexit.register(self._stop)

    def _run(self, listener: Any, started: Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.call_soon(started.set)
        self._loop.run_until_complete(self._server.serve(sockets=[listener]))

    def _stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(WAIT)

    @contextmanager
    def serving(self, make: Callable[[str], App]) -> Iterator[Mount]:
        """Serve what ``make`` makes of a secret, meanwhile."""
        secret = new_secret()
        app = make(secret)
        mount = self._mounts[secret] = Mount(Place(self._port, secret).url, secret, app)
        self._call(app.start)
        try:
            yield mount
        finally:
            del self._mounts[secret]
            self._call(app.stop)

    def _call(self, act: Callable[[], Any]) -> None:
        """Let the event loop run a coroutine to its end."""
        asyncio.run_coroutine_threadsafe(act(), self._loop).result(WAIT)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        mount = self._mounts.get(scope["path"][1:].partition("/")[0])
        if mount is not None:
            mount.note(scope)
            await mount.app(scope, receive, send)
        else:
            await refuse(scope, send, NO_PAGE)


@lru_cache(maxsize=1)
def background_server() -> BackgroundServer:
    """The process's server, started when it is first asked for; UserError without the extra."""
    return BackgroundServer()
