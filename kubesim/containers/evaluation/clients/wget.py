"""wget: busybox's, and GNU's where an image has that."""

from __future__ import annotations

import time

from kubesim.api.meta import SECOND
from kubesim.containers.evaluation.clients.asking import (
    ROUND_TRIP,
    has_terminal,
    is_busybox,
    is_musl,
    network_of,
    options,
    put_file,
    resolved,
    seconds,
)
from kubesim.containers.evaluation.outside import NotSimulated
from kubesim.network.client import CONNECTS, Url, split_url
from kubesim.network.http import REFUSED, TIMED_OUT, UNREACHABLE, Failure, Request, Response, length_of
from kubesim.sim.images.installed_programs import is_own
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.machine import Machine
    from kubesim.network.http import Headers

MOST_REDIRECTS = 16
_LONG: tuple[str, ...] = (
    "output-document",
    "output-file",
    "directory-prefix",
    "user-agent",
    "timeout",
    "tries",
    "header",
    "post-data",
)
_LONG += ("connect-timeout", "read-timeout", "dns-timeout", "waitretry", "user", "password", "method", "body-data")
_LETTERS = {"--quiet": "-q", "--server-response": "-S", "--output-document": "-O", "--user-agent": "-U"}
_LETTERS |= {"--timeout": "-T", "--connect-timeout": "-T", "--tries": "-t", "--directory-prefix": "-P"}
_IGNORED = frozenset(("-c", "-Y", "-4", "-N", "--continue", "--no-check-certificate", "--no-cache", "--no-verbose"))
_IGNORED |= {
    "--retry-connrefused",
    "--read-timeout",
    "--dns-timeout",
    "--waitretry",
    "-nv",
    "--no-clobber",
    "--no-hsts",
}


class Options(NamedTuple):
    """What the command line asks for. ``timeout`` is in ms, 0: none was given; ``output`` empty: after the URL."""

    urls: tuple[str, ...] = ()
    output: str = ""
    prefix: str = ""
    is_quiet: bool = False
    shows_headers: bool = False
    is_spider: bool = False
    timeout: int = 0
    tries: int = 20
    agent: str = ""
    headers: Headers = ()
    body: str | None = None


