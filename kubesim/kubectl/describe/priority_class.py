"""The description of a PriorityClass. Mirrors describePriorityClass."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of
from kubesim.kinds.common.cells import format_labels
from kubesim.kubectl.describe.common import describe_events
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Reader


def describe_priority_class(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    w = Description()
    w.line("Name:", obj["metadata"]["name"])
    w.line("Value:", obj.get("value", 0))
    w.line("GlobalDefault:", str(obj.get("globalDefault", False)).lower())
    w.line("PreemptionPolicy:", obj.get("preemptionPolicy", ""))
    w.line("Description:", obj.get("description", ""))
    w.line("Annotations:", format_labels(annotations_of(obj)))
    if show_events:
        describe_events(w, reader.events_of(obj), now)
    return w.text()
