"""Asks why objects are not as they are wanted: each once, and none from within its own answer."""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, key_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kubesim.cluster import Cluster
    from kubesim.views.why.model import Cause

    #: The causes of one object; none if it is as it is wanted.
    Find = Callable[["Inquiry", Obj], list[Cause]]


class Inquiry:
    """An inquiry into a cluster at one instant. ``finders`` has for each kind what finds the causes of its objects.

    What finds causes may ask about other objects in turn: a Service about its pods, a pod about its claims.
    """

    def __init__(self, cluster: Cluster, finders: Mapping[str, Find]) -> None:
        self.cluster = cluster
        self._finders = finders
        self._known: dict[Key, list[Cause]] = {}

    def causes_of(self, obj: Obj) -> list[Cause]:
        """Why an object is not as it is wanted.

        Two that wait for each other (a pod for a Service, the Service for that pod) have no cause in each other.
        """
        key = key_of(obj)
        if key not in self._known:
            self._known[key] = []
            find = self._finders.get(key.kind)
            self._known[key] = [] if find is None else find(self, obj)
        return self._known[key]
