"""The description of a ReplicaSet. Mirrors describeReplicaSet."""

from __future__ import annotations

from kubesim.api.meta import Obj
from kubesim.kinds.common.cells import number, selector_cell
from kubesim.kubectl.describe.common import (
    describe_conditions,
    describe_controller,
    describe_events,
    describe_metadata,
    describe_name,
    describe_pod_counts,
)
from kubesim.kubectl.describe.pod_template import describe_pod_template
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Reader


def describe_replica_set(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    w = Description()
    describe_name(w, obj)
    w.line("Selector:", selector_cell(obj["spec"]["selector"]))
    describe_metadata(w, obj)
    describe_controller(w, obj)
    describe_replicas(w, obj, reader, now, show_events=show_events)
    return w.text()


def describe_replicas(w: Description, obj: Obj, reader: Reader, now: int, *, show_events: bool) -> None:
    w.line("Replicas:", f"{number(obj, 'status', 'replicas')} current / {number(obj, 'spec', 'replicas')} desired")
    describe_pod_counts(w, obj, reader)
    describe_pod_template(w, obj["spec"]["template"])
    describe_conditions(w, obj)
    if show_events:
        describe_events(w, reader.events_of(obj), now)
