"""The event recorder: events about objects, with alike ones counted, combined or dropped.

Mirrors client-go's tools/record (event.go, events_cache.go) and, for the scheduler, tools/events.  What upstream keeps
in caches is read off the Event objects themselves.  Only once events are held back is a small record kept, beside the
oldest event about the object from that source: ``{"tat": ms, "missed": {event name: count}}``.
"""

from __future__ import annotations

from kubesim.api.meta import MINUTE, Key, Obj, is_terminating, key_of, parse_time, rfc3339, rfc3339_micro, with_metadata
from kubesim.sim.clock import START_OF_TIME
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kubesim.cluster import Cluster

COMBINED = "(combined from similar events): "
MAX_SIMILAR = 10  # messages about one object, for one reason, before they are combined
SIMILAR_WINDOW = 10 * MINUTE

BURST = 25  # events of one source about one object
REFILL = 5 * MINUTE  # for each further one

# A source writes 50 events a second after 100 at once, and a queue holds 1,000 more; beyond that they are dropped.
WRITE_INTERVAL = 20
WRITE_BACKLOG = 1100 * WRITE_INTERVAL


class Source(NamedTuple):
    """The source: the component ("kubelet") and, where there are several, its host."""

    component: str
    host: str = ""


class Content(NamedTuple):
    """The content: "Normal" or "Warning", the reason, the message, and the part of the object concerned."""

    type: str
    reason: str
    message: str
    field_path: str = ""


def record(
    cluster: Cluster,
    obj: Obj,
    event_type: str,
    reason: str,
    message: str,
    component: str,
    *,
    field_path: str = "",
    host: str = "",
    times: int = 1,
) -> None:
    """Record that something happened to ``obj``, now; of ``times`` occurrences all but the last are counted silently.

    Mirrors recorderImpl.Event and EventCorrelator.EventCorrelate: combined after ten alike within ten minutes,
    counted if the same again, and held back beyond 25 at once and one every five minutes.
    """
    if not _has_queue_room(cluster, component, host):
        return
    source = Source(component, host)
    content = Content(event_type, reason, message, field_path)
    past = _past(cluster, obj, source)
    again = None
    if past:
        again, content = _correlate(past, content, cluster.now)
        if not _take_token(cluster, past, again, times):
            return
    _queue(cluster, source)
    if again is not None:
        _count_again(cluster, past, again, content.message, times)
    else:
        _create(cluster, obj, source, content, times)


def next_room(cluster: Cluster, obj: Obj, component: str, host: str = "") -> int:
    """The instant (ms), not before now, from which the next event of that source about ``obj`` is not held back."""
    past = _past(cluster, obj, Source(component, host))
    return max(cluster.now, _arrival(cluster, past) - (BURST - 1) * REFILL) if past else cluster.now


def _past(cluster: Cluster, obj: Obj, source: Source) -> list[Obj]:
    """The events of the source about ``obj`` that have not expired."""
    events = cluster.events_of(obj)
    if not events:
        return events
    wanted = _field_of(source)
    return [event for event in events if event.get("source") == wanted]


def _field_of(source: Source) -> Obj:
    return {field: value for field, value in source._asdict().items() if value}


# which event it is


def _correlate(past: Sequence[Obj], content: Content, now: int) -> tuple[Obj | None, Content]:
    """The event to count up, if there is one, and the content to record. Mirrors EventAggregate and eventObserve."""
    alike = [e for e in past if e["reason"] == content.reason and e["type"] == content.type]
    if _is_one_too_many(alike, content.message, now):
        combined = next((e for e in alike if e["message"].startswith(COMBINED)), None)
        return combined, content._replace(message=COMBINED + content.message)
    for event in alike:
        if event["message"] == content.message and event["involvedObject"].get("fieldPath", "") == content.field_path:
            return event, content
    return None, content


def _is_one_too_many(alike: Sequence[Obj], message: str, now: int) -> bool:
    if len(alike) < MAX_SIMILAR - 1:
        return False
    messages = {e["message"] for e in _recent(alike, now) if not e["message"].startswith(COMBINED)}
    return len(messages | {message}) >= MAX_SIMILAR


def _recent(alike: Iterable[Obj], now: int) -> Iterable[Obj]:
    """The events since the last pause of more than ten minutes, newest first."""
    edge = now - SIMILAR_WINDOW
    for event in sorted(alike, key=lambda e: str(e["lastTimestamp"]), reverse=True):
        if parse_time(event["lastTimestamp"]) < edge:
            return
        edge = min(edge, parse_time(event["firstTimestamp"]) - SIMILAR_WINDOW)
        yield event


# how many may be recorded


def _anchor(past: Sequence[Obj]) -> Key:
    """The event beside which the record lies: the oldest, names being in the order of time."""
    return key_of(min(past, key=lambda event: str(event["metadata"]["name"])))


def _arrival(cluster: Cluster, past: Sequence[Obj]) -> int:
    """The token bucket as one instant (ms): when it is full again. Each event moves it ``REFILL`` on."""
    kept = cluster.recall(_anchor(past))
    if kept is not None:
        return int(kept["tat"])
    first = min(str(event["firstTimestamp"]) for event in past)
    count = sum(int(event["count"]) for event in past)
    return min(parse_time(first) + count * REFILL, cluster.now + BURST * REFILL)


