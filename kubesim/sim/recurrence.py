"""A cluster that comes back to where it was, some time later: what is known of its future then.

A cluster's life follows from its state, and does not depend on what time it is.  So where it is at ``later`` what it
was at ``before``, but for that all instants are a period further on and counters have grown, it will be so again after
each further period, and ``carry`` takes it over any number of them at once.  What was there at both instants (a
*lasting* object) is carried exactly: instants move on, counters grow in step.  What came and went in between (a
*passing* one, such as the Jobs of a CronJob) keeps its name and its uid and only moves on; once a life as long as
``Recurrence.traces`` was led after it, nothing of that is left, for its place was taken by what was made since.
"""

from __future__ import annotations

import re
from collections import Counter

from kubesim.api.meta import HOUR, SECOND, Key, Obj, controller_of, dig, parse_time, rfc3339, rfc3339_micro
from kubesim.cluster.event_expiry import TTL
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from kubesim.cluster import Cluster
    from kubesim.sim.captures import Capture
    from kubesim.sim.engine import Engine, Task

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3}000)?Z", re.ASCII)
_CONTAINERS = ("initContainerStatuses", "containerStatuses")

_FIRST_INSTANT = 1000 * HOUR  # smaller numbers are counted, not read off a clock

#: Strings on which what happens next depends. Others (names, uids, messages) are about the past.
_DECISIVE = ("phase", "type", "status", "reason", "kind", "nodeName", "action", "state", "do")

#: Where there is an entry for each of several objects, by its name or uid, of which some may pass.
_BY_NAME = ("missed", "owners", "waiting", "garbage-collector")

#: What no controller's next step depends on, or does only by being the same as it was.
_VERSIONS = ("resourceVersion", "seen")


class Differs(Exception):  # noqa: N818
    """The later state is not the earlier one moved on."""


class Recurrence(NamedTuple):
    """Two states of a cluster that are alike. ``bound`` (ms) is when something comes that comes only once."""

    before: Capture
    later: Capture
    bound: int | None

    @property
    def period(self) -> int:
        return self.later.now - self.before.now

    @property
    def traces(self) -> int:
        """How long (ms) a name may be seen that ``carry`` left as it was: in an object, then in events about it."""
        return self.period + TTL + SECOND


def recurrence(before: Capture, later: Capture, closed: Iterable[int]) -> Recurrence | None:
    """The recurrence that two states are, or None. ``closed`` are the wake-ups of drawers that nobody opened."""
    if before.now < _FIRST_INSTANT:
        return None
    try:
        for _ in _lasting(before, later, 0):
            pass
        _compare_passing(before, later)
        _carried(before.notes, later.notes, _Clock(later.now, later.now - before.now, 0))
        bounds = [*closed, *_once(before, later), *_deadlines(before, later), *_ends(before, later)]
    except Differs:
        return None
    return Recurrence(before, later, min(bounds, default=None))


def carry(cluster: Cluster, engine: Engine, found: Recurrence, times: int) -> None:
    """Take a cluster that is at ``found.later`` over ``times`` periods at once; see the module for what is exact."""
    before, later, shift = found.before, found.later, found.period * times
    wakes = {task: _moved_wake(before, task, wake, shift) for task, wake in later.wakes.items()}
    for key, obj, record in [*_lasting(before, later, times), *_passing_moved(before, later, shift)]:
        if obj is not later.objects[key]:
            cluster.cabinet.put(obj)
        if record is not later.records.get(key):
            cluster.remember(key, record)
    cluster.head["notes"] = _carried(before.notes, later.notes, _Clock(later.now, found.period, times))
    for name, count in later.counters.items():
        cluster.head[name] = count + times * (count - before.counters[name])
    cluster.now = later.now + shift
    engine.resume(wakes)


# what was there at both instants


def _is_lasting(before: Capture, later: Capture, key: Key) -> bool:
    uid = later.uid(key)
    return uid is not None and before.uid(key) == uid


