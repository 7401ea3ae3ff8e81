"""The description of a CSINode. Mirrors describeCSINode."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, dig, labels_of
from kubesim.kubectl.describe.common import describe_annotations, describe_events, describe_labels, long_time
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Reader


def describe_csi_node(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    w = Description()
    w.line("Name:", obj["metadata"]["name"])
    describe_labels(w, labels_of(obj))
    describe_annotations(w, annotations_of(obj))
    w.line("CreationTimestamp:", long_time(obj["metadata"].get("creationTimestamp")))
    w.line("Spec:")
    drivers = obj["spec"]["drivers"]
    if drivers is not None:
        w.line("Drivers:", level=1)
        for driver in drivers:
            _describe_driver(w, driver)
    if show_events:
        describe_events(w, reader.events_of(obj), now)
    return w.text()


def _describe_driver(w: Description, driver: Obj) -> None:
    w.line(f"{driver['name']}:", level=2)
    w.line("Node ID:", driver["nodeID"], level=3)
    count = dig(driver, "allocatable", "count")
    if count is not None:
        w.line("Allocatables:", level=3)
        w.line("Count:", count, level=4)
    if driver["topologyKeys"] is not None:
        w.line("Topology Keys:", f"[{' '.join(driver['topologyKeys'])}]", level=3)
