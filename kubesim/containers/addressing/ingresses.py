"""What Ingresses make of a request: to which Service's port it goes. Mirrors the rules of the Ingress API."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, dig
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster

_DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class"
_REWRITE = "nginx.ingress.kubernetes.io/rewrite-target"


class Backend(NamedTuple):
    """A Service and the number of its port; 0 if it has none of that name. ``path`` is what is asked of it."""

    namespace: str
    service: str
    port: int
    path: str


def backend_of(cluster: Cluster, host: str, path: str, controller: str) -> Backend | None:
    """Where the Ingresses of a controller's classes send a request: an exact path before the longest prefix."""
    best: tuple[tuple[bool, bool, int], Backend] | None = None
    for ingress in cluster.list("Ingress"):
        if not _is_of(cluster, ingress, controller):
            continue
        for own_host, one in _paths(ingress):
            if not _is_host(own_host, host) or not _is_path(one, path):
                continue
            rank = (bool(own_host), one.get("pathType") == "Exact", len(one.get("path", "/")))
            if best is None or rank > best[0]:
                best = rank, _backend(cluster, ingress, one["backend"], path)
    return None if best is None else best[1]


def _paths(ingress: Obj) -> list[tuple[str, Obj]]:
    spec = ingress["spec"]
    found = [
        (rule.get("host", ""), one)
        for rule in spec.get("rules") or ()
        for one in dig(rule, "http", "paths", default=())
    ]
    if "defaultBackend" in spec:
        found.append(("", {"path": "/", "pathType": "Prefix", "backend": spec["defaultBackend"]}))
    return found


def _is_of(cluster: Cluster, ingress: Obj, controller: str) -> bool:
    """Whether an Ingress has a class that the controller sees to; one without a class has the default one."""
    named = ingress["spec"].get("ingressClassName") or annotations_of(ingress).get("kubernetes.io/ingress.class")
    for one in cluster.list("IngressClass"):
        if named == one["metadata"]["name"] or (not named and annotations_of(one).get(_DEFAULT_CLASS) == "true"):
            return controller in str(dig(one, "spec", "controller", default=""))
    return False


def _is_host(own: str, host: str) -> bool:
    if own.startswith("*."):
        return host.partition(".")[2] == own[2:]
    return own in ("", host)


def _is_path(one: Obj, path: str) -> bool:
    own = one.get("path") or "/"
    if one.get("pathType") == "Exact":
        return bool(path == own)
    return bool(path == own.rstrip("/") or path.startswith(own.rstrip("/") + "/"))


def _backend(cluster: Cluster, ingress: Obj, backend: Obj, path: str) -> Backend:
    namespace, named = ingress["metadata"]["namespace"], backend.get("service") or {}
    service = cluster.find("Service", namespace, named.get("name", ""))
    ports = [] if service is None else service["spec"].get("ports") or []
    wanted = named.get("port") or {}
    number = next(
        (p["port"] for p in ports if p["port"] == wanted.get("number") or p.get("name", "") == wanted.get("name", 0)), 0
    )
    rewritten = annotations_of(ingress).get(_REWRITE)
    sent = path if rewritten is None or "$" in rewritten else rewritten
    return Backend(namespace, named.get("name", ""), int(number), sent)
