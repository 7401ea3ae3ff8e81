"""Pods, Services and nodes through the API server: ``pods/web:8080/proxy/path``, ``services/https:web:443/proxy/``.

Mirrors ProxyREST of pods and Services, their ResourceLocation, and apimachinery's pkg/util/proxy.
"""

from __future__ import annotations

import posixpath

from kubesim import errors
from kubesim.api.meta import Obj, dig
from kubesim.containers.evaluation.outside import NotSimulated
from kubesim.errors import StatusError
from kubesim.network.door import OutsideOfCluster
from kubesim.network.http import Failure, canonical, go_words
from kubesim.network.http import Request as Sent
from kubesim.rest.request import Answer
from kubesim.rest.statuses import method_not_allowed, not_simulated
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Client, Cluster
    from kubesim.network.http import Response
    from kubesim.rest.call import Call

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_FORWARDED_FOR = "X-Forwarded-For"
#: Headers of one connection alone, passed on in neither direction. Mirrors hopHeaders of net/http/httputil.
_OF_CONNECTION = (
    "connection",
    "proxy-connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
)
#: What the API server takes out of a request, or writes anew.
_OWN = ("host", "authorization", "content-length")
#: What is given with every answer by whoever sends it.
_GIVEN_ANYWAY = ("content-type", "content-length", "date")


