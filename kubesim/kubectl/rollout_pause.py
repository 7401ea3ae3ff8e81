"""What ``rollout pause`` and ``rollout resume`` write.

Mirrors kubectl's polymorphichelpers/objectpauser.go and objectresumer.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj
from kubesim.kubectl.rollout_kinds import refused


def pause(obj: Obj) -> Obj:
    """The Deployment, paused; UserError if it is, or is none."""
    if obj["kind"] != "Deployment":
        raise refused(obj, "pausing is not supported")
    if obj["spec"].get("paused"):
        raise refused(obj, "is already paused")
    return {**obj, "spec": {**obj["spec"], "paused": True}}


def resume(obj: Obj) -> Obj:
    """The Deployment, resumed; UserError if it is not paused, or is none."""
    if obj["kind"] != "Deployment":
        raise refused(obj, "resuming is not supported")
    if not obj["spec"].get("paused"):
        raise refused(obj, "is not paused")
    return {**obj, "spec": {name: value for name, value in obj["spec"].items() if name != "paused"}}
