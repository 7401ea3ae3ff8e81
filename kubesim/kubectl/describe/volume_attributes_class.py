"""The description of a VolumeAttributesClass. Mirrors describeVolumeAttributesClass."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of
from kubesim.kinds.common.cells import format_labels
from kubesim.kubectl.describe.common import describe_events
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Reader


def describe_volume_attributes_class(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    w = Description()
    w.line("Name:", obj["metadata"]["name"])
    w.line("Annotations:", format_labels(annotations_of(obj)))
    w.line("DriverName:", obj["driverName"])
    w.line("Parameters:", format_labels(obj.get("parameters")))
    if show_events:
        describe_events(w, reader.events_of(obj), now)
    return w.text()
