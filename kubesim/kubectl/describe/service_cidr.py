"""The description of a ServiceCIDR. Mirrors describeServiceCIDRV1."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, dig, labels_of
from kubesim.kubectl.describe.common import describe_annotations, describe_events, describe_labels, long_time
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Reader

_FIELDS = ("type", "status", "lastTransitionTime", "reason", "message")


def describe_service_cidr(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    w = Description()
    w.line("Name:", obj["metadata"]["name"])
    describe_labels(w, labels_of(obj))
    describe_annotations(w, annotations_of(obj))
    w.line("CIDRs:", ", ".join(obj["spec"].get("cidrs") or ()))
    conditions = dig(obj, "status", "conditions")
    if conditions:
        w.line("Status:")
        w.line("Conditions:")
        titles = [f"{name[0].upper()}{name[1:]}" for name in _FIELDS]
        w.line(*titles, level=1)
        w.line(*("-" * len(title) for title in titles), level=1)
        for condition in conditions:
            shown = {**condition, "lastTransitionTime": long_time(condition.get("lastTransitionTime"))}
            w.line(*(shown.get(name, "") for name in _FIELDS), level=1)
    if show_events:
        describe_events(w, reader.events_of(obj), now)
    return w.text()
