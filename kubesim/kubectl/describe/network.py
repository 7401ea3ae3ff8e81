"""The descriptions of Ingresses, their classes and NetworkPolicies.

Mirrors describeIngressV1, describeIngressClassV1 and describeNetworkPolicy.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, dig, labels_of, parse_time
from kubesim.api.selectors import format_label_selector
from kubesim.kubectl.describe.common import describe_annotations, describe_events, describe_labels
from kubesim.kubectl.describe.service import SERVICE_NAME, endpoints_text
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.kinds.base import Look

_INDENT = "    "


def describe_ingress(obj: Obj, look: Look, now: int, *, show_events: bool) -> str:
    w = Description()
    meta, spec = obj["metadata"], obj["spec"]
    w.line("Name:", meta["name"])
    describe_labels(w, labels_of(obj))
    w.line("Namespace:", meta["namespace"])
    points = dig(obj, "status", "loadBalancer", "ingress", default=())
    w.line("Address:", ",".join(sorted({point.get("ip") or point.get("hostname", "") for point in points} - {""})))
    w.line("Ingress Class:", spec.get("ingressClassName", "<none>"))
    backend = spec.get("defaultBackend")
    default = "<default>" if backend is None else _backend(backend, meta["namespace"], look)
    w.line("Default backend:", default)
    _describe_tls(w, spec.get("tls") or ())
    w.line("Rules:")
    w.line("Host", "Path", "Backends", level=1)
    w.line("----", "----", "--------", level=1)
    rules = [rule for rule in spec.get("rules") or () if "http" in rule]
    for rule in rules:
        w.line(rule.get("host") or "*", "", level=1)
        for path in rule["http"].get("paths") or ():
            told = _backend(path["backend"], meta["namespace"], look)
            w.line("", f"{path.get('path', '')} ", told, level=2)
    if not rules:
        w.line("*", "*", default, level=1)
    describe_annotations(w, annotations_of(obj))
    if show_events:
        describe_events(w, look.events_of(obj), now)
    return w.text()


def _describe_tls(w: Description, entries: Sequence[Obj]) -> None:
    if not entries:
        return
    w.line("TLS:")
    for entry in entries:
        hosts = ",".join(entry.get("hosts") or ())
        secret = entry.get("secretName")
        w.line(f"{secret} terminates {hosts}" if secret else f"SNI routes {hosts}", level=1)


def _backend(backend: Obj, namespace: str, look: Look) -> str:
    """``web:80 (10.244.1.2:80)``. Mirrors describeBackendV1."""
    resource, service = backend.get("resource"), backend.get("service")
    if service is None:
        if resource is None:
            return ""
        group = resource.get("apiGroup")
        shown = "<none>" if group is None else group
        return f"APIGroup: {shown}, Kind: {resource.get('kind', '')}, Name: {resource.get('name', '')}"
    name, port = service.get("name", ""), service.get("port") or {}
    said = f"{name}:{port.get('number') or port.get('name', '')}"
    found = look.find("Service", namespace, name)
    if found is None:
        return f'{said} (<error: services "{name}" not found>)'
    slices = [one for one in look.list("EndpointSlice", namespace) if labels_of(one).get(SERVICE_NAME) == name]
    return f"{said} ({endpoints_text(slices, _port_name(found, port))})"


def _port_name(service: Obj, wanted: Obj) -> str:
    """What the service calls the port that the ingress means; the last of several."""
    found = ""
    for port in service["spec"].get("ports") or ():
        by_number = wanted.get("number") and wanted["number"] == port["port"]
        by_name = wanted.get("name") and wanted["name"] == port.get("name")
        if by_number or by_name:
            found = port.get("name", "")
    return found


def describe_ingress_class(obj: Obj, look: Look, now: int, *, show_events: bool) -> str:
    w = Description()
    w.line("Name:", obj["metadata"]["name"])
    describe_labels(w, labels_of(obj))
    describe_annotations(w, annotations_of(obj))
    w.line("Controller:", obj["spec"].get("controller", ""))
    parameters = obj["spec"].get("parameters")
    if parameters is not None:
        w.line("Parameters:")
        if parameters.get("apiGroup") is not None:
            w.line("APIGroup:", parameters["apiGroup"], level=1)
        w.line("Kind:", parameters.get("kind", ""), level=1)
        w.line("Name:", parameters.get("name", ""), level=1)
    if show_events:
        describe_events(w, look.events_of(obj), now)
    return w.text()


def describe_network_policy(obj: Obj) -> str:
    w = Description()
    meta, spec = obj["metadata"], obj["spec"]
    w.line("Name:", meta["name"])
    w.line("Namespace:", meta["namespace"])
    w.line("Created on:", _as_go_prints(meta["creationTimestamp"]))
    describe_labels(w, labels_of(obj))
    describe_annotations(w, annotations_of(obj))
    w.line("Spec:")
    selector = spec.get("podSelector") or {}
    whole = "<none> (Allowing the specific traffic to all pods in this namespace)"
    shown = format_label_selector(selector) if selector else whole
    w.line(f"PodSelector: {_INDENT}{shown}", level=1)
    types = spec.get("policyTypes") or ()
    _describe_direction(w, spec, "ingress" if "Ingress" in types else "", "ingress")
    _describe_direction(w, spec, "egress" if "Egress" in types else "", "egress")
    w.line(f"Policy Types: {', '.join(types) or '<none>'}", level=1)
    return w.text()


def _as_go_prints(stamp: str) -> str:
    """A time as Go's String writes it: ``2026-11-25 22:00:00 +0000 UTC``."""
    from kubesim.api.meta import rfc3339

    text = rfc3339(parse_time(stamp))
    return f"{text[:10]} {text[11:19]} +0000 UTC"


