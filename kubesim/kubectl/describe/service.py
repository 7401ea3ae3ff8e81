"""The descriptions of Services, EndpointSlices and Endpoints.

Mirrors describeService, describeEndpointSliceV1 and describeEndpoints.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, dig, labels_of
from kubesim.kinds.common.cells import first_few, format_labels
from kubesim.kubectl.describe.common import describe_events, describe_metadata, describe_name
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.kinds.base import Look

SERVICE_NAME = "kubernetes.io/service-name"


def describe_service(obj: Obj, look: Look, now: int, *, show_events: bool) -> str:
    w = Description()
    spec = obj["spec"]
    describe_name(w, obj)
    describe_metadata(w, obj)
    w.line("Selector:", format_labels(spec.get("selector")))
    w.line("Type:", spec.get("type", ""))
    _describe_addresses(w, obj)
    slices = _slices_of(obj, look)
    for port in spec.get("ports") or ():
        _describe_port(w, port, slices)
    _describe_policies(w, spec)
    if show_events:
        describe_events(w, look.events_of(obj), now)
    return w.text()


def _slices_of(obj: Obj, look: Look) -> list[Obj]:
    meta = obj["metadata"]
    slices = look.list("EndpointSlice", meta["namespace"])
    return [entry for entry in slices if labels_of(entry).get(SERVICE_NAME) == meta["name"]]


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
    told = []
    for entry in slices:
        ready = [endpoint["addresses"][0] for endpoint in entry.get("endpoints") or () if _is_ready(endpoint)]
        ports = entry.get("ports") or ()
        if not ports:
            told += ready
        for port in ports:
            if (port.get("name") or "") == port_name:
                told += [_host_port(address, port.get("port")) for address in ready]
    return first_few(told)


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


def describe_endpoint_slice(obj: Obj, look: Look, now: int, *, show_events: bool) -> str:
    w = Description()
    describe_name(w, obj)
    describe_metadata(w, obj)
    w.line("AddressType:", obj["addressType"])
    _describe_slice_ports(w, obj.get("ports") or ())
    endpoints = obj.get("endpoints") or ()
    w.line("Endpoints:" if endpoints else "Endpoints: <none>")
    for endpoint in endpoints:
        _describe_endpoint(w, endpoint)
    if show_events:
        describe_events(w, look.events_of(obj), now)
    return w.text()


def _describe_slice_ports(w: Description, ports: Sequence[Obj]) -> None:
    w.line("Ports:" if ports else "Ports: <unset>")
    if ports:
        w.line("Name", "Port", "Protocol", level=1)
        w.line("----", "----", "--------", level=1)
    for port in ports:
        number = port.get("port")
        told = "<unset>" if number is None else number
        w.line(port.get("name") or "<unset>", told, port.get("protocol", "TCP"), level=1)


def _describe_endpoint(w: Description, endpoint: Obj) -> None:
    w.line("- Addresses:", ", ".join(endpoint.get("addresses") or ()) or "<none>", level=1)
    w.line("Conditions:", level=2)
    ready = dig(endpoint, "conditions", "ready")
    w.line("Ready:", "<unset>" if ready is None else str(ready).lower(), level=3)
    w.line("Hostname:", endpoint.get("hostname", "<unset>"), level=2)
    target = endpoint.get("targetRef")
    if target:
        w.line("TargetRef:", f"{target.get('kind', '')}/{target.get('name', '')}", level=2)
    w.line("NodeName:", endpoint.get("nodeName", "<unset>"), level=2)
    w.line("Zone:", endpoint.get("zone", "<unset>"), level=2)


def describe_endpoints(obj: Obj, look: Look, now: int, *, show_events: bool) -> str:
    w = Description()
    describe_name(w, obj)
    describe_metadata(w, obj)
    w.line("Subsets:")
    for subset in obj.get("subsets") or ():
        _describe_subset(w, subset)
    if show_events:
        describe_events(w, look.events_of(obj), now)
    return w.text()


def _describe_subset(w: Description, subset: Obj) -> None:
    for title, field in (("Addresses:", "addresses"), ("NotReadyAddresses:", "notReadyAddresses")):
        w.line(title, ",".join(address["ip"] for address in subset.get(field) or ()) or "<none>", level=1)
    ports = subset.get("ports") or ()
    if ports:
        w.line("Ports:", level=1)
        w.line("Name", "Port", "Protocol", level=2)
        w.line("----", "----", "--------", level=2)
    for port in ports:
        w.line(port.get("name") or "<unset>", port["port"], port.get("protocol", ""), level=2)
    w.line()
