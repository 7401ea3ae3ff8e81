"""The description of a NetworkPolicy. Mirrors describeNetworkPolicy."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, labels_of, parse_time
from kubesim.api.selectors import format_label_selector
from kubesim.kubectl.describe.common import describe_annotations, describe_labels
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.kinds.base import Reader

_INDENT = "    "


def describe_network_policy(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
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
