"""The description of a ReplicationController. Mirrors describeReplicationController."""

from __future__ import annotations

from kubesim.api.meta import Obj
from kubesim.kinds.common.cells import format_labels
from kubesim.kubectl.describe.common import describe_metadata, describe_name
from kubesim.kubectl.describe.replica_set import describe_replicas
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Reader


def describe_replication_controller(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    w = Description()
    describe_name(w, obj)
    w.line("Selector:", format_labels(obj["spec"].get("selector")))
    describe_metadata(w, obj)
    describe_replicas(w, obj, reader, now, show_events=show_events)
    return w.text()
