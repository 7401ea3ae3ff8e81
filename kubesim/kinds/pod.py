"""A Pod: containers that run together on one node."""

from __future__ import annotations

from kubesim.api.meta import Obj, controller_of
from kubesim.kinds.base import Kind


class Pod(Kind):
    """Mirrors pkg/registry/core/pod."""

    has_generation = True
    has_status = True

    def group_of(self, obj: Obj) -> str:
        """The name of the controller that the pod belongs to."""
        owner = controller_of(obj)
        return "" if owner is None else str(owner["name"])
