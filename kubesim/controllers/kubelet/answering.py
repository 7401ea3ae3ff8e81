"""What a server in a pod answers: as its image does, as its Ingresses say, or with an error if it is sick."""

from __future__ import annotations

from kubesim.api.identity import hex_digest
from kubesim.containers.addressing.ingresses import backend_of, certificate_for
from kubesim.network.certificates import MADE_UP
from kubesim.network.http import EMPTY, Failure, Response, http_date, length_of
from kubesim.network.sites import catalogue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster
    from kubesim.controllers.kubelet.pod_server import PodServer
    from kubesim.controllers.kubelet.traces import Traces
    from kubesim.network.http import Request
    from kubesim.network.sites.site import Site

# Images that see to Ingresses, by what their classes' controllers are called.
_CONTROLLERS = {"ingress-nginx/controller": "ingress-nginx", "nginx/nginx-ingress": "nginx.org", "traefik": "traefik"}
_HTTPS = 443
_SICK = "Internal Server Error\n"


def answer_of(cluster: Cluster, server: PodServer, request: Request, traces: Traces) -> Response | Failure:
    """What a server answers that takes the connection, and logs; one that does not speak HTTP hangs up."""
    if not server.speaks_http:
        return Failure(EMPTY)
    found = _answer(cluster, server, request)
    line = None if isinstance(found, Failure) else catalogue.log_line(server.site, request, found)
    if line is not None:
        traces.log(server.pod, server.container, server.run, server.site.now, line)
    return found


def _answer(cluster: Cluster, server: PodServer, request: Request) -> Response | Failure:
    site = server.site
    if server.is_sick:
        headers = (("Date", http_date(site.now)), ("Content-Length", str(len(_SICK))), ("Content-Type", "text/plain"))
        return Response(500, headers, _SICK)
    controller = next((name for image, name in _CONTROLLERS.items() if site.image.endswith(image)), None)
    if controller is not None and site.port in (80, 443, 8000, 8443):
        return _by_ingress(cluster, site, request, controller)
    return catalogue.answer(site, request, server.pod.name)


def said(server: PodServer, text: str, protocol: str, traces: Traces) -> str | None:
    """What a server says to a text that is no request, which it logs; None if that is not known."""
    kind = catalogue.kind_of(server.site)
    if kind is None or kind.said is None:
        return None
    found = kind.said(server.site, text, protocol)
    if found.line is not None:
        traces.log(server.pod, server.container, server.run, server.site.now, found.line)
    return found.text


def certificate_of(cluster: Cluster, site: Site, host: str) -> str | None:
    """The certificate (PEM) that a server shows to who wants one for a host; None where it speaks no TLS."""
    if site.image.endswith("ingress-nginx/controller") and site.port == _HTTPS:
        return certificate_for(cluster, host, "ingress-nginx") or MADE_UP
    return catalogue.certificate(site)


def _by_ingress(cluster: Cluster, site: Site, request: Request, controller: str) -> Response | Failure:
    """The way through an Ingress controller."""
    path, mark, query = request.path.partition("?")
    found = backend_of(cluster, request.host.partition(":")[0], path, controller)
    if found is None:
        return _error(site, 404, "Not Found", controller)
    if found.is_secured and site.port != _HTTPS and controller == "ingress-nginx":
        return _to_secure_port(site, request)
    service = cluster.find("Service", found.namespace, found.service)
    if service is None or not found.port:
        return _error(site, 503, "Service Temporarily Unavailable", controller)
    sent = request._replace(path=f"{found.path}{mark}{query}", is_secure=False)
    added = [("X-Forwarded-For", site.client), ("X-Forwarded-Host", request.host), ("X-Real-IP", site.client)]
    if controller == "ingress-nginx":
        scheme, port = ("https", "443") if site.port == _HTTPS else ("http", "80")
        added += [("X-Forwarded-Port", port), ("X-Forwarded-Proto", scheme), ("X-Forwarded-Scheme", scheme)]
        added += [("X-Scheme", scheme), ("X-Request-ID", _request_id(site, request))]
    url = f"http://{found.service}.{found.namespace}.svc.cluster.local:{found.port}"
    got = site.forward(url, sent._replace(headers=(*sent.headers, *added)))
    if isinstance(got, Failure):
        is_empty = got.why == "refused"
        return _error(
            site,
            503 if is_empty else 504,
            "Service Temporarily Unavailable" if is_empty else "Gateway Time-out",
            controller,
        )
    own = (("Date", http_date(site.now)), ("Content-Type", got.header("Content-Type")))
    size = () if got.body is None else (("Content-Length", str(length_of(got.body))),)
    others = tuple(
        one
        for one in got.headers
        if one[0].lower() not in ("server", "date", "content-type", "content-length", "connection")
    )
    return got._replace(headers=(*own, *size, ("Connection", "keep-alive"), *others), version="1.1")


def _to_secure_port(site: Site, request: Request) -> Response:
    """A host for which there is a certificate is asked over TLS."""
    error = _error(site, 308, "Permanent Redirect", "ingress-nginx")
    location = ("Location", f"https://{request.host.partition(':')[0]}{request.path}")
    return error._replace(headers=(*error.headers, location))


def _request_id(site: Site, request: Request) -> str:
    return hex_digest(site.client_port, f"{site.address}/{site.now}/{request.path}", 32)


def _error(site: Site, status: int, phrase: str, controller: str) -> Response:
    if controller == "traefik":
        body = "404 page not found\n" if status == 404 else f"{phrase}\n"
        kind = "text/plain; charset=utf-8"
    else:
        title = f"{status} {phrase}"
        lines = ("<html>", f"<head><title>{title}</title></head>", "<body>", f"<center><h1>{title}</h1></center>")
        body = "\r\n".join((*lines, "<hr><center>nginx</center>", "</body>", "</html>", ""))
        kind = "text/html"
    headers = (
        ("Date", http_date(site.now)),
        ("Content-Type", kind),
        ("Content-Length", str(length_of(body))),
        ("Connection", "keep-alive"),
    )
    return Response(status, headers, body, phrase=phrase)