class Given(Exception):  # noqa: N818 - the way out with a status
    """The command ends with that status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def run(machine: Machine, words: list[str]) -> Status:
    """Get the files that the command line names."""
    asked = _options(words)
    if not asked.urls:
        machine.complain("wget: missing URL")
        return 1
    loader: _Loader = (
        _Busybox(machine, asked) if is_busybox(machine, "wget") or not _is_gnu(machine) else _Gnu(machine, asked)
    )
    try:
        for url in asked.urls:
            loader.load(url)
    except Given as given:
        return given.status
    return 0


def _is_gnu(machine: Machine) -> bool:
    setting = machine.shared.setting
    return setting.tools is not None and ("dpkg" in setting.tools or is_own(setting.image, "wget"))


def _options(words: list[str]) -> Options:
    found = Options()
    for name, value in options(words, "OoPUTtY", _LONG):
        letter = _LETTERS.get(name, name)
        if not letter:
            found = found._replace(urls=(*found.urls, value))
        elif letter == "-q":
            found = found._replace(is_quiet=True)
        elif letter == "-S":
            found = found._replace(shows_headers=True)
        elif letter == "--spider":
            found = found._replace(is_spider=True)
        elif letter in _TAKEN:
            taken: dict[str, Any] = {_TAKEN[letter]: value}
            found = found._replace(**taken)
        elif letter in ("-T", "-t"):
            length = seconds(value) or 0
            found = found._replace(timeout=length) if letter == "-T" else found._replace(tries=length // SECOND)
        elif letter == "--header":
            key, _, content = value.partition(":")
            found = found._replace(headers=(*found.headers, (key.strip(), content.strip())))
        elif letter not in _IGNORED:
            raise NotSimulated(f"kubesim does not know wget's option {name}")
    return found


_TAKEN = {"-O": "output", "-P": "prefix", "-U": "agent", "--post-data": "body"}


class _Loader:
    """Gets one URL after another."""

    agent = "Wget"

    def __init__(self, machine: Machine, asked: Options) -> None:
        self._machine = machine
        self._asked = asked

    def load(self, text: str) -> None:
        """Get a URL; Given: the command ends with a status."""
        url = split_url(text)
        response = self._request(url)
        for _ in range(MOST_REDIRECTS):
            location = response.header("Location")
            if not 300 <= response.status < 400 or not location:
                break
            absolute = location if "://" in location else f"{url.scheme}://{url.authority}{location}"
            url = split_url(absolute)
            response = self._redirected(url, absolute)
        self._keep(url, response)

    def _request(self, url: Url) -> Response:
        raise NotImplementedError

    def _redirected(self, url: Url, _location: str) -> Response:
        return self._request(url)

    def _keep(self, url: Url, response: Response) -> None:
        raise NotImplementedError

    def _say(self, text: str) -> None:
        """Tell what goes on, unless it is quiet."""
        if not self._asked.is_quiet:
            self._machine.write(text, 2)

    def _send(self, url: Url, address: str) -> Response | Failure:
        """Send the request; what it takes passes."""
        asked, is_post = self._asked, self._asked.body is not None
        own = (("User-Agent", asked.agent or self.agent), *self._usual())
        if is_post:
            own += (
                ("Content-Type", "application/x-www-form-urlencoded"),
                ("Content-Length", str(len(asked.body or ""))),
            )
        method = "POST" if is_post else self._method()
        given = {name.lower() for name, _ in asked.headers}
        headers = (*(one for one in own if one[0].lower() not in given), *asked.headers)
        host = next((value for name, value in asked.headers if name.lower() == "host"), url.authority)
        sent = tuple(one for one in headers if one[0].lower() != "host")
        request = Request(method, url.path, host, sent, asked.body or "", url.scheme == "https")
        found = network_of(self._machine).send(address, url.port, request)
        lasts = isinstance(found, Failure) and found.why == TIMED_OUT
        self._machine.advance(min(asked.timeout or CONNECTS, CONNECTS) if lasts else ROUND_TRIP)
        return found

    def _method(self) -> str:
        return "GET"

    def _usual(self) -> Headers:
        return (("Connection", "close"),)

    def _name(self, url: Url) -> str:
        """The file that is written; ``-`` for standard output."""
        if self._asked.output:
            return self._asked.output
        name = url.path.rpartition("/")[2] or "index.html"
        return f"{self._asked.prefix.rstrip('/')}/{name}" if self._asked.prefix else name

    def _put(self, name: str, body: str | None) -> None:
        if name == "-":
            self._machine.write(body)
            return
        trouble = put_file(self._machine, name, body)
        if trouble is not None:
            self._machine.complain(
                f"wget: can't open '{name}': {trouble}" if self.agent == "Wget" else f"{name}: {trouble}"
            )
            raise Given(1 if self.agent == "Wget" else 3)


class _Busybox(_Loader):
    """busybox's wget."""

    def _fail(self, text: str) -> Given:
        self._machine.complain(f"wget: {text}")
        return Given(1)

    def _request(self, url: Url) -> Response:
        machine = self._machine
        address = resolved(machine, url.host)
        if address is None:
            raise self._fail(f"bad address '{url.place}'")
        self._say(f"Connecting to {url.place} ({address}:{url.port})\n")
        if url.scheme == "https":
            machine.complain("wget: note: TLS certificate validation not implemented")
        found = self._send(url, address)
        if isinstance(found, Failure):
            raise self._fail(_trouble(found, address, is_short=bool(self._asked.timeout), is_musl=is_musl(machine)))
        self._show(found)
        if not 200 <= found.status < 400:
            raise self._fail(f"server returned error: {found.status_line}")
        return found

    def _show(self, response: Response) -> None:
        if self._asked.shows_headers:
            lines = (response.status_line, *(f"{name}: {value}" for name, value in response.headers))
            self._machine.write("".join(f"  {line}\n" for line in lines), 2)

    def _keep(self, url: Url, response: Response) -> None:
        if self._asked.is_spider:
            self._say("remote file exists\n")
            return
        name, machine = self._name(url), self._machine
        if not self._asked.output and machine.files.find(machine.path(name), machine.clock).exists:
            raise self._fail(f"can't open '{name}': File exists")
        self._say("writing to stdout\n" if name == "-" else f"saving to '{name}'\n")
        self._put(name, response.body)
        size = length_of(response.body or "")
        if size:
            shown = name.rpartition("/")[2]
            edge = "\r" if has_terminal(machine) else ""
            self._say(f"{edge}{shown[:20]:<20} 100% |{'*' * 32}| {_short(size)}  0:00:00 ETA\n")
        self._say("written to stdout\n" if name == "-" else f"'{name}' saved\n")


def _short(size: int) -> str:
    """A size in five characters. Mirrors smart_ulltoa5."""
    if size < 100_000:
        return f"{size:5d}"
    units, value = "kMGT", float(size)
    for unit in units:
        value /= 1024
        if value < 10:
            return f"{value:4.1f}{unit}"
        if value < 10_000:
            return f"{value:4.0f}{unit}"
    return f"{size:5d}"


