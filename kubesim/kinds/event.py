"""An Event: what a controller told of an object."""

from __future__ import annotations

from kubesim.api.meta import Obj
from kubesim.kinds.base import Kind


class Event(Kind):
    """Mirrors pkg/registry/core/event."""

    def group_of(self, obj: Obj) -> str:
        """Events about the pods of one controller lie together: by the pod's name less its suffix."""
        about = obj["involvedObject"]
        return str(about["name"]).rpartition("-")[0] if about.get("kind") == "Pod" else ""

    def parent_of(self, obj: Obj) -> str | None:
        """An event is looked up by the object that it tells of."""
        uid = obj["involvedObject"].get("uid")
        return None if uid is None else str(uid)
