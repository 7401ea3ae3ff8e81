"""The descriptions of what limits a namespace's pods: quotas, limit ranges, budgets, priorities.

Mirrors describeQuota, describeLimitRange, PodDisruptionBudgetDescriber and describePriorityClass.
"""

from __future__ import annotations

from kubesim.api import quantity
from kubesim.api.meta import Obj, annotations_of, dig
from kubesim.api.selectors import format_label_selector
from kubesim.kinds.common.cells import format_labels, number
from kubesim.kubectl.describe.common import describe_events, describe_name
from kubesim.kubectl.describe.namespace import LIMIT_TITLES, SCOPES, describe_limits
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Look


def describe_resource_quota(obj: Obj) -> str:
    w = Description()
    describe_name(w, obj)
    scopes = sorted(dig(obj, "spec", "scopes", default=()))
    if scopes:
        w.line("Scopes:", ", ".join(scopes))
    for scope in scopes:
        if scope in SCOPES:
            w.line(f" * {SCOPES[scope]}")
    w.line("Resource", "Used", "Hard")
    w.line("--------", "----", "----")
    hard, used = dig(obj, "status", "hard", default={}), dig(obj, "status", "used", default={})
    for resource in sorted(hard):
        w.line(resource, quantity.in_format_of(used.get(resource, "0"), hard[resource]), hard[resource])
    return w.text()


def describe_limit_range(obj: Obj) -> str:
    w = Description()
    describe_name(w, obj)
    w.line(*LIMIT_TITLES)
    w.line(*("-" * len(title) for title in LIMIT_TITLES))
    for item in dig(obj, "spec", "limits", default=()) or ():
        describe_limits(w, item, "")
    return w.text()


def describe_pod_disruption_budget(obj: Obj, look: Look, now: int, *, show_events: bool) -> str:
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
        describe_events(w, look.events_of(obj), now)
    return w.text()


def describe_priority_class(obj: Obj, look: Look, now: int, *, show_events: bool) -> str:
    w = Description()
    w.line("Name:", obj["metadata"]["name"])
    w.line("Value:", obj.get("value", 0))
    w.line("GlobalDefault:", str(obj.get("globalDefault", False)).lower())
    w.line("PreemptionPolicy:", obj.get("preemptionPolicy", ""))
    w.line("Description:", obj.get("description", ""))
    w.line("Annotations:", format_labels(annotations_of(obj)))
    if show_events:
        describe_events(w, look.events_of(obj), now)
    return w.text()
