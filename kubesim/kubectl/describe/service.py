"""The description of a Service, with the endpoints behind its ports. Mirrors describeService."""

from __future__ import annotations

from kubesim.api.meta import Obj, dig, labels_of
from kubesim.api.well_known import LABEL_SERVICE_NAME
from kubesim.kinds.common.cells import first_few, format_labels
from kubesim.kubectl.describe.common import describe_events, describe_metadata, describe_name
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.kinds.base import Reader


def describe_service(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    w = Description()
    spec = obj["spec"]
    describe_name(w, obj)
    describe_metadata(w, obj)
    w.line("Selector:", format_labels(spec.get("selector")))
    w.line("Type:", spec.get("type", ""))
    _describe_addresses(w, obj)
    slices = _slices_of(obj, reader)
    for port in spec.get("ports") or ():
        _describe_port(w, port, slices)
    _describe_policies(w, spec)
    if show_events:
        describe_events(w, reader.events_of(obj), now)
    return w.text()


def _slices_of(obj: Obj, reader: Reader) -> list[Obj]:
    meta = obj["metadata"]
    slices = reader.list("EndpointSlice", meta["namespace"])
    return [entry for entry in slices if labels_of(entry).get(LABEL_SERVICE_NAME) == meta["name"]]


def _describe_addresses(w: Description, obj: Obj) -> None:
    spec = obj["spec"]
    if spec.get("ipFamilyPolicy"):
        w.line("IP Family Policy:", spec["ipFamilyPolicy"])
    w.line("IP Families:", ",".join(spec.get("ipFamilies") or ()) or "<none>")
    w.line("IP:", spec.get("clusterIP", ""))
    w.line("IPs:", ",".join(spec.get("clusterIPs") or ()) or "<none>")
    if spec.get("externalIPs"):
        w.line("External IPs:", ",".join(spec["externalIPs"]))
    if spec.get("loadBalancerIP"):
        w.line("Desired LoadBalancer IP:", spec["loadBalancerIP"])
    if spec.get("externalName"):
        w.line("External Name:", spec["externalName"])
    ingress = dig(obj, "status", "loadBalancer", "ingress")
    if ingress:
        w.line("LoadBalancer Ingress:", ", ".join(map(_ingress_point, ingress)))


def _ingress_point(point: Obj) -> str:
    """Mirrors buildIngressString."""
    if not point.get("ip"):
        return str(point.get("hostname", ""))
    return f"{point['ip']} ({point['ipMode']})" if point.get("ipMode") else str(point["ip"])


def _describe_port(w: Description, port: Obj, slices: Sequence[Obj]) -> None:
    name, protocol = port.get("name") or "<unset>", port.get("protocol", "TCP")
    w.line("Port:", name, f"{port['port']}/{protocol}")
    w.line("TargetPort:", f"{port.get('targetPort', port['port'])}/{protocol}")
    if port.get("appProtocol") is not None:
        w.line("AppProtocol:", port["appProtocol"])
    if port.get("nodePort"):
        w.line("NodePort:", name, f"{port['nodePort']}/{protocol}")
    w.line("Endpoints:", endpoints_text(slices, port.get("name", "")))


def endpoints_text(slices: Sequence[Obj], port_name: str) -> str:
    """The ready endpoints of a service's port. Mirrors formatEndpointSlices."""
    if not slices:
        return "<none>"
    addresses = []
    for entry in slices:
        ready = [endpoint["addresses"][0] for endpoint in entry.get("endpoints") or () if _is_ready(endpoint)]
        ports = entry.get("ports") or ()
        if not ports:
            addresses += ready
        for port in ports:
            if (port.get("name") or "") == port_name:
                addresses += [_host_port(address, port.get("port")) for address in ready]
    return first_few(addresses)


def _is_ready(endpoint: Obj) -> bool:
    """A missing condition counts as ready."""
    return bool(dig(endpoint, "conditions", "ready", default=True))


def _host_port(address: str, port: int | None) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _describe_policies(w: Description, spec: Obj) -> None:
    w.line("Session Affinity:", spec.get("sessionAffinity", ""))
    for title, field in (
        ("External Traffic Policy:", "externalTrafficPolicy"),
        ("Internal Traffic Policy:", "internalTrafficPolicy"),
        ("HealthCheck NodePort:", "healthCheckNodePort"),
    ):
        if spec.get(field):
            w.line(title, spec[field])
    if spec.get("loadBalancerSourceRanges"):
        w.line("LoadBalancer Source Ranges:", ",".join(spec["loadBalancerSourceRanges"]))
    if spec.get("trafficDistribution") is not None:
        w.line("Traffic Distribution:", spec["trafficDistribution"])
