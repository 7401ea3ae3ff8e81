"""The servers of Kubernetes' own test images: agnhost's, of which those that tests use most, and the echoserver."""

from __future__ import annotations

import time

from kubesim.api.meta import SECOND
from kubesim.golang.json import dumps
from kubesim.network.certificates import MADE_UP
from kubesim.network.http import Failure, Request, Response, go_words, http_date, length_of
from kubesim.network.sites.greetings import option
from kubesim.network.sites.pages import type_of
from kubesim.network.sites.site import go_headers, go_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.network.sites.site import Site


_PLAIN, _NO_PAGE = "text/plain; charset=utf-8", "404 page not found\n"
_OF_TEST_WEBSERVER = (
    ("Access-Control-Allow-Credentials", "true"),
    (
        "Access-Control-Allow-Headers",
        "DNT,X-Mx-ReqToken,Keep-Alive,User-Agent,X-Requested-With,Cache-Control,Content-Type",
    ),
    ("Access-Control-Allow-Methods", "GET, POST, OPTIONS"),
    ("Access-Control-Allow-Origin", "*"),
)


def answer(site: Site, request: Request) -> Response | None:
    """What agnhost answers, by its first argument."""
    command = command_of(site)
    if command == "netexec":
        return _net_exec(site, request)
    if command == "serve-hostname":
        return go_text(site, site.host_name)
    if command == "webhook":
        from kubesim.network.sites import agnhost_webhook

        return agnhost_webhook.answer(site, request)
    if command == "crd-conversion-webhook":
        from kubesim.network.sites import agnhost_conversion

        return agnhost_conversion.answer(site, request)
    if command == "porter":
        from kubesim.network.sites import agnhost_porter

        return agnhost_porter.answer(site, request)
    return _test_webserver(site, request) if command == "test-webserver" else None


def certificate(site: Site) -> str | None:
    """The certificate that a server shows which was given one; None where it speaks no TLS."""
    command = command_of(site)
    if command == "porter":
        from kubesim.network.sites import agnhost_porter

        return agnhost_porter.certificate(site)
    if command not in ("crd-conversion-webhook", "netexec", "webhook"):
        return None
    file = option(site, "tls-cert-file")
    return site.files.read(file).text or MADE_UP if file else None


def command_of(site: Site) -> str:
    """Its first argument: that of its container, else that of an image which is made from it."""
    words = [word for word in site.argv if word.rpartition("/")[2] not in ("agnhost", "agnhost-2")]
    return words[0] if words else "" if site.image.endswith("agnhost") else "test-webserver"


def serve_hostname(site: Site, _request: Request) -> Response:
    """The image that only says on which pod it runs."""
    return go_text(site, site.host_name)


def serve_hostname_ports(site: Site) -> tuple[int, ...]:
    """The port of ``--port``, else its own."""
    return (int(option(site, "port") or 9376),)


