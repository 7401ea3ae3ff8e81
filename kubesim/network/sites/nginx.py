"""nginx: its pages, its errors, and what it does by its configuration."""

from __future__ import annotations

from kubesim.network.certificates import MADE_UP
from kubesim.network.http import PHRASES, Failure, Request, Response, http_date, length_of, log_date
from kubesim.network.sites.nginx_configuration import servers_of
from kubesim.network.sites.nginx_pages import error_page, welcome_page
from kubesim.network.sites.pages import type_of, within
from kubesim.sim.images.versions import nginx_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.network.http import Headers
    from kubesim.network.sites.nginx_configuration import Location, Server
    from kubesim.network.sites.site import Page, Site

ROOT = "/usr/share/nginx/html"
_CONFIGURATION = "/etc/nginx/nginx.conf"
_OWN_SERVERS = "/etc/nginx/conf.d"

#: When versions were released (s since the epoch): the time of the pages that come with them.
_RELEASED = {"1.14.2": 1543934689, "1.16.1": 1565690700, "1.21.6": 1643123032, "1.23.3": 1670946833}
_RELEASED |= {"1.25.3": 1698155207, "1.25.5": 1713277799, "1.27.0": 1716902550, "1.27.5": 1744804871}
_USUAL_RELEASE = 1744804871

_PHRASES = {405: "Not Allowed", 302: "Moved Temporarily", 503: "Service Temporarily Unavailable"}
_PHRASES[504] = "Gateway Time-out"

_WITH_ADDED = (200, 201, 204, 206, 301, 302, 303, 304, 307, 308)  # what add_header is for


def answer(site: Site, request: Request) -> Response | None:
    """What nginx answers; None where it depends on what is not known of its configuration."""
    servers = _servers(site)
    if servers is None:
        return None
    mine = [server for server in servers if site.port in server.ports]
    name = request.host.partition(":")[0]
    server = next((one for one in mine if name in one.names), None)
    server = server or next((one for one in mine if one.is_default), mine[0] if mine else None)
    if server is None:
        return None
    if site.port in server.secure_ports and not request.is_secure:
        return _to_secure_port(site)
    return _Answering(site, request, server).answer()


def certificate(site: Site) -> str | None:
    """The certificate that it shows on a port that is to speak TLS; None on any other."""
    for server in _servers(site) or ():
        if site.port in server.secure_ports and server.certificate:
            return site.files.read(server.certificate).text or MADE_UP
    return None


def _to_secure_port(site: Site) -> Response:
    """What a client gets that speaks no TLS where it should."""
    version = f"nginx/{nginx_version(site.tag)}"
    lines = (
        *("<html>", "<head><title>400 The plain HTTP request was sent to HTTPS port</title></head>", "<body>"),
        *("<center><h1>400 Bad Request</h1></center>",),
        *("<center>The plain HTTP request was sent to HTTPS port</center>", f"<hr><center>{version}</center>"),
    )
    body = "\r\n".join((*lines, "</body>", "</html>", ""))
    headers = (
        *(("Server", version), ("Date", http_date(site.now)), ("Content-Type", "text/html")),
        *(("Content-Length", str(length_of(body))), ("Connection", "close")),
    )
    return Response(400, headers, body)


def ports(site: Site) -> tuple[int, ...] | None:
    """The ports on which it listens by its configuration; None if that is not known."""
    servers = _servers(site)
    return None if servers is None else tuple(sorted({port for server in servers for port in server.ports}))


def _servers(site: Site) -> list[Server] | None:
    """The servers that are configured; the image's own where its configuration was left alone."""
    whole = site.files.read(_CONFIGURATION)
    if whole.exists and whole.text is not None:
        return servers_of(whole.text, lambda pattern: _included(site, pattern))
    included = _included(site, f"{_OWN_SERVERS}/*.conf")
    return None if included is None else servers_of(f"http {{ {included} }}", lambda _: "")


def _included(site: Site, pattern: str) -> str | None:
    """The text that an ``include`` brings in; the server that comes with the image among it."""
    from fnmatch import fnmatch

    folder = pattern.rpartition("/")[0]
    if pattern == "/etc/nginx/mime.types" or pattern == "mime.types":
        return ""
    names = site.files.names(folder)
    if names is None:
        names = ("default.conf",) if folder == _OWN_SERVERS else None
    if names is None:
        return None
    texts = [_text_of(site, f"{folder}/{name}") for name in sorted(names) if fnmatch(f"{folder}/{name}", pattern)]
    return None if None in texts else "\n".join(text or "" for text in texts)


