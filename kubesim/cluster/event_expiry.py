"""Events are kept for an hour after they were last recorded, as the API server's ``--event-ttl`` has it.

There is no timer: a reader gets the events that have not expired, and the others are swept away when there is an
occasion.  So it does not matter when that is.
"""

from __future__ import annotations

from kubesim.api.meta import HOUR, Obj, key_of, parse_time, rfc3339

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.cabinet import Cabinet
    from kubesim.cluster.drawers import Drawer

EVENT = "Event"
TTL = HOUR


def living(cabinet: Cabinet, events: list[Obj], now: int) -> list[Obj]:
    """The events that have not expired; the others are removed."""
    if not events:
        return events
    edge = rfc3339(now - TTL)
    old = [event for event in events if event["metadata"]["creationTimestamp"] <= edge]
    expired = [event for event in old if _last_seen(event) <= edge]
    if not expired:
        return events
    for event in sorted(expired, key=lambda event: str(event["metadata"]["name"])):
        _remove(cabinet, event)
    return [event for event in events if _last_seen(event) > edge]


def expiry_of(drawer: Drawer) -> int:
    """The instant (ms) at which the last event of a drawer that is not empty has expired."""
    return parse_time(max(map(_last_seen, drawer.objects.values()))) + TTL


def _last_seen(event: Obj) -> str:
    """RFC 3339 times are in the order of their text."""
    created: str = event["metadata"]["creationTimestamp"]
    return max(event.get("lastTimestamp") or (event.get("series") or {}).get("lastObservedTime") or "", created)


def _remove(cabinet: Cabinet, event: Obj) -> None:
    """What is remembered beside the oldest event of a source about an object goes to the next oldest."""
    key = key_of(event)
    memory = cabinet.recall(key)
    cabinet.take(key)
    if memory is None:
        return
    about = event["involvedObject"].get("uid", "")
    heirs = [other for other in cabinet.owned(about, EVENT) if other.get("source") == event.get("source")]
    if heirs:
        cabinet.remember(key_of(min(heirs, key=lambda other: str(other["metadata"]["name"]))), memory)
