"""curl: what it prints, complains of and ends with. Mirrors curl 7.88 and 8."""

from __future__ import annotations

from kubesim.api.meta import SECOND
from kubesim.containers.evaluation.clients.asking import (
    RESOLVES,
    ROUND_TRIP,
    has_terminal,
    is_unresolved,
    network_of,
    put_file,
)
from kubesim.containers.evaluation.clients.curl_options import Options, UnknownOption, parse
from kubesim.containers.evaluation.clients.curl_words import CERTIFICATE, METER, Transfer, filled_in, meter
from kubesim.containers.evaluation.outside import NotSimulated
from kubesim.network.certificates import problem_with
from kubesim.network.client import CONNECTS, Url, addresses_of, split_url
from kubesim.network.http import TIMED_OUT, Failure, Request, Response, length_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.machine import Machine
    from kubesim.network.door import Connection
    from kubesim.network.http import Headers

MOST_REDIRECTS = 50


class Trouble(Exception):  # noqa: N818 - the way out with curl's exit code
    """A transfer fails: curl's exit code, and what it says of it. ``spent`` is how long it took (ms)."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


def run(machine: Machine, words: list[str]) -> Status:
    """Get the URLs that the command line names; the status is that of the last."""
    try:
        asked = parse(words)
    except UnknownOption as error:
        machine.complain(f"curl: {error}\ncurl: try 'curl --help' or 'curl --manual' for more information")
        return 2
    if not asked.urls:
        machine.complain("curl: try 'curl --help' or 'curl --manual' for more information")
        return 2
    status = 0
    for index, url in enumerate(asked.urls):
        if set("[]{}") & set(url):
            raise NotSimulated("kubesim does not simulate curl's patterns of URLs")
        status = _Session(machine, asked, index).run(url)
    return status


def _retrying(code: int, seconds: int, tries: int) -> str:
    why = "timeout" if code == 28 else "connection refused"
    wait = f"{seconds} second{'s' if seconds != 1 else ''}"
    return f"Problem: {why}. Will retry in {wait}. {tries} {'retries' if tries > 1 else 'retry'} left."


class _Session:
    """One URL's way: the request, its redirections, its tries."""

    def __init__(self, machine: Machine, asked: Options, index: int) -> None:
        self._machine = machine
        self._asked = asked
        self._output = asked.outputs[index] if index < len(asked.outputs) else ""
        self._spent = 0
        self._has_meter = not (
            asked.is_silent or asked.is_head or (has_terminal(machine) and self._output in ("", "-"))
        )
        self._address, self._port, self._local_port = "", 0, 0

    def run(self, text: str) -> int:
        """The exit code, once all was said."""
        if text.partition("://")[1] and text.partition("://")[0].lower() not in ("http", "https"):
            self._complain(1, f'Protocol "{text.partition("://")[0]}" not supported')
            return 1
        tries = self._asked.retries
        while True:
            try:
                return self._transfer(split_url(text))
            except Trouble as trouble:
                is_transient = trouble.code == 28 or (self._asked.retries_refused and trouble.code == 7)
                if tries <= 0 or not is_transient:
                    self._say_last(Transfer(split_url(text), None, self._address, self._port, self._spent))
                    self._complain(trouble.code, str(trouble))
                    return trouble.code
                wait = self._asked.retry_delay or SECOND << (self._asked.retries - tries)
                self._warn(_retrying(trouble.code, wait // SECOND, tries))
                tries -= 1
                self._spent = 0
                self._machine.advance(wait)

    def _transfer(self, url: Url) -> int:
        """Get a URL, and where it leads."""
        asked, redirects = self._asked, 0
        response = self._got(url)
        while asked.follows and 300 <= response.status < 400 and response.header("Location"):
            if redirects == MOST_REDIRECTS:
                raise Trouble(47, f"Maximum ({MOST_REDIRECTS}) redirects followed")
            redirects += 1
            if asked.includes or asked.is_head:
                self._machine.write(_head(response))
            location = response.header("Location")
            url = split_url(location if "://" in location else f"{url.scheme}://{url.authority}{location}")
            response = self._got(url)
        if asked.fails and response.status >= 400:
            self._print(response, has_body=asked.keeps_body)
            self._last(url, response, redirects)
            self._complain(22, f"The requested URL returned error: {response.status}")
            return 22
        self._print(response, has_body=True)
        self._last(url, response, redirects)
        return 0

    def _last(self, url: Url, response: Response, redirects: int) -> None:
        self._say(f"* Connection #0 to host {url.host} left intact\n")
        self._say_last(Transfer(url, response, self._address, self._port, self._spent, redirects))

    # the connection

    def _got(self, url: Url) -> Response:
        address = self._resolve(url)
        self._address, self._port = address, url.port
        self._say(f"*   Trying {address}:{url.port}...\n")
        network = network_of(self._machine)
        made = network.connect(address, url.port, name=url.host)
        if isinstance(made, Failure):
            raise self._unconnected(url, address, made)
        self._local_port = made.port
        self._pass(ROUND_TRIP)
        self._say(f"* Connected to {url.host} ({address}) port {url.port} (#0)\n")
        if url.scheme == "https":
            self._secure(made, url.host)
        request = self._request(url)
        self._say("".join(f"> {line}\n" for line in _request_lines(request)) + "> \n")
        if made.is_secure and not made.certificate and url.scheme == "http":
            text = "Client sent an HTTP request to an HTTPS server.\n"
            found: Response | Failure = Response(400, (), text, version="1.0", phrase="Bad Request")
        else:
            found = network.send(address, url.port, request)
        if isinstance(found, Failure):
            raise Trouble(52, "Empty reply from server")
        if found.version == "0.9":
            raise Trouble(1, "Received HTTP/0.9 when not allowed")
        self._say("".join(f"< {line}\n" for line in _head_lines(found)) + "< \n")
        return found

    def _resolve(self, url: Url) -> str:
        given = dict(self._asked.resolved)
        for place in (f"{url.host}:{url.port}", f"*:{url.port}"):
            if place in given:
                return given[place]
        found = addresses_of(network_of(self._machine), url.host)
        if not isinstance(found, Failure):
            return found[0]
        limit = self._limit()
        if is_unresolved(found):
            self._pass(ROUND_TRIP)
            raise Trouble(6, f"Could not resolve host: {url.host}")
        self._pass(min(limit or RESOLVES, RESOLVES))
        if limit and limit < RESOLVES:
            raise Trouble(28, f"Resolving timed out after {limit} milliseconds")
        raise Trouble(6, f"Could not resolve host: {url.host}")

    def _limit(self) -> int | None:
        """How long (ms) a connection may take."""
        limits = [length for length in (self._asked.connect_time, self._asked.most_time) if length]
        return min(limits, default=None)

    def _unconnected(self, url: Url, address: str, failure: Failure) -> Trouble:
        if failure.why != TIMED_OUT:
            self._pass(ROUND_TRIP)
            self._say(f"* connect to {address} port {url.port} failed: Connection refused\n")
            spent = f"after {self._spent} ms"
            return Trouble(7, f"Failed to connect to {url.host} port {url.port} {spent}: Couldn't connect to server")
        limit = self._limit()
        if limit is None or limit >= CONNECTS:
            self._pass(CONNECTS)
            return Trouble(
                28, f"Failed to connect to {url.host} port {url.port} after {CONNECTS} ms: Couldn't connect to server"
            )
        self._pass(limit)
        if limit == self._asked.connect_time and limit != self._asked.most_time:
            return Trouble(
                28, f"Failed to connect to {url.host} port {url.port} after {limit + 1} ms: Timeout was reached"
            )
        return Trouble(28, f"Connection timed out after {limit + 1} milliseconds")

    def _secure(self, made: Connection, host: str) -> None:
        """Shake hands: the cluster's own certificates are known to none but who has its authority's."""
        if not made.is_secure:
            raise Trouble(35, "error:0A00010B:SSL routines::wrong version number")
        authority = self._asked.authority
        machine = self._machine
        if authority and machine.files.find(machine.path(authority), machine.clock).exists is False:
            raise Trouble(77, f"error setting certificate verify locations:  CAfile: {authority} CApath: none")
        if self._asked.is_insecure:
            return
        if made.certificate:
            trusted = machine.files.find(machine.path(authority), machine.clock).content if authority else None
            why = problem_with(made.certificate, trusted, host)
            if why:
                raise Trouble(60, f"{why}\n{CERTIFICATE}")
        elif not authority.endswith("ca.crt"):
            raise Trouble(60, f"SSL certificate problem: unable to get local issuer certificate\n{CERTIFICATE}")

    def _request(self, url: Url) -> Request:
        from base64 import b64encode

        asked = self._asked
        own: list[tuple[str, str]] = []
        user = asked.user or url.user
        if user:
            own.append(("Authorization", "Basic " + b64encode(user.encode()).decode()))
        own += [("User-Agent", asked.agent or self._agent()), ("Accept", "*/*")]
        if asked.referer:
            own.append(("Referer", asked.referer))
        body = self._body()
        if body is not None and not asked.is_head:
            own += [("Content-Length", str(length_of(body))), ("Content-Type", "application/x-www-form-urlencoded")]
        given = {name.lower() for name, _ in asked.headers}
        sent = [one for one in own if one[0].lower() not in given]
        host = next((value for name, value in asked.headers if name.lower() == "host"), url.authority)
        sent += [one for one in asked.headers if one[0].lower() != "host" and one[1]]
        usual = "HEAD" if asked.is_head else "GET" if body is None or asked.data_in_url else "POST"
        path = url.path
        if asked.data_in_url and body:
            path, body = f"{path}{'&' if '?' in path else '?'}{body}", None
            sent = [one for one in sent if one[0] not in ("Content-Length", "Content-Type")]
        return Request(asked.method or usual, path, host, tuple(sent), body or "", url.scheme == "https")

    def _body(self) -> str | None:
        """What ``-d`` gives; ``@FILE`` is read."""
        parts = []
        for text in self._asked.data:
            if text.startswith("@"):
                machine = self._machine
                found = (
                    machine.input.text()
                    if text == "@-"
                    else machine.files.find(machine.path(text[1:]), machine.clock).content
                )
                if found is None:
                    raise NotSimulated(f"kubesim does not know what is in {text[1:]}")
                parts.append(found.replace("\n", "").replace("\r", ""))
            else:
                parts.append(text)
        return "&".join(parts) if parts else None

    def _agent(self) -> str:
        setting = self._machine.shared.setting
        if setting.image.startswith("ubuntu:24.04"):
            return "curl/8.5.0"
        return "curl/7.88.1" if setting.tools is not None and "dpkg" in setting.tools else "curl/8.14.1"

    # what is said

    def _pass(self, length: int) -> None:
        self._spent += length
        self._machine.advance(length)

    def _say(self, text: str) -> None:
        if self._asked.is_verbose:
            self._machine.write(text, 2)

    def _warn(self, text: str) -> None:
        if not self._asked.is_silent or self._asked.shows_errors:
            self._machine.complain(f"Warning: {text}")

    def _complain(self, code: int, text: str) -> None:
        if self._has_meter and code != 1:
            self._machine.write(METER + meter(0, 0, self._spent // SECOND) + "\n", 2)
        if not self._asked.is_silent or self._asked.shows_errors:
            self._machine.complain(f"curl: ({code}) {text}")

    def _print(self, response: Response, *, has_body: bool) -> None:
        """Print the headers and the body, or put them into a file."""
        asked = self._asked
        text: str | None = _head(response) if asked.includes or asked.is_head else ""
        if has_body and not asked.is_head:
            text = None if response.body is None or text is None else text + response.body
        machine, output = self._machine, self._output
        if output == "/dev/null":
            text = ""
        if output in ("", "-", "/dev/null", "/dev/stdout"):
            machine.write(text)
        else:
            trouble = put_file(machine, output, text)
            if trouble is not None:
                self._warn(f"Failed to open the file {output}: {trouble}")
                raise Trouble(23, "Failure writing output to destination")
        if self._has_meter and (has_body or asked.is_head):
            size = length_of(response.body or "")
            self._machine.write(METER + meter(0, 0, 0) + "\r" + meter(size, self._spent, 0) + "\n", 2)

    def _say_last(self, transfer: Transfer) -> None:
        """What ``-w`` asks for."""
        if self._asked.format:
            local = network_of(self._machine).address, self._local_port
            self._machine.write(filled_in(self._asked.format, transfer, local, self._request(transfer.url).method))


def _head_lines(response: Response) -> tuple[str, ...]:
    return (
        response.status_line + " " * (not response.status_line.count(" ") > 1),
        *(f"{n}: {v}" for n, v in response.headers),
    )


def _head(response: Response) -> str:
    return "".join(f"{line}\r\n" for line in _head_lines(response)) + "\r\n"


def _request_lines(request: Request) -> list[str]:
    first: Headers = (("Host", request.host), *request.headers)
    return [f"{request.method} {request.path} HTTP/{request.version}", *(f"{name}: {value}" for name, value in first)]
