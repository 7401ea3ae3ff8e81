"""A request to the API server, and what it answers."""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

JSON = "application/json"
PLAIN = "text/plain; charset=utf-8"
#: A browser is not to take the content for anything else.
NO_SNIFFING = (("X-Content-Type-Options", "nosniff"),)
#: Methods that change nothing.
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
#: Connections to pods, which change nothing by being made.
_CONNECTIONS = ("exec", "attach", "portforward")
#: Resources that have servers behind them.
_PROXIES = (["pods"], ["services"])


class Request(NamedTuple):
    """A request. ``path`` is unescaped, ``query`` has its parameters in their order, ``headers`` have small letters.

    ``raw_query`` is the query as it is on the wire; ``is_anonymous`` says that without a token nobody is known to ask.
    ``root`` is the path below which the client finds the API.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = {}
    body: bytes = b""
    raw_query: str = ""
    is_anonymous: bool = False
    root: str = ""

    @classmethod
    def of_target(
        cls, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Request:
        """A request for ``/api/v1/pods?limit=5``: a path as it is on the wire, with its query."""
        from urllib.parse import parse_qsl, unquote

        path, _, query = target.partition("?")
        query = query.partition("#")[0]
        given = parse_qsl(query, keep_blank_values=True)
        return cls(method, unquote(path), tuple(given), headers or {}, body, query)

    def parameter(self, name: str) -> str:
        """The first value of a parameter of the query, empty if it is not there. Mirrors url.Values.Get."""
        return next((value for key, value in self.query if key == name), "")

    def parameters(self, name: str) -> list[str]:
        """Every value of a parameter."""
        return [value for key, value in self.query if key == name]

    def flag(self, name: str) -> bool:
        """Whether a parameter is set, and to anything but false. Mirrors Convert_Slice_string_To_bool."""
        return any(key == name for key, _ in self.query) and self.parameter(name).lower() not in ("false", "0")

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    @property
    def changes_something(self) -> bool:
        """Whether the answer may change the cluster; what asks a server in a pod is logged there."""
        part = self._part_of_pod_or_service
        if part == "proxy":
            return True
        if part in _CONNECTIONS:
            return False
        return self.method not in SAFE_METHODS and "All" not in self.parameters("dryRun")

    @property
    def is_proxied(self) -> bool:
        """Whether a server in a pod is asked through the API server."""
        return self._part_of_pod_or_service == "proxy"

    @property
    def _part_of_pod_or_service(self) -> str:
        parts = [part for part in self.path.split("/") if part][:7]
        is_one = len(parts) == 7 and parts[:3] == ["api", "v1", "namespaces"] and parts[4:5] in _PROXIES
        return parts[6] if is_one else ""


class Answer(NamedTuple):
    """A whole answer; ``headers`` are those beside the type of its content.

    ``compresses`` says that a server compresses it if it is large.
    """

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    compresses: bool = False


#: The connection may be upgraded.
UPGRADE = Answer(101, "", b"")


def plain_error(status: int, why: str) -> Answer:
    """A refusal in a line of text. Mirrors Go's http.Error."""
    return Answer(status, PLAIN, f"{why}\n".encode(), NO_SNIFFING)


#: What nobody serves.
NO_PAGE = plain_error(404, "404 page not found")
