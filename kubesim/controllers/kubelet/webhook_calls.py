"""What the program behind a webhook answers to the API server, over TLS. Mirrors apiserver's pkg/util/webhook."""

from __future__ import annotations

from kubesim.api.meta import SECOND, Obj
from kubesim.controllers.kubelet.network import network_of_control_plane
from kubesim.controllers.kubelet.traces import Traces
from kubesim.golang.base64 import decode
from kubesim.golang.json import dumps, loads
from kubesim.network.certificates import go_problem_with
from kubesim.network.http import Failure, Request, go_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster
    from kubesim.network.http import Response

_HTTPS = 443


def answer(cluster: Cluster, config: Obj, review: Obj, seconds: int) -> Obj | str | None:
    """What is answered to a review that is sent to where a clientConfig says; why nothing is, in the words of Go's net.

    It is waited for so many ``seconds``.  None where it is not known what is answered, or nobody can ask.
    """
    service = config.get("service")
    found = None if service is None else cluster.find("Service", service["namespace"], service["name"])
    if service is None or found is None or not cluster.list("Node"):
        return None
    address, port = found["spec"].get("clusterIP", ""), service.get("port", _HTTPS)
    if address in ("", "None"):
        return None
    network, place = network_of_control_plane(cluster, Traces()), f"{address}:{port}"
    made = network.connect(address, port)
    if isinstance(made, Failure):
        return go_words(made, place)
    if not made.is_known:
        return None
    if not made.is_secure:
        return "http: server gave HTTP response to HTTPS client"
    host = f"{service['name']}.{service['namespace']}.svc"
    why = go_problem_with(made.certificate, decode(config.get("caBundle", "")).decode(errors="replace"), host)
    if why:
        return why
    sent = network.send(address, port, _request(service.get("path") or "/", f"{host}:{port}", review, seconds))
    return go_words(sent, place) if isinstance(sent, Failure) else _read(sent, seconds)


def _request(path: str, host: str, review: Obj, seconds: int) -> Request:
    given = ("Accept", "application/json, */*"), ("Content-Type", "application/json")
    body = dumps(review)
    headers = (*given, ("Content-Length", str(len(body.encode()))), ("User-Agent", "kube-apiserver-admission"))
    return Request("POST", f"{path}?timeout={seconds}s", host, headers, body, is_secure=True)


def _read(found: Response, seconds: int) -> Obj | str | None:
    if found.after > seconds * SECOND:
        return "context deadline exceeded"
    if found.body is None:
        return None
    if found.status == 404:
        return "the server could not find the requested resource"
    try:
        review = loads(found.body)
    except ValueError as error:
        return str(error)
    return review if isinstance(review, dict) else "couldn't get version/kind; json parse error"
