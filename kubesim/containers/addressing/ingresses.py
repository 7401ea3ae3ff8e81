"""What Ingresses make of a request: to which Service's port it goes. Mirrors the rules of the Ingress API."""

from __future__ import annotations

import re

from kubesim.api.meta import Obj, annotations_of, dig
from kubesim.sim.object_data import texts_of
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster

_DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class"
_REWRITE = "nginx.ingress.kubernetes.io/rewrite-target"
_REDIRECTS = "nginx.ingress.kubernetes.io/ssl-redirect"
_USE_REGEX = "nginx.ingress.kubernetes.io/use-regex"


class Backend(NamedTuple):
    """A Service and the number of its port; 0 if it has none of that name. ``path`` is what is asked of it.

    ``is_secured``: the host has a certificate, and is to be asked over TLS.
    """

    namespace: str
    service: str
    port: int
    path: str
    is_secured: bool = False


def certificate_for(cluster: Cluster, host: str, controller: str) -> str | None:
    """The certificate (PEM) that an Ingress of a controller's classes has for a host; None if none has."""
    for ingress in cluster.list("Ingress"):
        for one in ingress["spec"].get("tls") or () if _is_of(cluster, ingress, controller) else ():
            if any(_is_host(name, host) for name in one.get("hosts") or ()):
                secret = cluster.find("Secret", ingress["metadata"]["namespace"], one.get("secretName", ""))
                text = (texts_of(secret) or {}).get("tls.crt")
                if text:
                    return text
    return None


def _is_secured(ingress: Obj, host: str) -> bool:
    """Whether requests to a host are to be sent over TLS."""
    if annotations_of(ingress).get(_REDIRECTS) == "false":
        return False
    return any(_is_host(name, host) for one in ingress["spec"].get("tls") or () for name in one.get("hosts") or ())


def backend_of(cluster: Cluster, host: str, path: str, controller: str) -> Backend | None:
    """Where the Ingresses of a controller's classes send a request: an exact path before the longest prefix."""
    best: tuple[tuple[bool, bool, int], Backend] | None = None
    for ingress in cluster.list("Ingress"):
        if not _is_of(cluster, ingress, controller):
            continue
        for own_host, one in _paths(ingress):
            sent = _sent(ingress, one, path, controller) if _is_host(own_host, host) else None
            if sent is None:
                continue
            rank = (bool(own_host), one.get("pathType") == "Exact", len(one.get("path", "/")))
            if best is None or rank > best[0]:
                found = _backend(cluster, ingress, one["backend"], sent)
                best = rank, found._replace(is_secured=_is_secured(ingress, host))
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


def _sent(ingress: Obj, one: Obj, path: str, controller: str) -> str | None:
    """The path that is asked of the backend; None if the rule's own does not match.

    Of ingress-nginx a path is a regular expression where a target to rewrite it to is given, or that is asked for.
    """
    notes = annotations_of(ingress) if controller == "ingress-nginx" else {}
    target = notes.get(_REWRITE)
    if target is None and notes.get(_USE_REGEX) != "true":
        return path if _is_path(one, path) else None
    try:
        expression = re.compile(one.get("path") or "/", re.IGNORECASE)
    except re.error:
        return None
    if expression.match(path) is None:
        return None
    found = expression.search(path)
    if target is None or found is None:
        return path
    groups = ("", *(group or "" for group in found.groups()))
    filled = re.sub(r"\$([1-9])", lambda number: groups[int(number[1])] if int(number[1]) < len(groups) else "", target)
    return filled if filled.startswith("/") else f"/{filled}"


def _is_path(one: Obj, path: str) -> bool:
    """An exact path, a prefix of whole elements, or, where that is the controller's to say, any prefix."""
    own = one.get("path") or "/"
    if one.get("pathType") == "Exact":
        return bool(path == own)
    if one.get("pathType") == "ImplementationSpecific":
        return path.startswith(own)
    return bool(path == own.rstrip("/") or path.startswith(own.rstrip("/") + "/"))


def _backend(cluster: Cluster, ingress: Obj, backend: Obj, sent: str) -> Backend:
    namespace, named = ingress["metadata"]["namespace"], backend.get("service") or {}
    service = cluster.find("Service", namespace, named.get("name", ""))
    ports = [] if service is None else service["spec"].get("ports") or []
    wanted = named.get("port") or {}
    number = next(
        (p["port"] for p in ports if p["port"] == wanted.get("number") or p.get("name", "") == wanted.get("name", 0)), 0
    )
    return Backend(namespace, named.get("name", ""), int(number), sent)
