"""An Event as events.k8s.io/v1 serves it. Mirrors pkg/apis/events/v1/conversion.go."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

#: What field selectors of this version call the fields of the stored one.
SELECTABLE_FIELDS = {
    "reportingController": "reportingComponent",
    **{
        f"regarding.{name}": f"involvedObject.{name}"
        for name in ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")
    },
}


def to_stored(obj: Obj) -> Obj:
    new = {_STORED_NAMES.get(name, name): value for name, value in obj.items()}
    return {**new, "apiVersion": "v1"}


def from_stored(obj: Obj) -> Obj:
    new = {_NAMES.get(name, name): value for name, value in obj.items()}
    return {**new, "apiVersion": "events.k8s.io/v1"}
