"""The description of an EndpointSlice. Mirrors describeEndpointSliceV1."""

from __future__ import annotations

from kubesim.api.meta import Obj, dig
from kubesim.kubectl.describe.common import describe_events, describe_metadata, describe_name
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.kinds.base import Reader


def describe_endpoint_slice(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
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
        describe_events(w, reader.events_of(obj), now)
    return w.text()


def _describe_slice_ports(w: Description, ports: Sequence[Obj]) -> None:
    w.line("Ports:" if ports else "Ports: <unset>")
    if ports:
        w.line("Name", "Port", "Protocol", level=1)
        w.line("----", "----", "--------", level=1)
    for port in ports:
        number = port.get("port")
        shown = "<unset>" if number is None else number
        w.line(port.get("name") or "<unset>", shown, port.get("protocol", "TCP"), level=1)


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