def _lasting(before: Capture, later: Capture, times: int) -> Iterator[tuple[Key, Obj, Obj | None]]:
    """Each lasting object that changed, and its record, as they are ``times`` periods on; Differs."""
    period = later.now - before.now
    for key, obj in later.objects.items():
        if not _is_lasting(before, later, key):
            continue
        old, kept, record = before.objects[key], before.records.get(key), later.records.get(key)
        if old is obj and kept is record:
            continue
        _check_nears_no_limit(old, obj)
        clock = _Clock(later.now, period, times)
        yield key, _carried(old, obj, clock), _carried(kept, record, clock)


def _check_nears_no_limit(old: Obj, new: Obj) -> None:
    """Differs for a Job that gets on, or a pod of one that is restarted: each try counts toward an end."""
    reference = controller_of(new)
    is_of_job = reference is not None and reference["kind"] == "Job"
    if (new["kind"] == "Job" or is_of_job) and _tries(old) != _tries(new):
        raise Differs


def _tries(obj: Obj) -> list[object]:
    status = obj.get("status") or {}
    restarts = [c["restartCount"] for name in _CONTAINERS for c in status.get(name) or ()]
    return [status.get("succeeded"), status.get("failed"), *restarts]


class _Clock(NamedTuple):
    """The later instant (ms), how long ago the one before was, and how often as long is passed over."""

    now: int
    period: int
    times: int

    @property
    def shift(self) -> int:
        return self.period * self.times


def _carried(old: Any, new: Any, clock: _Clock, name: str = "") -> Any:
    """A value that was ``old`` a period ago and is ``new``, as it will be; Differs if it does not move as time does."""
    if old is new or name in _VERSIONS:
        return new
    if type(old) is not type(new):
        raise Differs
    if isinstance(new, dict):
        return _carried_entries(old, new, clock, name)
    if isinstance(new, list):
        if len(old) != len(new):
            raise Differs
        return [_carried(a, b, clock, name) for a, b in zip(old, new, strict=True)]
    if old == new:
        return new
    if isinstance(new, str):
        return _carried_text(old, new, clock, name)
    if isinstance(new, bool) or not isinstance(new, int) or (new >= _FIRST_INSTANT and new - old != clock.period):
        raise Differs
    return new + clock.times * (new - old)


def _carried_entries(old: Obj, new: Obj, clock: _Clock, name: str) -> Obj:
    since = clock.now - clock.period
    gone, made = old.keys() - new.keys(), new.keys() - old.keys()
    if gone or made:
        before = Counter(repr(_likeness(since, old[key], clock.period)) for key in gone)
        later = Counter(repr(_likeness(clock.now, new[key], clock.period)) for key in made)
        if name not in _BY_NAME or before != later:
            raise Differs
    return {
        key: _moved(value, since, clock.shift) if key in made else _carried(old[key], value, clock, key)
        for key, value in new.items()
    }


def _carried_text(old: str, new: str, clock: _Clock, name: str) -> str:
    if _INSTANT.fullmatch(new):
        if not _INSTANT.fullmatch(old) or parse_time(new) - parse_time(old) != clock.period:
            raise Differs
        return _moved_text(new, clock.shift)
    if name in _DECISIVE:
        raise Differs
    return new


# what came and went


def _passing(one: Capture, other: Capture) -> list[Key]:
    """The objects of one state that are not in the other."""
    return [key for key in one.objects if other.uid(key) != one.uid(key)]


def _compare_passing(before: Capture, later: Capture) -> None:
    """Differs unless what passes is alike at both instants, and nothing stays for longer than a period."""
    begin = before.now
    gone, made = _passing(before, later), _passing(later, before)
    if any(parse_time(later.objects[key]["metadata"]["creationTimestamp"]) < begin for key in made):
        raise Differs
    if _likenesses(before, gone, later) != _likenesses(later, made, before):
        raise Differs
    if _relative_wakes(before, later) != _relative_wakes(later, before):
        raise Differs


def _likenesses(state: Capture, keys: list[Key], other: Capture) -> Counter[str]:
    """How many there are of each sort of passing object; objects that differ only in names are of one sort."""
    period = abs(other.now - state.now)
    return Counter(
        repr((key.kind, key.namespace, *(_likeness(state.now, part, period) for part in (obj, state.records.get(key)))))
        for key, obj in ((key, state.objects[key]) for key in keys)
    )


