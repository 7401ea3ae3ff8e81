"""The description of a StatefulSet. Mirrors describeStatefulSet."""

from __future__ import annotations

from kubesim.api.meta import Obj, dig
from kubesim.kinds.common.cells import number, selector_cell
from kubesim.kubectl.describe.common import (
    describe_annotations,
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

    from kubesim.kinds.base import Reader


def describe_stateful_set(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    w = Description()
    spec = obj["spec"]
    describe_name(w, obj)
    w.line("CreationTimestamp:", long_time(obj["metadata"].get("creationTimestamp")))
    w.line("Selector:", selector_cell(spec["selector"]))
    describe_metadata(w, obj)
    w.line("Replicas:", f"{number(spec, 'replicas')} desired | {number(obj, 'status', 'replicas')} total")
    _describe_update_strategy(w, spec.get("updateStrategy") or {})
    describe_pod_counts(w, obj, reader)
    describe_pod_template(w, spec["template"])
    _describe_claim_templates(w, spec.get("volumeClaimTemplates") or ())
    if show_events:
        describe_events(w, reader.events_of(obj), now)
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
