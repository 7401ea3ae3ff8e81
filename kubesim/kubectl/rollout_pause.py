"""What ``rollout pause`` and ``rollout resume`` write.

Mirrors kubectl's polymorphichelpers/objectpauser.go and objectresumer.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, kind_of
from kubesim.kubectl.rollout_kinds import refused


def pause(obj: Obj, resource: str) -> Obj:
    """The Deployment, paused; UserError if it is, or is none."""
    if kind_of(obj) != "Deployment":
        raise refused(obj, resource, "pausing is not supported")
    if obj["spec"].get("paused"):
        raise refused(obj, resource, "is already paused")
    return {**obj, "spec": {**obj["spec"], "paused": True}}


def resume(obj: Obj, resource: str) -> Obj:
    """The Deployment, resumed; UserError if it is not paused, or is none."""
    if kind_of(obj) != "Deployment":
        raise refused(obj, resource, "resuming is not supported")
    if not obj["spec"].get("paused"):
        raise refused(obj, resource, "is not paused")
    return {**obj, "spec": {name: value for name, value in obj["spec"].items() if name != "paused"}}
