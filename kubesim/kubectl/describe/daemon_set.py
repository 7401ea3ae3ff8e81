"""The description of a DaemonSet. Mirrors describeDaemonSet."""

from __future__ import annotations

from kubesim.api.meta import Obj, dig
from kubesim.kinds.common.cells import format_labels, number, selector_cell
from kubesim.kubectl.describe.common import describe_events, describe_metadata, describe_name, describe_pod_counts
from kubesim.kubectl.describe.pod_template import describe_pod_template
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Reader


def describe_daemon_set(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    w = Description()
    spec = obj["spec"]
    describe_name(w, obj)
    w.line("Selector:", selector_cell(spec["selector"]))
    w.line("Node-Selector:", format_labels(dig(spec, "template", "spec", "nodeSelector")))
    describe_metadata(w, obj)
    w.line(f"Desired Number of Nodes Scheduled: {number(obj, 'status', 'desiredNumberScheduled')}")
    w.line(f"Current Number of Nodes Scheduled: {number(obj, 'status', 'currentNumberScheduled')}")
    w.line(f"Number of Nodes Scheduled with Up-to-date Pods: {number(obj, 'status', 'updatedNumberScheduled')}")
    w.line(f"Number of Nodes Scheduled with Available Pods: {number(obj, 'status', 'numberAvailable')}")
    w.line(f"Number of Nodes Misscheduled: {number(obj, 'status', 'numberMisscheduled')}")
    describe_pod_counts(w, obj, reader)
    describe_pod_template(w, spec["template"])
    if show_events:
        describe_events(w, reader.events_of(obj), now)
    return w.text()
