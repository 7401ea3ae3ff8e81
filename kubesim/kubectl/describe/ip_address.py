"""The description of an IPAddress. Mirrors describeIPAddressV1."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, labels_of
from kubesim.kubectl.describe.common import describe_annotations, describe_events, describe_labels
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Reader


def describe_ip_address(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    w = Description()
    w.line("Name:", obj["metadata"]["name"])
    describe_labels(w, labels_of(obj))
    describe_annotations(w, annotations_of(obj))
    parent = obj["spec"].get("parentRef")
    if parent is not None:
        w.line("Parent Reference:")
        for field in ("group", "resource", "namespace", "name"):
            w.line(f"{field.capitalize()}:", parent.get(field, ""), level=1)
    if show_events:
        describe_events(w, reader.events_of(obj), now)
    return w.text()