def _trouble(failure: Failure, address: str, *, is_short: bool, is_musl: bool) -> str:
    """busybox's words for a connection that was not made."""
    if failure.why == TIMED_OUT and is_short:
        return "download timed out"
    words = {
        REFUSED: "Connection refused",
        TIMED_OUT: "Operation timed out" if is_musl else "Connection timed out",
        UNREACHABLE: "Host is unreachable" if is_musl else "No route to host",
    }
    if failure.why in words:
        return f"can't connect to remote host ({address}): {words[failure.why]}"
    return "error getting response: Connection reset by peer"


class _Gnu(_Loader):
    """GNU's wget."""

    agent = "Wget/1.21.3"

    def load(self, text: str) -> None:
        """Get a URL, and say when that began."""
        url = split_url(text)
        self._say(f"--{self._now()}--  {url.scheme}://{url.authority}{url.path}\n")
        super().load(text)

    def _now(self) -> str:
        epoch = self._machine.shared.setting.epoch or 0
        return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime((epoch + self._machine.clock) // SECOND))

    def _method(self) -> str:
        return "HEAD" if self._asked.is_spider else "GET"

    def _usual(self) -> Headers:
        return (("Accept", "*/*"), ("Accept-Encoding", "identity"), ("Connection", "Keep-Alive"))

    def _redirected(self, url: Url, location: str) -> Response:
        self._say(f"Location: {location} [following]\n--{self._now()}--  {location}\n")
        return self._request(url)

    def _request(self, url: Url) -> Response:
        if self._asked.is_spider:
            self._say("Spider mode enabled. Check if remote file exists.\n")
        self._say(f"Resolving {url.host} ({url.host})... ")
        address = resolved(self._machine, url.host)
        if address is None:
            self._say("failed: Name or service not known.\n")
            self._machine.complain(f"wget: unable to resolve host address '{url.host}'")
            raise Given(4)
        self._say(f"{address}\n")
        found = self._connected(url, address)
        words = found.status_line.partition(" ")[2]
        self._say(f"HTTP request sent, awaiting response... {words}\n")
        if self._asked.shows_headers:
            self._say("".join(f"  {name}: {value}\n" for name, value in found.headers))
        if found.status >= 400:
            phrase = words.partition(" ")[2]
            if self._asked.is_spider and found.status == 404:
                self._say("Remote file does not exist -- broken link!!!\n\n")
            else:
                self._say(f"{self._now()} ERROR {found.status}: {phrase}.\n\n")
            raise Given(8)
        return found

    def _connected(self, url: Url, address: str) -> Response:
        """The response, after as many tries as it takes; one that is refused is not tried again."""
        place = f"{url.host} ({url.host})|{address}|:{url.port}"
        for attempt in range(1, max(self._asked.tries, 1) + 1):
            if attempt > 1:
                self._say(
                    f"Retrying.\n\n--{self._now()}--  (try:{attempt:2d})  {url.scheme}://{url.authority}{url.path}\n"
                )
            self._say(f"Connecting to {place}... ")
            found = self._send(url, address)
            if not isinstance(found, Failure):
                self._say("connected.\n")
                return found
            if found.why != TIMED_OUT:
                self._say("failed: Connection refused.\n")
                break
            self._say("failed: Connection timed out.\n")
            self._machine.advance(min(attempt, 10) * SECOND)
        else:
            self._say("Giving up.\n\n")
        raise Given(4)

    def _keep(self, url: Url, response: Response) -> None:
        size = response.header("Content-Length")
        kind = response.header("Content-Type").partition(";")[0]
        self._say(f"Length: {size or 'unspecified'}{f' [{kind}]' if kind else ''}\n")
        if self._asked.is_spider:
            self._say(
                "Remote file exists and could contain further links,\nbut recursion is disabled -- not retrieving.\n\n"
            )
            return
        name = self._name(url)
        shown = "STDOUT" if name == "-" else name
        self._say(f"Saving to: '{shown}'\n\n")
        self._put(name, response.body)
        total = length_of(response.body or "")
        rate = f"{total / 1024 / 1024 / 0.001:.1f} MB/s"
        self._say(f"     0K {' ' * 50}100% {total / 1024 / 1024 / 0.001:4.1f}M=0s\n\n")
        ended = "written to stdout" if name == "-" else f"'{name}' saved"
        self._say(f"{self._now()} ({rate}) - {ended} [{total}{f'/{size}' if size else ''}]\n\n")
