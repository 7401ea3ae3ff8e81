"""The description of a PodDisruptionBudget. Mirrors describePodDisruptionBudget."""

from __future__ import annotations

from kubesim.api.meta import Obj
from kubesim.api.selectors import format_label_selector
from kubesim.kinds.common.cells import number
from kubesim.kubectl.describe.common import describe_events, describe_name
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Reader


def describe_pod_disruption_budget(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    w = Description()
    spec = obj["spec"]
    describe_name(w, obj)
    if "minAvailable" in spec:
        w.line("Min available:", spec["minAvailable"])
    elif "maxUnavailable" in spec:
        w.line("Max unavailable:", spec["maxUnavailable"])
    selector = spec.get("selector")
    w.line("Selector:", "<unset>" if selector is None else format_label_selector(selector))
    w.line("Status:")
    for title, field in (
        ("Allowed disruptions:", "disruptionsAllowed"),
        ("Current:", "currentHealthy"),
        ("Desired:", "desiredHealthy"),
        ("Total:", "expectedPods"),
    ):
        w.line(f"    {title}", number(obj, "status", field))
    if show_events:
        describe_events(w, reader.events_of(obj), now)
    return w.text()