def _text_of(site: Site, path: str) -> str | None:
    page = site.files.read(path)
    if page.text is None and page.exists is not False and path == f"{_OWN_SERVERS}/default.conf":
        port = 8080 if "unprivileged" in site.repository else 80
        return f"server {{ listen {port}; server_name localhost; location / {{ root {ROOT}; index index.html; }} }}"
    return page.text


class _Answering:
    """One answer of a server."""

    def __init__(self, site: Site, request: Request, server: Server) -> None:
        self._site = site
        self._request = request
        self._server = server
        self._place = server.base
        self._has_failed = False

    def answer(self) -> Response | None:
        path = self._request.bare_path
        return None if self._server.is_unknown else self._at(self._server.place(path), path)

    def _at(self, place: Location, path: str) -> Response | None:
        """What a location answers."""
        self._place = place
        if place.is_unknown:
            return None
        if place.returns is not None:
            return self._returned(*place.returns)
        if place.tries:
            return self._tried(place, path)
        return self._proxied(place) if place.proxied else self._static(place, path)

    def _tried(self, place: Location, path: str) -> Response | None:
        """The first of some files that is there; the last is where to go if none is."""
        for word in place.tries[:-1]:
            tried = word.replace("$uri", path)
            page = self._page(within(place.root, tried).rstrip("/") or "/")
            if page.exists is None:
                return None
            if page.exists and page.is_folder == word.endswith("/"):
                return self._static(place, tried)
        last = place.tries[-1].replace("$uri", path).replace("$args", "").rstrip("?")
        if last.startswith("="):
            return self._error(int(last[1:] or 404))
        if last.startswith("@"):
            return None
        return self._at(self._server.place(last)._replace(tries=()), last)

    def _returned(self, status: int, text: str | None) -> Response | None:
        if text is None:
            return self._error(status)
        whole = self._filled(text)
        if status in (301, 302, 303, 307, 308):
            return self._moved(status, whole)
        return self._response(status, whole, self._place.default_type or "text/plain")

    def _filled(self, text: str) -> str:
        """A text with the variables in it."""
        site, request = self._site, self._request
        values = {
            "$hostname": site.host_name,
            "$host": request.host.partition(":")[0],
            "$http_host": request.host,
            "$request_uri": request.path,
            "$uri": request.bare_path,
            "$request_method": request.method,
            "$remote_addr": site.client,
            "$remote_port": str(site.client_port),
            "$server_addr": site.address,
            "$server_port": str(site.port),
            "$nginx_version": nginx_version(site.tag),
            "$scheme": "https" if request.is_secure else "http",
            "$http_user_agent": request.header("User-Agent"),
            "$time_local": log_date(site.now),
            "$args": request.path.partition("?")[2],
        }
        for name in sorted(values, key=len, reverse=True):
            text = text.replace(name, values[name])
        return text

    def _proxied(self, place: Location) -> Response | None:
        url = self._upstream(self._filled(place.proxied))
        rest = url.partition("://")[2]
        path = self._request.path
        if "/" in rest:  # what the location has matched is replaced
            url, path = url[: url.index("/", url.index("://") + 3)], rest[rest.index("/") :] + path[len(place.path) :]
        host = url.partition("://")[2]
        sent = self._request._replace(path=path, host=host, version="1.0")
        got = self._site.forward(url, sent)
        if isinstance(got, Failure):
            return self._error(504 if got.why == "timed out" else 502)
        own = ("server", "date", "connection", "content-length", "content-type")
        others = tuple((name, value) for name, value in got.headers if name.lower() not in own)
        return self._response(got.status, got.body, got.header("Content-Type"), others)

    def _upstream(self, url: str) -> str:
        """The URL with one of the servers that its name stands for, if it does; they take turns."""
        scheme, _, rest = url.partition("://")
        name, slash, path = rest.partition("/")
        servers = dict(self._server.upstreams).get(name)
        if not servers:
            return url
        return f"{scheme}://{servers[self._site.client_port % len(servers)]}{slash}{path}"

    def _static(self, place: Location, path: str) -> Response | None:
        if self._request.method not in ("GET", "HEAD"):
            return self._error(405)
        file = place.alias + path[len(place.path) :] if place.alias else within(place.root, path)
        page = self._page(file)
        if page.is_folder and not path.endswith("/"):
            port = "" if self._site.port == 80 else f":{self._site.port}"
            return self._moved(301, f"http://{self._request.host.partition(':')[0]}{port}{path}/")
        if path.endswith("/"):
            return self._index(place, file)
        if page.exists is False:
            return self._error(404)
        return None if page.exists is None else self._file(file, page)

    def _index(self, place: Location, folder: str) -> Response | None:
        for name in place.indexes:
            page = self._page(f"{folder.rstrip('/')}/{name}")
            if page.exists is None:
                return None
            if page.exists:
                return self._file(name, page)
        found = self._page(folder.rstrip("/") or "/")
        if found.exists is None:
            return None
        if not found.exists:
            return self._error(404)
        return None if place.lists else self._error(403)

    def _page(self, path: str) -> Page:
        """A file as the container has it, or as it comes with the image."""
        found = self._site.files.read(path)
        own = f"{ROOT}/index.html"
        if found.exists is None and path == own:
            return found._replace(exists=True, text=welcome_page(self._site.tag))
        if found.exists is None and path == ROOT:
            return found._replace(exists=True, is_folder=True)
        if found.exists is None and path == f"{ROOT}/50x.html":
            return found._replace(exists=True, text=error_page(self._site.tag))
        return found._replace(exists=False) if found.exists is None and path.startswith(f"{ROOT}/") else found

    def _file(self, path: str, page: Page) -> Response:
        modified = _RELEASED.get(nginx_version(self._site.tag), _USUAL_RELEASE)
        if page.text != welcome_page(self._site.tag):
            modified = self._site.began // 1000
        size = None if page.text is None else length_of(page.text)
        tag = f'"{modified:x}-{size or 0:x}"'
        if self._request.header("If-None-Match") == tag:
            return self._response(304, "", "", (("Last-Modified", http_date(modified * 1000)),), (("ETag", tag),))
        kind = type_of(path, "application/octet-stream")
        more = (("Last-Modified", http_date(modified * 1000)),)
        return self._response(200, page.text, kind, more, (("ETag", tag), ("Accept-Ranges", "bytes")))

    def _moved(self, status: int, url: str) -> Response | None:
        return self._error(status, (("Location", url),))

    def _error(self, status: int, more: Headers = ()) -> Response | None:
        page = dict(self._place.error_pages).get(status)
        if page is not None and not self._has_failed:
            self._has_failed = True
            shown = self._at(self._server.place(page), page)
            return None if shown is None else self._response(status, shown.body, shown.header("Content-Type"), more)
        title = f"{status} {_PHRASES.get(status) or PHRASES.get(status, '')}".strip()
        lines = (
            "<html>",
            f"<head><title>{title}</title></head>",
            "<body>",
            f"<center><h1>{title}</h1></center>",
            f"<hr><center>nginx/{nginx_version(self._site.tag)}</center>",
            "</body>",
            "</html>",
            "",
        )
        return self._response(status, "\r\n".join(lines), "text/html", more)

    def _response(self, status: int, body: str | None, kind: str, more: Headers = (), last: Headers = ()) -> Response:
        size = () if body is None or status == 304 else (("Content-Length", str(length_of(body))),)
        closes = self._request.version == "1.0" or self._request.header("Connection").lower() == "close"
        headers = (
            ("Server", f"nginx/{nginx_version(self._site.tag)}"),
            ("Date", http_date(self._site.now)),
            *((("Content-Type", kind),) if kind else ()),
            *size,
            *more,
            ("Connection", "close" if closes else "keep-alive"),
            *last,
            *((name, self._filled(value)) for name, value in self._place.added if status in _WITH_ADDED),
        )
        return Response(status, headers, body, phrase=_PHRASES.get(status, ""))


def log_line(site: Site, request: Request, response: Response) -> str:
    """What it logs of a request, in the format of its images' configuration."""
    size = 0 if response.body is None or request.method == "HEAD" else length_of(response.body)
    forwarded = request.header("X-Forwarded-For") or "-"
    asked = f"{request.method} {request.path} HTTP/{request.version}"
    agent, referer = request.header("User-Agent") or "-", request.header("Referer") or "-"
    start = f"{site.client} - - [{log_date(site.now)}]"
    return f'{start} "{asked}" {response.status} {size} "{referer}" "{agent}" "{forwarded}"'
