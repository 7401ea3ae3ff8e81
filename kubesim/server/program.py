"""uvicorn, which starts and stops as this server does. It comes with the extra, so only ``serving`` imports this."""

from __future__ import annotations

import signal

import uvicorn

from kubesim.startup.context_manager import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from kubesim.server.app import Application


class Program(uvicorn.Server):
    """Calls ``started`` once it listens, ends watches when it is asked to stop, and raises no signal again then."""

    def __init__(self, config: uvicorn.Config, app: Application, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._app = app
        self._started = started

    def stop(self) -> None:
        """Stop soon, as by a signal; any thread may ask for it."""
        self.handle_exit(signal.SIGTERM, None)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """SIGINT and SIGTERM stop the server meanwhile."""
        before = {each: signal.signal(each, self.handle_exit) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self._started()

    async def shutdown(self, sockets: Any = None) -> None:
        self._app.end()
        await super().shutdown(sockets)
