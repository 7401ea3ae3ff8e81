"""The descriptions of the workloads that are little more than a pod template and its counts.

Mirrors describeReplicaSet, describeReplicationController, describeDaemonSet, describeStatefulSet.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, dig
from kubesim.kinds.common.cells import format_labels, number, selector_cell
from kubesim.kubectl.describe.common import (
    describe_annotations,
    describe_conditions,
    describe_controller,
    describe_events,
    describe_labels,
    describe_metadata,
    describe_name,
    describe_pod_counts,
    long_time,
)
from kubesim.kubectl.describe.pod_template import describe_pod_template
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.kinds.base import Look


def describe_replica_set(obj: Obj, look: Look, now: int, *, show_events: bool) -> str:
    w = Description()
    describe_name(w, obj)
    w.line("Selector:", selector_cell(obj["spec"]["selector"]))
    describe_metadata(w, obj)
    describe_controller(w, obj)
    _describe_replicas(w, obj, look, now, show_events=show_events)
    return w.text()


def describe_replication_controller(obj: Obj, look: Look, now: int, *, show_events: bool) -> str:
    w = Description()
    describe_name(w, obj)
    w.line("Selector:", format_labels(obj["spec"].get("selector")))
    describe_metadata(w, obj)
    _describe_replicas(w, obj, look, now, show_events=show_events)
    return w.text()


def _describe_replicas(w: Description, obj: Obj, look: Look, now: int, *, show_events: bool) -> None:
    w.line("Replicas:", f"{number(obj, 'status', 'replicas')} current / {number(obj, 'spec', 'replicas')} desired")
    describe_pod_counts(w, obj, look)
    describe_pod_template(w, obj["spec"]["template"])
    describe_conditions(w, obj)
    if show_events:
        describe_events(w, look.events_of(obj), now)


def describe_daemon_set(obj: Obj, look: Look, now: int, *, show_events: bool) -> str:
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
    describe_pod_counts(w, obj, look)
    describe_pod_template(w, spec["template"])
    if show_events:
        describe_events(w, look.events_of(obj), now)
    return w.text()


def describe_stateful_set(obj: Obj, look: Look, now: int, *, show_events: bool) -> str:
    w = Description()
    spec = obj["spec"]
    describe_name(w, obj)
    w.line("CreationTimestamp:", long_time(obj["metadata"].get("creationTimestamp")))
    w.line("Selector:", selector_cell(spec["selector"]))
    describe_metadata(w, obj)
    w.line("Replicas:", f"{number(spec, 'replicas')} desired | {number(obj, 'status', 'replicas')} total")
    _describe_update_strategy(w, spec.get("updateStrategy") or {})
    describe_pod_counts(w, obj, look)
    describe_pod_template(w, spec["template"])
    _describe_claim_templates(w, spec.get("volumeClaimTemplates") or ())
    if show_events:
        describe_events(w, look.events_of(obj), now)
    return w.text()


def _describe_update_strategy(w: Description, strategy: Obj) -> None:
    w.line("Update Strategy:", strategy.get("type", ""))
    rolling = strategy.get("rollingUpdate") or {}
    if rolling.get("partition") is not None:
        w.line("Partition:", rolling["partition"], level=1)
        if rolling.get("maxUnavailable") is not None:
            w.line("MaxUnavailable:", rolling["maxUnavailable"], level=1)


def _describe_claim_templates(w: Description, claims: Sequence[Obj]) -> None:
    """Mirrors describeVolumeClaimTemplates."""
    w.line("Volume Claims:", *([] if claims else ["<none>"]))
    for claim in claims:
        meta, spec = claim["metadata"], claim.get("spec") or {}
        w.line("Name:", meta["name"], level=1)
        w.line("StorageClass:", spec.get("storageClassName", ""), level=1)
        describe_labels(w, meta.get("labels"), indent="  ")
        describe_annotations(w, meta.get("annotations"), "  Annotations")
        w.line("Capacity:", dig(spec, "resources", "requests", "storage", default="<default>"), level=1)
        w.line("Access Modes:", f"[{' '.join(spec.get('accessModes') or ())}]", level=1)
