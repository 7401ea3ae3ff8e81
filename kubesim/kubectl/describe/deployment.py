"""The description of a Deployment. Mirrors describeDeployment."""

from __future__ import annotations

from kubesim.api.meta import Obj, dig
from kubesim.api.revisions import find_new_replica_set, find_old_replica_sets
from kubesim.kinds.common.cells import number, selector_cell
from kubesim.kubectl.describe.common import (
    describe_conditions,
    describe_events,
    describe_metadata,
    describe_name,
    long_time,
)
from kubesim.kubectl.describe.pod_template import describe_pod_template
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Reader


def describe_deployment(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    """A deployment, its ReplicaSets and, by default, the events about it at ``now`` (ms)."""
    w = Description()
    spec = obj["spec"]
    describe_name(w, obj)
    w.line("CreationTimestamp:", long_time(obj["metadata"].get("creationTimestamp")))
    describe_metadata(w, obj)
    w.line("Selector:", selector_cell(spec["selector"]))
    w.line("Replicas:", _replicas(obj))
    _describe_strategy(w, spec)
    describe_pod_template(w, spec["template"])
    describe_conditions(w, obj)
    _describe_replica_sets(w, obj, reader)
    if show_events:
        describe_events(w, reader.events_of(obj), now)
    return w.text()


def _replicas(obj: Obj) -> str:
    counts = [
        f"{number(obj, 'spec', 'replicas')} desired",
        f"{number(obj, 'status', 'updatedReplicas')} updated",
        f"{number(obj, 'status', 'replicas')} total",
        f"{number(obj, 'status', 'availableReplicas')} available",
        f"{number(obj, 'status', 'unavailableReplicas')} unavailable",
    ]
    return " | ".join(counts)


def _describe_strategy(w: Description, spec: Obj) -> None:
    w.line("StrategyType:", dig(spec, "strategy", "type", default=""))
    w.line("MinReadySeconds:", spec.get("minReadySeconds", 0))
    rolling = dig(spec, "strategy", "rollingUpdate")
    if rolling:
        bounds = f"{rolling['maxUnavailable']} max unavailable, {rolling['maxSurge']} max surge"
        w.line("RollingUpdateStrategy:", bounds)


def _describe_replica_sets(w: Description, obj: Obj, reader: Reader) -> None:
    owned = reader.owned(obj, "ReplicaSet")
    if not owned:
        return
    new = find_new_replica_set(obj, owned)
    w.line("OldReplicaSets:", ", ".join(map(_summary, find_old_replica_sets(owned, new))) or "<none>")
    w.line("NewReplicaSet:", "<none>" if new is None else _summary(new))


def _summary(rs: Obj) -> str:
    created = f"{number(rs, 'status', 'replicas')}/{number(rs, 'spec', 'replicas')}"
    return f"{rs['metadata']['name']} ({created} replicas created)"
