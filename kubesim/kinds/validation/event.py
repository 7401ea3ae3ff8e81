"""What is wrong with an Event. Mirrors pkg/apis/core/validation/events.go, in its order."""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import FieldError, immutable, invalid, invalid_for_each, required
from kubesim.api.meta import dig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

# In characters.
_LIMIT, _NOTE_LIMIT = 128, 1024
_TYPES = ("Normal", "Warning")
_KEPT = (
    *("involvedObject", "reason", "message", "source", "firstTimestamp", "lastTimestamp", "count", "type"),
    *("eventTime", "action", "related", "reportingController", "reportingInstance"),
)


def validate_event(new: Obj, old: Obj | None, api_version: str) -> list[FieldError]:
    """``new`` and ``old`` are stored Events; ``api_version`` is the one that the client sent ``new`` in."""
    wrong = _validate_always(new, api_version)
    if api_version == "v1":
        return wrong
    if old is None:
        return wrong + _validate_series(new) + _validate_new(new)
    if new.get("series") != old.get("series"):
        wrong += _validate_series(new)
    for name in _KEPT:
        field = "reportingComponent" if name == "reportingController" else name
        wrong += immutable(name, new.get(field), old.get(field))
    return wrong


def _validate_always(event: Obj, api_version: str) -> list[FieldError]:
    about, namespace = dig(event, "involvedObject", "namespace", default=""), event["metadata"]["namespace"]
    wrong: list[FieldError] = []
    at_home = ("", "default") if not event.get("eventTime") else ("default", "kube-system")
    is_elsewhere = bool(about) and about != namespace and not event.get("eventTime")
    if is_elsewhere or (not about and namespace not in at_home):
        wrong.append(invalid("involvedObject.namespace", about, "does not match event.namespace"))
    return wrong + (_validate_reporter(event, api_version) if event.get("eventTime") else [])


def _validate_reporter(event: Obj, api_version: str) -> list[FieldError]:
    """What an event needs that has the time at which it happened."""
    path = "reportingComponent" if api_version == "v1" else "reportingController"
    reporter = event.get("reportingComponent", "")
    wrong = [] if reporter else [required(path)]
    wrong += invalid_for_each(path, reporter, names.is_qualified_name(reporter))
    for name in ("reportingInstance", "action", "reason"):
        value = event.get(name, "")
        wrong += [] if value else [required(name)]
        wrong += _too_long(name, value, _LIMIT)
    return wrong + _too_long("message", event.get("message", ""), _NOTE_LIMIT)


def _too_long(path: str, value: str, limit: int) -> list[FieldError]:
    return [invalid(path, "", f"can have at most {limit} characters")] if len(value.encode()) > limit else []


def _validate_series(event: Obj) -> list[FieldError]:
    series = event.get("series")
    if series is None:
        return []
    wrong = [] if series.get("count", 0) >= 2 else [invalid("series.count", "", "should be at least 2")]
    return wrong + ([] if series.get("lastObservedTime") else [required("series.lastObservedTime")])


def _validate_new(event: Obj) -> list[FieldError]:
    """Nothing is taken any more of what events had before there was events.k8s.io."""
    wrong = [] if event.get("eventTime") else [required("eventTime")]
    kind = event.get("type", "")
    wrong += [] if kind in _TYPES else [invalid("type", "", f"has invalid value: {kind}")]
    source = event.get("source") or {}
    old_fields = {
        "firstTimestamp": event.get("firstTimestamp"),
        "lastTimestamp": event.get("lastTimestamp"),
        "count": event.get("count"),
        "source": source.get("component") or source.get("host"),
    }
    return wrong + [invalid(name, "", "needs to be unset") for name, value in old_fields.items() if value]