def _likeness(now: int, value: Any, period: int, name: str = "") -> Any:
    """A value without names, and with the instants since the last period as how long they are from now."""
    if name in _VERSIONS or name == "serial":  # by which a pod has its address
        return None
    if isinstance(value, dict):
        entries = {key: _likeness(now, item, period, key) for key, item in value.items()}
        return sorted(map(repr, entries.values())) if name in _BY_NAME else entries
    if isinstance(value, list):
        return [_likeness(now, item, period, name) for item in value]
    if isinstance(value, str):
        instant = parse_time(value) if _INSTANT.fullmatch(value) else None
        if instant is not None:
            return _relative(instant, now, period)
        return value if name in _DECISIVE else ""
    if isinstance(value, int) and value >= _FIRST_INSTANT:
        return _relative(value, now, period)
    return value


def _relative(instant: int, now: int, period: int) -> int:
    """Instants before the last period are the same at all times."""
    return instant - now if instant >= now - period else instant


def _relative_wakes(state: Capture, other: Capture) -> Counter[tuple[int, str, str, int]]:
    """What waits for passing objects, by how long it does still."""
    return Counter(
        (index, key.kind, key.namespace, wake - state.now)
        for (index, key), wake in state.wakes.items()
        if not _is_lasting(state, other, key)
    )


def _passing_moved(before: Capture, later: Capture, shift: int) -> Iterator[tuple[Key, Obj, Obj | None]]:
    """Each passing object and its record, ``shift`` ms on."""
    for key in _passing(later, before):
        yield key, _moved(later.objects[key], before.now, shift), _moved(later.records.get(key), before.now, shift)


def _moved(value: Any, since: int, shift: int) -> Any:
    """A value with its instants from ``since`` on moved ``shift`` ms later."""
    if isinstance(value, dict):
        return {key: _moved(item, since, shift) if key not in _VERSIONS else item for key, item in value.items()}
    if isinstance(value, list):
        return [_moved(item, since, shift) for item in value]
    if isinstance(value, str):
        is_later = _INSTANT.fullmatch(value) and parse_time(value) >= since
        return _moved_text(value, shift) if is_later else value
    if isinstance(value, int) and not isinstance(value, bool) and value >= max(since, _FIRST_INSTANT):
        return value + shift
    return value


def _moved_text(text: str, shift: int) -> str:
    write: Callable[[int], str] = rfc3339_micro if "." in text else rfc3339
    return write(parse_time(text) + shift)


# what comes only once


def _once(before: Capture, later: Capture) -> Iterator[int]:
    """The wake-ups of lasting objects that did not move on in a period; Differs for one that moved otherwise."""
    for task, wake in later.wakes.items():
        if not _is_lasting(before, later, task[1]):
            continue
        old = before.wakes.get(task)
        if old == wake:
            yield wake
        elif old is None or wake - old != later.now - before.now:
            raise Differs
    for task in before.wakes:
        if task not in later.wakes and _is_lasting(before, later, task[1]):
            raise Differs


def _moved_wake(before: Capture, task: Task, wake: int, shift: int) -> int:
    return wake if before.wakes.get(task) == wake else wake + shift


def _ends(before: Capture, later: Capture) -> Iterator[int]:
    """The instants at which faults and loads end by themselves; Differs where one did since the earlier state."""
    faults = (later.notes.get("faults") or {"known": {}})["known"].values()
    for kept in (*faults, *later.notes.get("loads", {}).values()):
        if kept["until"] is None or kept["until"] <= before.now:
            continue
        if kept["until"] <= later.now:
            raise Differs
        yield kept["until"]


def _deadlines(before: Capture, later: Capture) -> Iterator[int]:
    """The ends of lasting objects that may only live so long: what else they wait for comes before."""
    for key, obj in later.objects.items():
        seconds, start = dig(obj, "spec", "activeDeadlineSeconds"), dig(obj, "status", "startTime")
        if seconds is not None and start and _is_lasting(before, later, key):
            deadline = parse_time(start) + int(seconds) * SECOND
            if deadline > later.now:
                yield deadline