class Location(NamedTuple):
    """Where a request is sent."""

    is_secure: bool
    address: str
    port: int

    @property
    def place(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


def proxied(call: Call) -> Answer:
    """What the server in a pod answers, or in one of a Service's; StatusError where none can be asked."""
    if call.request.method not in _METHODS:
        raise method_not_allowed()
    _admit(call)
    if call.names.key == "Node":
        return _of_node(call)
    location = _pod_location(call) if call.names.key == "Pod" else _service_location(call)
    path = _path(call)
    if not path and call.request.method in ("GET", "HEAD"):
        return _redirect(call)
    return _answer(call, location, path, _sent(call.client.cluster, location, _request(call, location, path)))


def _admit(call: Call) -> None:
    """StatusError Forbidden, or what admission says of a connection. Mirrors ConnectResource."""
    from kubesim.cluster import admission

    client, names = call.client, call.names
    client.authorize(call.info.verb, names.key, call.namespace, call.name, "proxy")
    options = {"apiVersion": "v1", "kind": f"{names.kind}ProxyOptions", "path": "/".join(call.info.rest)}
    request = admission.Attributes(admission.CONNECT, names, call.namespace, call.name, options, None, "proxy")
    admission.mutate(request, client)
    admission.validate(request, client)


# where to


def _split(call: Call) -> tuple[str, str, str]:
    """Scheme, name and port of ``web``, ``web:80`` or ``https:web:443``. Mirrors SplitSchemeNamePort."""
    parts = call.name.split(":")
    scheme, name, port = {1: ["", *parts, ""], 2: ["", *parts], 3: parts}.get(len(parts), ["", "", ""])
    if not name or scheme not in ("http", "https", ""):
        raise errors.bad_request(f'invalid {call.names.kind.lower()} request "{call.name}"')
    return scheme, name, port


def _of_node(call: Call) -> Answer:
    """What a node's kubelet answers; of what else listens there nothing is known."""
    from kubesim.rest.kubelet_api import PORT, answered

    _, name, port = _split(call)
    node = call.client.get("Node", "", name)
    if port not in ("", str(PORT)):
        raise not_simulated(f"what listens on port {port} of a node")
    if not _path(call) and call.request.method in ("GET", "HEAD"):
        return _redirect(call)
    return answered(call, node, call.info.rest)


def _redirect(call: Call) -> Answer:
    """To the path with a slash at its end."""
    query = f"?{call.request.raw_query}" if call.request.raw_query else ""
    return Answer(301, "", b"", (("Location", f"{call.request.root}{call.request.path}/{query}"),))


def _pod_location(call: Call) -> Location:
    scheme, name, port = _split(call)
    pod = call.client.get("Pod", call.namespace, name)
    if not port:
        ports = [str(c["ports"][0]["containerPort"]) for c in pod["spec"]["containers"] if c.get("ports")]
        port = ports[0] if ports else "443" if scheme == "https" else "80"
    address = dig(pod, "status", "podIP", default="")
    if not address:
        raise errors.bad_request("address not allowed")
    if not port.isdecimal():
        raise not_simulated(f'a port "{port}" of a pod: a real API server panics there, since it takes numbers alone')
    if int(port) > 65535:
        raise _unavailable(f"error trying to reach service: dial tcp: address {port}: invalid port")
    return Location(scheme == "https", address, int(port))


def _service_location(call: Call) -> Location:
    """Where one of a Service's pods listens; one after the other, where upstream chooses by chance."""
    scheme, name, port = _split(call)
    client = call.client
    if port.lstrip("+-").isdecimal():
        ports = client.get("Service", call.namespace, name)["spec"].get("ports") or ()
        named = next((one.get("name", "") for one in ports if one["port"] == int(port)), None)
        if named is None:
            raise _unavailable(f'no service port {int(port)} found for service "{name}"')
        port = named
    endpoints = client.find("Endpoints", call.namespace, name)
    if endpoints is None:
        raise errors.not_found("services", "", name)
    subsets = endpoints.get("subsets") or ()
    if not subsets:
        raise _unavailable(f'no endpoints available for service "{name}"')
    found = [
        Location(scheme == "https", address["ip"], one["port"])
        for subset in subsets
        for one in (subset.get("ports") or ())
        if one.get("name", "") == port
        for address in subset.get("addresses") or ()
        if _is_pod(client, call.namespace, address)
    ]
    if not found:
        raise _unavailable(f'no endpoints available for service "{call.name}"')
    return found[int(client.cluster.noted("network").get("requests", 0)) % len(found)]


def _is_pod(client: Client, namespace: str, address: Obj) -> bool:
    """Whether an endpoint is a pod's of this namespace. Mirrors isValidAddress."""
    target = address.get("targetRef") or {}
    if target.get("namespace") != namespace:
        return False
    pod = client.cluster.find("Pod", namespace, target.get("name", ""))
    return pod is not None and dig(pod, "status", "podIP", default="") == address["ip"]


def _unavailable(why: str) -> StatusError:
    return StatusError("ServiceUnavailable", why, 503)


# what is sent, and what comes back


def _path(call: Call) -> str:
    """The path at the server, empty for ``.../proxy`` without a slash."""
    rest = posixpath.normpath("/".join(("", *call.info.rest))).replace("//", "/") if call.info.rest else ""
    return f"{rest}/" if call.request.path.endswith("/") and not rest.endswith("/") else rest


def _request(call: Call, location: Location, path: str) -> Sent:
    from urllib.parse import quote

    request = call.request
    dropped = (*_OF_CONNECTION, *_OWN)
    given = {
        canonical(name): value
        for name, value in request.headers.items()
        if name not in dropped and not name.startswith("impersonate-")
    }
    given["X-Forwarded-Uri"] = quote(request.root + request.path, safe="/$&+,:;=@~")
    if request.body:
        given["Content-Length"] = str(len(request.body))
    target = quote(path, safe="/$&+,:;=@~") + (f"?{request.raw_query}" if request.raw_query else "")
    body = request.body.decode("utf-8", "surrogateescape")
    headers = tuple(sorted(given.items()))
    return Sent(request.method, target, request.header("host"), headers, body, location.is_secure)


def _sent(cluster: Cluster, location: Location, request: Sent) -> Response:
    """What is answered to the API server, which is on a node of the control plane; it is logged there."""
    if not cluster.list("Node"):
        raise not_simulated("an API server's way to pods where no Node is left")
    from kubesim.controllers.kubelet.network import network_of_control_plane
    from kubesim.controllers.kubelet.traces import Traces

    traces = Traces()
    network = network_of_control_plane(cluster, traces)
    before = request.header(_FORWARDED_FOR)
    forwarded = (_FORWARDED_FOR, f"{before}, {network.address}" if before else network.address)
    others = [header for header in request.headers if header[0] != _FORWARDED_FOR]
    request = request._replace(headers=tuple(sorted((*others, forwarded))))
    try:
        made = network.connect(location.address, location.port)
        found = made if isinstance(made, Failure) else network.send(location.address, location.port, request)
    except OutsideOfCluster as outside:
        raise not_simulated(f"what is outside of the cluster: {outside}") from None
    except NotSimulated as unknown:
        raise StatusError("NotImplemented", str(unknown), 501) from None
    traces.keep(cluster)
    if isinstance(found, Failure):
        raise _unavailable(f"error trying to reach service: {go_words(found, location.place)}")
    if location.is_secure and not isinstance(made, Failure) and not made.is_secure:
        raise _unavailable("error trying to reach service: http: server gave HTTP response to HTTPS client")
    return found


def _answer(call: Call, location: Location, path: str, found: Response) -> Answer:
    if found.body is None:
        raise not_simulated(f"what is answered to {call.request.method} {path} there")
    kind, body = found.header("Content-Type"), found.body
    headers = [(n, v) for n, v in found.headers if n.lower() not in (*_OF_CONNECTION, *_GIVEN_ANYWAY)]
    hosts = (location.place, call.request.header("host"))
    if redirect := found.header("Location"):
        from kubesim.rest.proxied_links import rewritten

        prefix = _prefix(call, path)
        headers = [(n, rewritten(redirect, prefix, hosts) if n.lower() == "location" else v) for n, v in headers]
    elif kind.partition(";")[0].strip() == "text/html" and not found.header("Content-Encoding"):
        from kubesim.rest.proxied_links import with_links_rewritten

        body = with_links_rewritten(body, _prefix(call, path), hosts)
    return Answer(found.status, kind, body.encode("utf-8", "surrogateescape"), tuple(headers))


def _prefix(call: Call, path: str) -> str:
    """What comes before the server's own path: ``/api/v1/namespaces/default/pods/web/proxy``."""
    return call.request.root + call.request.path.removesuffix(path)
