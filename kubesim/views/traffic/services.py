"""Services to which requests can be sent: those that kube-proxy leads to pods."""

from __future__ import annotations

from kubesim.api.meta import Obj, dig


def why_unknown(service: Obj) -> str:
    """Why it is not known where a Service's requests go; empty for one whose requests kube-proxy leads to pods."""
    if dig(service, "spec", "type") == "ExternalName":
        return "is a name of something outside of the cluster, of which nothing is known"
    if dig(service, "spec", "clusterIP") == "None":
        return "is headless: clients choose among its pods' addresses themselves, and are not known"
    if not dig(service, "spec", "selector"):
        return "has no selector: what is behind its addresses is not known"
    return ""


def usual_port(service: Obj) -> Obj | None:
    """The port to which clients send where nothing else is known, its first; None if they cannot send any requests."""
    ports: list[Obj] = dig(service, "spec", "ports") or []
    if why_unknown(service) or not ports or ports[0].get("protocol") not in (None, "TCP"):
        return None
    return ports[0]
