"""The description of a ResourceQuota. Mirrors describeQuota."""

from __future__ import annotations

from kubesim.api import quantity
from kubesim.api.meta import Obj, dig
from kubesim.kubectl.describe.common import describe_name
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Reader

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


def describe_resource_quota(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
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
