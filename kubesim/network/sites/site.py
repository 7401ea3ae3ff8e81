"""What a server knows of where it runs, and of who asks."""

from __future__ import annotations

from kubesim.network.http import Request, Response, http_date, length_of
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Protocol

    from kubesim.network.http import Failure, Headers
    from kubesim.network.sites.commands import Netcat

    class SiteFiles(Protocol):
        """The files of a server's container, as they are when it is asked."""

        def read(self, path: str) -> Page: ...

        def read_first(self, path: str) -> Page:
            """A file as it was when the container began."""

        def names(self, folder: str) -> tuple[str, ...] | None:
            """What is in a folder, folders with a slash behind; None if that is not known."""

    Forward = Callable[[str, Request], Response | Failure]
    Output = Callable[[tuple[str, ...]], str | None]


class Page(NamedTuple):
    """Whether a file or folder exists, and a file's text; None is what is not known."""

    exists: bool | None
    text: str | None = None
    is_folder: bool = False


class Site(NamedTuple):
    """A server in its container, at an instant (``now``, ms since the epoch).

    ``repository`` and ``tag`` are its image's; ``argv`` the words of the program that its container gives, empty for
    the image's own; ``folder`` where it runs, empty if that is not known; ``began`` when it started (ms).  The asker's
    address is ``client``.  ``forward`` asks another server, by its URL;
    ``output`` is what a command prints that it runs, None if that is not known.
    """

    repository: str
    tag: str
    host_name: str
    address: str
    port: int
    client: str
    client_port: int
    now: int
    began: int
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    folder: str
    files: SiteFiles
    forward: Forward
    output: Output
    netcat: Netcat | None = None

    @property
    def image(self) -> str:
        """The image's name without the registry that is everybody's; a mirror of Docker's library has its images."""
        folder, _, last = self.repository.rpartition("/")
        return last if folder.endswith("/library") else self.repository.removeprefix("docker.io/")


class Said(NamedTuple):
    """What a server says to a text, None if that is not known; and the line that it logs, if any."""

    text: str | None
    line: str | None = None


def go_text(site: Site, body: str, status: int = 200, kind: str = "") -> Response:
    """The answer of a server that is made with Go's net/http, whose headers are sorted; its type is guessed if need be.

    Mirrors http.DetectContentType, for texts.
    """
    kind = kind or f"text/{'html' if _is_html(body) else 'plain'}; charset=utf-8"
    return Response(status, go_headers(site, body, kind), body)


_HTML = (
    *("!DOCTYPE HTML", "HTML", "HEAD", "SCRIPT", "IFRAME", "H1", "DIV", "FONT", "TABLE", "A", "STYLE", "TITLE", "B"),
    *("BODY", "BR", "P"),
)


def _is_html(body: str) -> bool:
    start = body[:20].lstrip().upper()
    return start.startswith("<!--") or any(start.startswith((f"<{tag} ", f"<{tag}>")) for tag in _HTML)


def go_headers(site: Site, body: str, kind: str, *own: tuple[str, str]) -> Headers:
    """The headers that net/http adds: the handler's first, sorted, then the date, the length and the type."""
    added = (("Date", http_date(site.now)), ("Content-Length", str(length_of(body))))
    return (*sorted(own), *added, *((("Content-Type", kind),) if kind else ()))
