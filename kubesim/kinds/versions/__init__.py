"""The versions that a kind is served in beside the one that it is stored in.

Upstream converts every object through an internal type.  Here an object is kept as its stored version has it, and the
few kinds that are served in another one, too, have a module that turns each into the other.
"""

from __future__ import annotations

from kubesim.startup.module_import import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from kubesim.api.meta import Obj
    from kubesim.kinds import Names
    from kubesim.kinds.base import Kind

    class Conversion(Protocol):
        """What the module of a version has."""

        def to_stored(self, obj: Obj) -> Obj: ...

        def from_stored(self, obj: Obj) -> Obj: ...


# Both give a new object; what they share with the old one is not to be changed in place.
_CONVERSIONS = {
    ("autoscaling/v1", "HorizontalPodAutoscaler"): "kubesim.kinds.versions.autoscaling_v1",
    ("events.k8s.io/v1", "Event"): "kubesim.kinds.versions.events_v1",
}


class Served:
    """The fields that field selectors of a version know, of objects as they are stored or served."""

    def __init__(self, kind: Kind, names: Names) -> None:
        self._kind = kind.served_as(names.api_version)
        self.names = names

    def field(self, obj: Obj, path: str) -> str | None:
        """As ``Kind.field``."""
        if _conversion(self.names.api_version, self.names.kind) is None or self.names.kind != "Event":
            return self._kind.field(obj, path)
        from kubesim.kinds.versions.events_v1 import stored_field, to_stored

        known = stored_field(path)
        if known is None:
            return None
        is_as_served = obj.get("apiVersion") == self.names.api_version
        return self._kind.field(to_stored(obj) if is_as_served else obj, known)


def stored(obj: Obj) -> Obj:
    """The object in the version that its kind is stored in; the object itself if it is in it."""
    conversion = _conversion(obj.get("apiVersion", ""), obj["kind"])
    return conversion.to_stored(obj) if conversion else obj


def in_version(obj: Obj, api_version: str) -> Obj:
    """A stored object as it is served in that version; the object itself if that is the one it is stored in."""
    conversion = _conversion(api_version, obj["kind"])
    return conversion.from_stored(obj) if conversion and obj["apiVersion"] != api_version else obj


def _conversion(api_version: str, kind: str) -> Conversion | None:
    module = _CONVERSIONS.get((api_version, kind))
    return import_module(module) if module else None
