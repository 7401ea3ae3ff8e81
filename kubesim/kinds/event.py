"""An Event: what a controller recorded about an object."""

from __future__ import annotations

from kubesim.api.meta import Obj, dig
from kubesim.kinds.base import Column, Kind
from kubesim.kinds.common.cells import since

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError

SELECTABLE_FIELDS = (
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.resourceVersion",
    "involvedObject.fieldPath",
    "reason",
    "reportingComponent",
    "type",
)


class Event(Kind):
    """Mirrors pkg/registry/core/event."""

    columns = (
        Column("LAST SEEN"),
        Column("TYPE"),
        Column("REASON"),
        Column("OBJECT"),
        Column("SUBOBJECT", wide=True),
        Column("SOURCE", wide=True),
        Column("MESSAGE"),
        Column("FIRST SEEN", wide=True),
        Column("COUNT", wide=True),
        Column("NAME", wide=True),
    )

    def group_of(self, obj: Obj) -> str:
        """Events about the pods of one controller lie together: by the pod's name less its suffix.

        One of another name, which a client made by hand, would not be found there.
        """
        about = obj.get("involvedObject") or {}
        group = str(about.get("name", "")).rpartition("-")[0] if about.get("kind") == "Pod" else ""
        name = (obj.get("metadata") or about).get("name") or about.get("name", "")
        return group if name.startswith(f"{group}-") else ""

    def parent_of(self, obj: Obj) -> str | None:
        """An event is indexed by the object that it is about."""
        uid = (obj.get("involvedObject") or {}).get("uid")
        return None if uid is None else str(uid)

    def validate_version(self, new: Obj, old: Obj | None, api_version: str) -> list[FieldError]:
        """Mirrors ValidateEventCreate and ValidateEventUpdate: events.k8s.io/v1 asks more than v1."""
        from kubesim.kinds.validation.event import validate_event

        return validate_event(new, old, api_version)

    def row(self, obj: Obj, now: int) -> list[str]:
        """Mirrors printEvent."""
        about = obj.get("involvedObject") or {}
        first, last, count = seen(obj, now)
        return [
            last,
            obj.get("type", ""),
            obj.get("reason", ""),
            "/".join(filter(None, (about.get("kind", "").lower(), about.get("name")))),
            about.get("fieldPath", ""),
            ", ".join(filter(None, (source_of(obj), dig(obj, "source", "host") or obj.get("reportingInstance")))),
            obj.get("message", "").strip(),
            first,
            str(count),
            obj["metadata"]["name"],
        ]

    def field(self, obj: Obj, path: str) -> str | None:
        """Mirrors event's ToSelectableFields."""
        if path == "source":
            return source_of(obj)
        if path in SELECTABLE_FIELDS:
            return str(dig(obj, *path.split("."), default=""))
        return super().field(obj, path)


def seen(obj: Obj, now: int) -> tuple[str, str, int]:
    """How long before ``now`` (ms) the event was first and last seen, and how often."""
    first = since(obj.get("firstTimestamp") or obj.get("eventTime"), now)
    last = since(obj["lastTimestamp"], now) if obj.get("lastTimestamp") else first
    series = obj.get("series")
    if series:
        return first, since(series["lastObservedTime"], now), series["count"]
    return first, last, obj.get("count") or 1


def source_of(obj: Obj) -> str:
    """The component that recorded the event."""
    return str(dig(obj, "source", "component") or obj.get("reportingComponent", ""))
