"""An Event as events.k8s.io/v1 serves it. Mirrors pkg/apis/events/v1/conversion.go."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

_NAMES = {
    "message": "note",
    "involvedObject": "regarding",
    "source": "deprecatedSource",
    "firstTimestamp": "deprecatedFirstTimestamp",
    "lastTimestamp": "deprecatedLastTimestamp",
    "count": "deprecatedCount",
    "reportingComponent": "reportingController",
}
_STORED_NAMES = {new: old for old, new in _NAMES.items()}

# What field selectors of this version call the fields of the stored one.
_SELECTABLE = {
    "reportingController": "reportingComponent",
    **{
        f"regarding.{name}": f"involvedObject.{name}"
        for name in ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")
    },
}


_SAME = ("reason", "type", "metadata.name", "metadata.namespace")


def stored_field(path: str) -> str | None:
    """What the stored version calls the field of a field selector; None where there is none of that name."""
    return path if path in _SAME else _SELECTABLE.get(path)


def to_stored(obj: Obj) -> Obj:
    new = {_STORED_NAMES.get(name, name): value for name, value in obj.items()}
    return {**new, "apiVersion": "v1"}


def from_stored(obj: Obj) -> Obj:
    new = {_NAMES.get(name, name): value for name, value in obj.items()}
    for name in ("reportingController", "reportingInstance"):
        if not new.get(name):
            new.pop(name, None)
    return {**new, "apiVersion": "events.k8s.io/v1"}
