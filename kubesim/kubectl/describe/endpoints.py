"""The description of an Endpoints object. Mirrors describeEndpoints."""

from __future__ import annotations

from kubesim.api.meta import Obj
from kubesim.kubectl.describe.common import describe_events, describe_metadata, describe_name
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Reader


def describe_endpoints(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    w = Description()
    describe_name(w, obj)
    describe_metadata(w, obj)
    w.line("Subsets:")
    for subset in obj.get("subsets") or ():
        _describe_subset(w, subset)
    if show_events:
        describe_events(w, reader.events_of(obj), now)
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
