"""The description of a Namespace, and of the quotas and limits in it. Mirrors describeNamespace."""

from __future__ import annotations

from kubesim.api.meta import Obj, dig
from kubesim.kubectl.describe.common import describe_metadata, long_time
from kubesim.kubectl.describe.limit_range import LIMIT_TITLES, describe_limits
from kubesim.kubectl.describe.resource_quota import SCOPES
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.kinds.base import Reader


def describe_namespace(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    w = Description()
    name = obj["metadata"]["name"]
    w.line("Name:", name)
    describe_metadata(w, obj)
    w.line("Status:", dig(obj, "status", "phase", default=""))
    _describe_conditions(w, dig(obj, "status", "conditions", default=()))
    w.write("\n")
    _describe_quotas(w, reader.list("ResourceQuota", name))
    w.write("\n")
    _describe_limit_ranges(w, reader.list("LimitRange", name))
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
