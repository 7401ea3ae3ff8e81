"""Servers that say who they are: the images of tutorials and demonstrations."""

from __future__ import annotations

import re
import time

from kubesim.api.identity import hex_digest
from kubesim.api.meta import SECOND
from kubesim.network.http import Failure, Request, Response, canonical, http_date, length_of, log_date
from kubesim.network.sites.site import go_headers, go_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.network.sites.site import Site


def bootcamp(site: Site, _request: Request) -> Response:
    """The image of Kubernetes' own tutorial, by its version."""
    number = re.match(r"v?(\d+)", site.tag)
    version = number[1] if number else "1"
    body = f"Hello Kubernetes bootcamp! | Running on: {site.host_name} | v={version}\n"
    headers = (("Content-Type", "text/plain"), ("Date", http_date(site.now)), ("Connection", "close"))
    return Response(200, headers, body)


def hello_app(site: Site, _request: Request) -> Response:
    """Google's sample."""
    version = {"1.0": "1.0.0", "2.0": "2.0.0", "v1": "1.0.0", "v2": "2.0.0"}.get(site.tag, site.tag)
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        version = "1.0.0"
    return go_text(site, f"Hello, world!\nVersion: {version}\nHostname: {site.host_name}\n")


def http_echo(site: Site, request: Request) -> Response | None:
    """HashiCorp's http-echo, which says what it is given."""
    if request.bare_path == "/health":
        return go_text(site, '{"status":"ok"}\n')
    text = option(site, "text")
    text = site.environment.get("ECHO_TEXT") if text is None else text
    status = option(site, "status-code") or "200"
    if text is None or not status.isdigit():
        return None
    body, kind = f"{text}\n", "text/plain; charset=utf-8"
    version = site.tag if re.fullmatch(r"\d+\.\d+\.\d+", site.tag) else "1.0.0"
    own = (("X-App-Name", "http-echo"), ("X-App-Version", version))
    return Response(int(status), go_headers(site, body, kind, *own), body)


def option(site: Site, name: str) -> str | None:
    """The value of a Go program's option: ``-text=hi``, ``--text hi``."""
    for index, word in enumerate(site.argv):
        bare = word.lstrip("-")
        if word.startswith("-") and bare.startswith(f"{name}="):
            return bare[len(name) + 1 :]
        if word.startswith("-") and bare == name and index + 1 < len(site.argv):
            return site.argv[index + 1]
    return None


def http_echo_ports(site: Site) -> tuple[int, ...] | None:
    """The port of ``-listen``, else http-echo's own."""
    given = (option(site, "listen") or ":5678").rpartition(":")[2]
    return (int(given),) if given.isdigit() else None


def whoami(site: Site, request: Request) -> Response | None:
    """Traefik's whoami: the request, and who got it."""
    path = request.bare_path
    if path == "/health":
        return Response(200, (("Date", http_date(site.now)), ("Content-Length", "0")), "")
    if path in ("/api", "/data", "/bench", "/echo") or "env" in request.query:
        return None
    name = option(site, "name") or site.environment.get("WHOAMI_NAME", "")
    lines = [f"Name: {name}"] if name else []
    lines += [f"Hostname: {site.host_name}", "IP: 127.0.0.1", "IP: ::1", f"IP: {site.address}"]
    lines += [f"RemoteAddr: {site.client}:{site.client_port}", f"{request.method} {request.path} HTTP/1.1\r"]
    lines += [f"Host: {request.host}\r", *_as_go_writes(request), "\r"]
    return go_text(site, "".join(f"{line}\n" for line in lines))


def _as_go_writes(request: Request) -> list[str]:
    """The headers as Go's Request.Write has them: the agent first, then by name."""
    headers = [(canonical(name), value) for name, value in request.headers]
    agent = [f"User-Agent: {value}\r" for name, value in headers if name == "User-Agent"]
    return agent + [f"{name}: {value}\r" for name, value in sorted(headers) if name != "User-Agent"]


def echo_server(site: Site, request: Request) -> Response:
    """jmalloc's echo-server."""
    lines = [f"Request served by {site.host_name}", "", f"{request.method} {request.path} HTTP/1.1", ""]
    lines += [f"Host: {request.host}"]
    lines += [f"{name}: {value}" for name, value in sorted((canonical(n), v) for n, v in request.headers)]
    body = f"\n{request.body}" if request.body else ""
    return go_text(site, "".join(f"{line}\n" for line in lines) + body, kind="text/plain")


def hello_backend(site: Site, _request: Request) -> Response:
    """The backend of the task about a frontend and its backend."""
    return go_text(site, '{"message":"Hello"}\n')