def _describe_direction(w: Description, spec: Obj, affected: str, direction: str) -> None:
    if not affected:
        w.line(f"Not affecting {direction} traffic", level=1)
        return
    w.line(f"Allowing {direction} traffic:", level=1)
    rules = spec.get(direction) or ()
    if not rules:
        w.line(f"{_INDENT}<none> (Selected pods are isolated for {direction} connectivity)")
    peers, title, place = ("from", "From", "source") if direction == "ingress" else ("to", "To", "destination")
    for index, rule in enumerate(rules):
        _describe_ports(w, rule.get("ports") or ())
        if not rule.get(peers):
            w.line(f"{_INDENT}{title}: <any> (traffic not restricted by {place})")
        for peer in rule.get(peers) or ():
            w.line(f"{_INDENT}{title}:")
            _describe_peer(w, peer)
        if index < len(rules) - 1:
            w.line(f"{_INDENT}----------")


def _describe_ports(w: Description, ports: Sequence[Obj]) -> None:
    if not ports:
        w.line(f"{_INDENT}To Port: <any> (traffic allowed to all ports)")
    for port in ports:
        number, protocol = port.get("port", "<nil>"), port.get("protocol", "TCP")
        if "endPort" in port:
            w.line(f"{_INDENT}To Port Range: {number}-{port['endPort']}/{protocol}")
        else:
            w.line(f"{_INDENT}To Port: {number}/{protocol}")


def _describe_peer(w: Description, peer: Obj) -> None:
    selectors = (("namespaceSelector", "NamespaceSelector"), ("podSelector", "PodSelector"))
    for field, title in selectors:
        if peer.get(field) is not None:
            w.line(f"{_INDENT}{title}: {format_label_selector(peer[field])}", level=1)
    block = peer.get("ipBlock")
    if block is not None and not any(field in peer for field, _ in selectors):
        w.line(f"{_INDENT}IPBlock:", level=1)
        w.line(f"{_INDENT}CIDR: {block.get('cidr', '')}", level=2)
        w.line(f"{_INDENT}Except: {', '.join(block.get('except') or ())}", level=2)