def _take_token(cluster: Cluster, past: Sequence[Obj], again: Obj | None, times: int) -> bool:
    """Whether the event may be recorded; if not, it is counted for later. Mirrors EventSourceObjectSpamFilter."""
    anchor = _anchor(past)
    kept = cluster.recall(anchor)
    if kept is None and sum(event["count"] for event in past) + times <= BURST:
        return True
    arrival = _arrival(cluster, past)
    has_room = arrival - cluster.now <= (BURST - 1) * REFILL
    living = {event["metadata"]["name"] for event in past}
    missed = {name: count for name, count in kept["missed"].items() if name in living} if kept else {}
    if has_room:
        arrival = max(arrival, cluster.now) + REFILL
    elif again is not None:
        name = again["metadata"]["name"]
        missed[name] = missed.get(name, 0) + times
    cluster.remember(anchor, {"tat": arrival, "missed": missed})
    return has_room


def _has_queue_room(cluster: Cluster, component: str, host: str = "") -> bool:
    """Whether the source's queue has room for one more event: thousands of pods at once lose some, as upstream's do."""
    due: int = cluster.noted("events").get(f"{component}/{host}", START_OF_TIME)
    return due - cluster.now <= WRITE_BACKLOG


def _queue(cluster: Cluster, source: Source) -> None:
    """Note when the source's queue will be empty again (ms)."""
    queues = cluster.notes("events")
    name = "/".join(source)
    queues[name] = max(queues.get(name, START_OF_TIME), cluster.now) + WRITE_INTERVAL


# writing


def _count_again(cluster: Cluster, past: Sequence[Obj], event: Obj, message: str, times: int) -> None:
    name = event["metadata"]["name"]
    anchor = _anchor(past)
    kept = cluster.recall(anchor)
    missed = 0
    if kept is not None and name in kept["missed"]:
        missed = kept["missed"][name]
        rest = {other: count for other, count in kept["missed"].items() if other != name}
        cluster.remember(anchor, {**kept, "missed": rest})
    count = event["count"] + times + missed
    again = {**event, "count": count, "lastTimestamp": rfc3339(cluster.now), "message": message}
    cluster.update(with_metadata(again))


def _create(cluster: Cluster, obj: Obj, source: Source, content: Content, count: int) -> None:
    """A new event. One that combines others has no reporting component. Mirrors makeEvent, generateEvent."""
    stamp = rfc3339(cluster.now)
    is_combined = content.message.startswith(COMBINED)
    event = {
        "apiVersion": "v1",
        "kind": "Event",
        "count": count,
        "eventTime": None,
        "firstTimestamp": stamp,
        "involvedObject": involved(obj, content.field_path),
        "lastTimestamp": stamp,
        "message": content.message,
        "reason": content.reason,
        "reportingComponent": "" if is_combined else source.component,
        "reportingInstance": "" if is_combined else source.host,
        "source": _field_of(source),
        "type": content.type,
    }
    _store(cluster, obj, event)


def involved(obj: Obj, field_path: str = "") -> Obj:
    """A reference to ``obj`` as it is now. Mirrors reference.GetReference."""
    meta = obj["metadata"]
    reference = {
        "apiVersion": obj["apiVersion"],
        "kind": obj["kind"],
        "name": meta["name"],
        "resourceVersion": meta.get("resourceVersion"),
        "uid": meta["uid"],
    }
    if "namespace" in meta:
        reference["namespace"] = meta["namespace"]
    if field_path:
        reference["fieldPath"] = field_path
    return reference


def _store(cluster: Cluster, obj: Obj, event: Obj) -> None:
    """Create the event in its object's namespace, unless that is ending. Names hold the time in nanoseconds."""
    meta = obj["metadata"]
    namespace = meta.get("namespace") or "default"
    home = cluster.find("Namespace", "", namespace)
    if home is not None and is_terminating(home):
        return
    nanoseconds = cluster.now * 1_000_000 + int(cluster.head["resourceVersion"]) % 1_000_000
    event["metadata"] = {"name": f"{meta['name']}.{nanoseconds % 2**64:016x}", "namespace": namespace}
    cluster.create(event)


# the newer API, which the scheduler uses


def record_series(
    cluster: Cluster, obj: Obj, event_type: str, reason: str, message: str, *, action: str, component: str
) -> None:
    """Record an event as the events.k8s.io recorder does: what happens again to the same version is a series.

    A series keeps its first message. Mirrors tools/events/event_recorder.go and event_broadcaster.go.
    """
    if not _has_queue_room(cluster, component):
        return
    source = Source(component)
    _queue(cluster, source)
    about = involved(obj)
    for event in cluster.events_of(obj):
        if (event["reason"], event.get("action"), event["involvedObject"]) == (reason, action, about):
            _continue_series(cluster, event)
            return
    event = {
        "apiVersion": "v1",
        "kind": "Event",
        "action": action,
        "eventTime": rfc3339_micro(cluster.now),
        "firstTimestamp": None,
        "involvedObject": about,
        "lastTimestamp": None,
        "message": message,
        "reason": reason,
        "reportingComponent": component,
        "reportingInstance": f"{component}-controlplane",
        "source": {},
        "type": event_type,
    }
    _store(cluster, obj, event)


def _continue_series(cluster: Cluster, event: Obj) -> None:
    count = (event.get("series") or {"count": 1})["count"]
    series = {"count": count + 1, "lastObservedTime": rfc3339_micro(cluster.now)}
    cluster.update({**event, "series": series})