def hello_frontend(site: Site, request: Request) -> Response:
    """The frontend of that task: an nginx that hands everything to the Service hello."""
    got = site.forward("http://hello", request)
    body = "" if isinstance(got, Failure) or got.body is None else got.body
    kind = "text/html" if isinstance(got, Failure) else got.header("Content-Type")
    status = 200
    if isinstance(got, Failure):
        status, title = 502, "502 Bad Gateway"
        lines = ("<html>", f"<head><title>{title}</title></head>", "<body>", f"<center><h1>{title}</h1></center>")
        body = "\r\n".join((*lines, f"<hr><center>{_FRONTEND}</center>", "</body>", "</html>", ""))
    headers = (
        *(("Server", _FRONTEND), ("Date", http_date(site.now)), ("Content-Type", kind)),
        *(("Content-Length", str(length_of(body))), ("Connection", "keep-alive")),
    )
    return Response(status, headers, body)


_FRONTEND = "nginx/1.16.1"


def _hello_app_log(site: Site, request: Request, _response: Response) -> str:
    stamp = time.strftime("%Y/%m/%d %H:%M:%S", time.gmtime(site.now // SECOND))
    return f"{stamp} Serving request: {request.bare_path}"


def _echo_server_log(site: Site, request: Request, _response: Response) -> str:
    return f"{site.client}:{site.client_port} | {request.method} {request.path}"


def nginx_hello(site: Site, request: Request) -> Response | None:
    """The text of nginxdemos/hello; the page that is made for browsers is not known."""
    if "plain-text" not in site.tag:
        return None
    pairs = (
        ("Server address", f"{site.address}:{site.port}"),
        ("Server name", site.host_name),
        ("Date", log_date(site.now)),
        ("URI", request.path),
        ("Request ID", hex_digest(site.client_port, f"{site.host_name}/{site.now}", 32)),
    )
    body = "".join(f"{name}: {value}\n" for name, value in pairs)
    headers = (
        ("Server", "nginx/1.27.5"),
        ("Date", http_date(site.now)),
        ("Content-Type", "text/plain"),
        ("Content-Length", str(len(body))),
        ("Connection", "keep-alive"),
        ("Expires", http_date(site.now - 1000)),
        ("Cache-Control", "no-cache"),
    )
    return Response(200, headers, body)


def pod_info(site: Site, request: Request) -> Response | None:
    """podinfo, as it answers programs."""
    version = site.tag if re.fullmatch(r"\d+\.\d+\.\d+", site.tag) else "6.9.2"
    json = "application/json; charset=utf-8"
    if request.bare_path in ("/healthz", "/readyz"):
        return go_text(site, '{\n  "status": "OK"\n}', kind=json)
    if request.bare_path != "/":
        return None
    pairs = {
        "hostname": site.host_name,
        "version": version,
        "revision": hex_digest(0, f"podinfo {version}", 40),
        "color": site.environment.get("PODINFO_UI_COLOR", "#34577c"),
        "logo": "https://raw.githubusercontent.com/stefanprodan/podinfo/gh-pages/cuddle_clap.gif",
        "message": site.environment.get("PODINFO_UI_MESSAGE", f"greetings from podinfo v{version}"),
        "goos": "linux",
        "goarch": "amd64",
        "runtime": "go1.24.3",
        "num_goroutine": "8",
        "num_cpu": "4",
    }
    body = "{\n" + ",\n".join(f'  "{name}": "{value}"' for name, value in pairs.items()) + "\n}"
    return go_text(site, body, kind=json)


def hpa_example(site: Site, _request: Request) -> Response:
    """The page that only takes time."""
    headers = (
        ("Date", http_date(site.now)),
        ("Server", "Apache/2.4.10 (Debian)"),
        ("X-Powered-By", "PHP/5.6.14"),
        ("Content-Length", "3"),
        ("Content-Type", "text/html; charset=UTF-8"),
    )
    return Response(200, headers, "OK!")


GREETINGS: dict[str, Callable[[Site, Request], Response | None]] = {
    "gcr.io/google-samples/kubernetes-bootcamp": bootcamp,
    "jocatalin/kubernetes-bootcamp": bootcamp,
    "gcr.io/google-samples/hello-app": hello_app,
    "us-docker.pkg.dev/google-samples/containers/gke/hello-app": hello_app,
    "hashicorp/http-echo": http_echo,
    "traefik/whoami": whoami,
    "containous/whoami": whoami,
    "jmalloc/echo-server": echo_server,
    "kicbase/echo-server": echo_server,
    "gcr.io/google-samples/hello-go-gke": hello_backend,
    "gcr.io/google-samples/hello-frontend": hello_frontend,
    "nginxdemos/hello": nginx_hello,
    "stefanprodan/podinfo": pod_info,
    "ghcr.io/stefanprodan/podinfo": pod_info,
    "registry.k8s.io/hpa-example": hpa_example,
    "k8s.gcr.io/hpa-example": hpa_example,
}

#: What these log of a request, where that is known.
LOGS: dict[Callable[[Site, Request], Response | None], Callable[[Site, Request, Response], str | None]] = {
    hello_app: _hello_app_log,
    echo_server: _echo_server_log,
}