def logged(instant: int, text: str, place: str = "log.go:195") -> str:
    """A line of klog's at an instant (ms since the epoch), written at a place: through the standard library's log."""
    stamp = time.strftime("%m%d %H:%M:%S", time.gmtime(instant // SECOND))
    return f"I{stamp}.{instant % SECOND:03d}000       1 {place}] {text}"


def log_line(site: Site, request: Request, _response: Response) -> str | None:
    """What agnhost's servers log of a request."""
    path, query = request.bare_path, request.query
    if "serve-hostname" in site.argv:
        return logged(site.now, f"HTTP request from {site.client}:{site.client_port}")
    if "netexec" not in site.argv:
        return None
    known = ("/hostname", "/hostName", "/clientip", "/healthz", "/serverport")
    shown = path if path in known else "/"
    if path == "/dial":
        given = (f"{name}={query.get(name, '')}" for name in ("host", "protocol", "port", "request", "tries"))
        shown = f"/dial?{'&'.join(given)}"
    if path == "/echo":
        shown = f"/echo?msg={query.get('msg', '')}&code={query.get('code', '')}"
    return None if path == "/redirect" else logged(site.now, f"GET {shown}")


def _net_exec(site: Site, request: Request) -> Response | None:
    path, query = request.bare_path, request.query
    if path in ("/hostname", "/hostName"):
        return go_text(site, site.host_name)
    if path == "/clientip":
        return go_text(site, f"{site.client}:{site.client_port}")
    if path == "/serverport":
        return go_text(site, option(site, "http-port") or "8080")
    if path == "/healthz":
        return Response(200, (("Date", http_date(site.now)), ("Content-Length", "0")), "")
    if path == "/echo":
        code = query.get("code", "")
        return go_text(site, query.get("msg", ""), int(code) if code.isdigit() and code != "" else 200)
    if path == "/redirect":
        return _redirect(site, query)
    if path == "/dial":
        return _dial(site, query)
    if path in ("/exit", "/header", "/shell", "/shutdown", "/upload"):
        return None
    return go_text(site, f"NOW: {_go_time(site.now, site.began)}")


def _dial(site: Site, query: dict[str, str]) -> Response | None:
    """Ask another server as often as is wanted; what it answers, and what goes wrong."""
    host, port, asked = (query.get(name, "") for name in ("host", "port", "request"))
    protocol = query.get("protocol", "http").lower()
    if protocol not in ("http", "udp") or not asked:
        return None
    tries = query.get("tries") or "1"
    if not tries.isdigit():
        return None
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    answers: list[str] = []
    wrong: list[str] = []
    last = ""
    for _ in range(int(tries)):
        if protocol == "udp":
            request = Request(body=asked)
        else:
            request = Request(path=f"/{asked}", host=place, headers=(("User-Agent", "Go-http-client/1.1"),))
        found = site.forward(f"{protocol}://{place}", request)
        if isinstance(found, Failure):
            last = ""
            late = f"reading from udp connection failed. err:'read udp {site.address}->{place}: i/o timeout'"
            wrong.append(late if protocol == "udp" else f'Get "http://{place}/{asked}": {go_words(found, place)}')
            continue
        if found.body is None:
            return None
        last = found.body
        answers.append(last)
    body = {**({"errors": wrong} if wrong else {}), **({"responses": answers} if last else {})}
    return go_text(site, dumps(body))


def _test_webserver(site: Site, request: Request) -> Response | None:
    """Any file of its container; what it shows of folders is not known. Mirrors http.FileServer."""
    page = site.files.read(request.bare_path.rstrip("/") or "/")
    if page.exists is None or page.is_folder:
        return None
    if not page.exists:
        return Response(404, (*_OF_TEST_WEBSERVER, *go_headers(site, _NO_PAGE, _PLAIN)), _NO_PAGE)
    headers = [("Accept-Ranges", "bytes"), *_OF_TEST_WEBSERVER]
    if page.text is not None:
        headers.append(("Content-Length", str(length_of(page.text))))
    kind = type_of(request.bare_path, _PLAIN).partition(";")[0]
    charset = "; charset=utf-8" if kind.startswith("text/") else ""
    headers += [
        ("Content-Type", f"{kind}{charset}"),
        ("Last-Modified", http_date(site.began)),
        ("Date", http_date(site.now)),
    ]
    return Response(200, tuple(headers), page.text)


def _redirect(site: Site, query: dict[str, str]) -> Response | None:
    location, code = query.get("location", ""), query.get("code", "")
    if not location:
        return None
    status = int(code) if code.isdigit() else 302
    body = f'<a href="{location}">Found</a>.\n\n'
    kind = "text/html; charset=utf-8"
    return Response(status, go_headers(site, body, kind, ("Location", location)), body)


def _go_time(instant: int, began: int) -> str:
    """Mirrors time.Time.String with its monotonic clock, which counts from the server's start (``began``)."""
    moment = time.gmtime(instant // SECOND)
    millis = f"{instant % SECOND:03d}".rstrip("0")
    fraction = f".{millis}" if millis else ""
    return f"{time.strftime('%Y-%m-%d %H:%M:%S', moment)}{fraction} +0000 UTC m=+{(instant - began) / SECOND:.9f}"


def echoserver(site: Site, request: Request) -> Response:
    """The echoserver, in the form of its version."""
    return _old_echo(site, request) if site.tag < "1.5" and site.tag != "1.10" else _new_echo(site, request)


def _old_echo(site: Site, request: Request) -> Response:
    lines = [
        "CLIENT VALUES:",
        f"client_address={site.client}",
        f"command={request.method}",
        f"real path={request.path}",
        f"query={request.path.partition('?')[2] or 'nil'}",
        "request_version=1.1",
        f"request_uri=http://{request.host.partition(':')[0]}:8080{request.path}",
        "",
        "SERVER VALUES:",
        "server_version=nginx: 1.10.0 - lua: 10001",
        "",
        "HEADERS RECEIVED:",
        *_sent(request),
        "BODY:",
        f"{request.body or '-no body in request-'}",
    ]
    return _echo(site, "\n".join(lines), "1.10.0")


def _new_echo(site: Site, request: Request) -> Response:
    lines = [
        "",
        "",
        f"Hostname: {site.host_name}",
        "",
        "Pod Information:",
        "\t-no pod information available-",
        "",
        "Server values:",
        "\tserver_version=nginx: 1.13.3 - lua: 10008",
        "",
        "Request Information:",
        f"\tclient_address={site.client}",
        f"\tmethod={request.method}",
        f"\treal path={request.path}",
        f"\tquery={request.path.partition('?')[2]}",
        "\trequest_version=1.1",
        "\trequest_scheme=http",
        f"\trequest_uri=http://{request.host.partition(':')[0]}:8080{request.path}",
        "",
        "Request Headers:",
        *(f"\t{line}" for line in _sent(request)),
        "",
        "Request Body:",
        f"\t{request.body or '-no body in request-'}",
        "",
        "",
    ]
    return _echo(site, "\n".join(lines), "1.13.3")


def _sent(request: Request) -> list[str]:
    headers = [(name.lower(), value) for name, value in (*request.headers, ("host", request.host))]
    return [f"{name}={value}" for name, value in sorted(headers)]


def _echo(site: Site, body: str, version: str) -> Response:
    headers = (("Server", f"nginx/{version}"), ("Date", http_date(site.now)), ("Content-Type", "text/plain"))
    return Response(200, (*headers, ("Connection", "keep-alive")), body)
