"""Which requests a proxy lets through, by regular expressions. Mirrors kubectl's FilterServer (pkg/proxy)."""

from __future__ import annotations

from kubesim.golang.regexp import compile_regexp
from kubesim.rest.request import plain_error
from kubesim.server.answers import refuse

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

    from kubesim.server.app import Application
    from kubesim.server.asgi import Receive, Scope, Send

FORBIDDEN = plain_error(403, "Forbidden")


def expressions_of(given: str) -> list[re.Pattern[str]]:
    """What a flag lists with commas between; RegexpError."""
    return [compile_regexp(part) for part in given.split(",")] if given else []


class RequestFilter:
    """Passes on to ``app`` what is accepted, and refuses the rest."""

    def __init__(
        self,
        app: Application,
        *,
        accept_paths: Sequence[re.Pattern[str]],
        reject_paths: Sequence[re.Pattern[str]],
        accept_hosts: Sequence[re.Pattern[str]],
        reject_methods: Sequence[re.Pattern[str]],
    ) -> None:
        self._app = app
        self._accept_paths, self._reject_paths = accept_paths, reject_paths
        self._accept_hosts, self._reject_methods = accept_hosts, reject_methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or self._accepts(scope):
            await self._app(scope, receive, send)
        else:
            await refuse(scope, send, FORBIDDEN)

    def end(self) -> None:
        """End what goes on: the server is about to stop."""
        self._app.end()

    def _accepts(self, scope: Scope) -> bool:
        path, method = scope["path"], scope.get("method", "GET")
        if _matches(path, self._reject_paths) or _matches(method, self._reject_methods):
            return False
        return _matches(path, self._accept_paths) and _matches(_host(scope), self._accept_hosts)


def _matches(text: str, expressions: Sequence[re.Pattern[str]]) -> bool:
    return any(expression.search(text) for expression in expressions)


def _host(scope: Scope) -> str:
    """The host that a request names, without a port. Mirrors extractHost."""
    named = next((value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"host"), "")
    host, colon, port = named.rpartition(":")
    return host.strip("[]") if colon and port.isdigit() else named
