"""The description of a LimitRange. Mirrors describeLimitRange."""

from __future__ import annotations

from kubesim.api.meta import Obj, dig
from kubesim.kubectl.describe.common import describe_name
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Reader


LIMIT_TITLES = ("Type", "Resource", "Min", "Max", "Default Request", "Default Limit", "Max Limit/Request Ratio")

LIMIT_FIELDS = ("min", "max", "defaultRequest", "default", "maxLimitRequestRatio")


def describe_limit_range(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    w = Description()
    describe_name(w, obj)
    w.line(*LIMIT_TITLES)
    w.line(*("-" * len(title) for title in LIMIT_TITLES))
    for item in dig(obj, "spec", "limits", default=()) or ():
        describe_limits(w, item, "")
    return w.text()


def describe_limits(w: Description, item: Obj, prefix: str) -> None:
    """A line for each resource that the limits are about. Mirrors describeLimitRangeSpec."""
    resources = sorted({resource for field in LIMIT_FIELDS for resource in item.get(field) or ()})
    for resource in resources:
        amounts = [dig(item, field, resource, default="-") for field in LIMIT_FIELDS]
        w.line(f"{prefix}{item['type']}", resource, *amounts)
