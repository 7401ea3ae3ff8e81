"""What the kubelet and kube-proxy answer on ports of their node: whether they are well, and how packets are led."""

from __future__ import annotations

from kubesim.api.meta import rfc3339_micro
from kubesim.network.http import EMPTY, Failure, Request, Response, http_date, length_of

KUBELET, PROXY_METRICS, PROXY_HEALTH = 10248, 10249, 10256


def node_answer(now: int, port: int, request: Request) -> Response | Failure:
    """The answer of a node's component at an instant (ms); one that is not known hangs up."""
    path = request.bare_path
    if port == PROXY_METRICS and path == "/proxyMode":
        return _text(now, "iptables")
    if port == PROXY_HEALTH and path in ("/healthz", "/livez"):
        stamp = rfc3339_micro(now)
        body = f'{{"lastUpdated": "{stamp}","currentTime": "{stamp}", "nodeEligible": true}}'
        return _text(now, body, "application/json", ("X-Content-Type-Options", "nosniff"))
    if port in (KUBELET, PROXY_METRICS) and path == "/healthz":
        return _text(now, "ok")
    return Failure(EMPTY)


def _text(now: int, body: str, kind: str = "text/plain; charset=utf-8", *own: tuple[str, str]) -> Response:
    headers = (*own, ("Date", http_date(now)), ("Content-Length", str(length_of(body))), ("Content-Type", kind))
    return Response(200, headers, body)
