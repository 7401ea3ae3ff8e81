"""The description of an IngressClass. Mirrors describeIngressClassV1."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, labels_of
from kubesim.kubectl.describe.common import describe_annotations, describe_events, describe_labels
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Reader


def describe_ingress_class(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    w = Description()
    w.line("Name:", obj["metadata"]["name"])
    describe_labels(w, labels_of(obj))
    describe_annotations(w, annotations_of(obj))
    w.line("Controller:", obj["spec"].get("controller", ""))
    parameters = obj["spec"].get("parameters")
    if parameters is not None:
        w.line("Parameters:")
        if parameters.get("apiGroup") is not None:
            w.line("APIGroup:", parameters["apiGroup"], level=1)
        w.line("Kind:", parameters.get("kind", ""), level=1)
        w.line("Name:", parameters.get("name", ""), level=1)
    if show_events:
        describe_events(w, reader.events_of(obj), now)
    return w.text()
