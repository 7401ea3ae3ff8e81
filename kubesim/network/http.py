"""HTTP messages, as far as clients show them and servers look at them. Texts are what is sent, byte for character."""

from __future__ import annotations

import time

from kubesim.api.meta import SECOND
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

Headers = tuple[tuple[str, str], ...]

PHRASES = {
    200: "OK",
    201: "Created",
    202: "Accepted",
    204: "No Content",
    206: "Partial Content",
    301: "Moved Permanently",
    302: "Found",
    303: "See Other",
    304: "Not Modified",
    307: "Temporary Redirect",
    308: "Permanent Redirect",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    410: "Gone",
    412: "Precondition Failed",
    418: "I'm a teapot",
    429: "Too Many Requests",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}

# Why there is no response.
REFUSED = "refused"  # the connection was
TIMED_OUT = "timed out"  # nothing came back
EMPTY = "empty"  # the server closed the connection
UNREACHABLE = "unreachable"  # no route to the host

NEVER = 1 << 60  # ms


class Request(NamedTuple):
    """What a client sends. ``path`` has the query; ``host`` is the Host header."""

    method: str = "GET"
    path: str = "/"
    host: str = ""
    headers: Headers = ()
    body: str = ""
    is_secure: bool = False
    version: str = "1.1"

    def header(self, name: str) -> str:
        """A header's value, empty if it was not sent."""
        return header_of(self.headers, name)

    @property
    def bare_path(self) -> str:
        """The path without the query."""
        return self.path.partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters; the first of a name counts."""
        from urllib.parse import parse_qsl

        found: dict[str, str] = {}
        for name, value in parse_qsl(self.path.partition("?")[2], keep_blank_values=True):
            found.setdefault(name, value)
        return found


class Response(NamedTuple):
    """What a server answers. A ``body`` that is not known is None; HEAD's has the length, and is not sent.

    It is sent ``after`` so many ms, NEVER where the server is at it for ever.
    """

    status: int
    headers: Headers = ()
    body: str | None = ""
    version: str = "1.1"
    phrase: str = ""
    after: int = 0

    @property
    def status_line(self) -> str:
        """``HTTP/1.1 404 Not Found``."""
        phrase = self.phrase or PHRASES.get(self.status, "")
        return f"HTTP/{self.version} {self.status} {phrase}".rstrip()

    def header(self, name: str) -> str:
        """A header's value, empty if it was not sent."""
        return header_of(self.headers, name)


class Failure(NamedTuple):
    """There is no response: ``why`` is one of the above, ``detail`` what is known beside it."""

    why: str
    detail: str = ""


def go_words(failure: Failure, place: str) -> str:
    """What a client in Go says of a request to a place (``10.0.0.1:80``) that came to nothing."""
    return _GO_WORDS.get(failure.why, "dial tcp {place}: connect: no route to host").format(place=place)


_GO_WORDS = {
    REFUSED: "dial tcp {place}: connect: connection refused",
    TIMED_OUT: "dial tcp {place}: i/o timeout",
    EMPTY: "EOF",
}


def header_of(headers: Iterable[tuple[str, str]], name: str) -> str:
    """The value of the first header of a name, in whatever case; empty if there is none."""
    sought = name.lower()
    return next((value for given, value in headers if given.lower() == sought), "")


def length_of(text: str) -> int:
    """How many bytes a text has."""
    return len(text.encode("utf-8", "surrogateescape"))


def http_date(instant: int) -> str:
    """An instant (ms) as headers have it."""
    moment = time.gmtime(instant // SECOND)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[moment.tm_wday]
    return f"{day}, {moment.tm_mday:02d} {MONTHS[moment.tm_mon - 1]} {time.strftime('%Y %H:%M:%S', moment)} GMT"


def log_date(instant: int) -> str:
    """An instant (ms) as servers write it into their logs, in UTC as containers have it."""
    moment = time.gmtime(instant // SECOND)
    return f"{moment.tm_mday:02d}/{MONTHS[moment.tm_mon - 1]}/{time.strftime('%Y:%H:%M:%S', moment)} +0000"


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def canonical(name: str) -> str:
    """A header's name as Go's servers write it: ``User-Agent``."""
    return "-".join(part[:1].upper() + part[1:].lower() for part in name.split("-"))
