"""The description of a Namespace, and of the quotas and limits in it. Mirrors describeNamespace."""

from __future__ import annotations

from kubesim.api.meta import Obj, dig
from kubesim.kubectl.describe.common import describe_metadata, long_time
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.kinds.base import Look

SCOPES = {
    "Terminating": (
        "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being"
        " actively terminated by the system."
    ),
    "NotTerminating": (
        "Matches all pods that do not have an active deadline. These pods usually include long running pods whose"
        " container command is not expected to terminate."
    ),
    "BestEffort": (
        "Matches all pods that do not have resource requirements set. These pods have a best effort quality of service."
    ),
    "NotBestEffort": (
        "Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed"
        " quality of service."
    ),
}
LIMIT_TITLES = ("Type", "Resource", "Min", "Max", "Default Request", "Default Limit", "Max Limit/Request Ratio")
LIMIT_FIELDS = ("min", "max", "defaultRequest", "default", "maxLimitRequestRatio")


def describe_namespace(obj: Obj, look: Look) -> str:
    w = Description()
    name = obj["metadata"]["name"]
    w.line("Name:", name)
    describe_metadata(w, obj)
    w.line("Status:", dig(obj, "status", "phase", default=""))
    _describe_conditions(w, dig(obj, "status", "conditions", default=()))
    w.write("\n")
    _describe_quotas(w, look.list("ResourceQuota", name))
    w.write("\n")
    _describe_limit_ranges(w, look.list("LimitRange", name))
    return w.text()


def _describe_conditions(w: Description, conditions: Sequence[Obj]) -> None:
    if not conditions:
        return
    w.line("Conditions:")
    w.line("Type", "Status", "LastTransitionTime", "Reason", "Message", level=1)
    w.line("----", "------", "------------------", "------", "-------", level=1)
    for condition in conditions:
        changed = long_time(condition.get("lastTransitionTime"))
        cells = (condition["type"], condition["status"], changed, condition.get("reason", ""))
        w.line(*cells, condition.get("message", ""), level=1)


def _describe_quotas(w: Description, quotas: Sequence[Obj]) -> None:
    """Mirrors DescribeResourceQuotas."""
    if not quotas:
        w.line("No resource quota.")
        return
    w.line("Resource Quotas")
    for quota in quotas:
        w.line("Name:", quota["metadata"]["name"], level=1)
        scopes = sorted(dig(quota, "spec", "scopes", default=()))
        if scopes:
            w.line("Scopes:", ", ".join(scopes), level=1)
        for scope in scopes:
            if scope in SCOPES:
                w.line(f"* {SCOPES[scope]}", level=1)
        w.line("Resource", "Used", "Hard", level=1)
        w.line("--------", "---", "---", level=1)
        hard, used = dig(quota, "status", "hard", default={}), dig(quota, "status", "used", default={})
        for resource in sorted(hard):
            w.line(resource, used.get(resource, "0"), hard[resource], level=1)


def _describe_limit_ranges(w: Description, ranges: Sequence[Obj]) -> None:
    """Mirrors DescribeLimitRanges."""
    if not ranges:
        w.line("No LimitRange resource.")
        return
    w.line("Resource Limits")
    w.line(f" {LIMIT_TITLES[0]}", *LIMIT_TITLES[1:])
    w.line(" ----", *("-" * len(title) for title in LIMIT_TITLES[1:]))
    for entry in ranges:
        for item in dig(entry, "spec", "limits", default=()):
            describe_limits(w, item, " ")


def describe_limits(w: Description, item: Obj, prefix: str) -> None:
    """A line for each resource that the limits are about. Mirrors describeLimitRangeSpec."""
    resources = sorted({resource for field in LIMIT_FIELDS for resource in item.get(field) or ()})
    for resource in resources:
        amounts = [dig(item, field, resource, default="-") for field in LIMIT_FIELDS]
        w.line(f"{prefix}{item['type']}", resource, *amounts)
