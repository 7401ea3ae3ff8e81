"""Exponential back-off: 10 seconds, doubled at each failure, 5 minutes at most.

An entry is ``[delay, changed]`` in ms.  Mirrors client-go's util/flowcontrol/backoff.go.
"""

from __future__ import annotations

from kubesim.api.meta import MINUTE, SECOND

INITIAL = 10 * SECOND
LONGEST = 5 * MINUTE

# What waits for the longest is tried again with the pod's next resync of this kind. A pod that fails for days so does
# the same again and again, which a month of it costs nothing for (see kubesim/sim/recurrence.py).
RESYNC = 20 * SECOND

Entry = list[int]


def following(entry: Entry | None, since: int, now: int) -> Entry:
    """The entry after one more failure; it starts anew after ten quiet minutes. Mirrors Next."""
    if entry is None or _has_expired(entry, since):
        return [INITIAL, now]
    return [min(2 * entry[0], LONGEST), now]


def expiry(entry: Entry | None, since: int) -> int:
    """Until when (ms) what failed at ``since`` must wait; ``since`` itself if not at all. Mirrors IsInBackOffSince."""
    if entry is None or _has_expired(entry, since):
        return since
    return since + entry[0]


def resync_from(instant: int, seen: int) -> int:
    """The first resync not before ``instant`` of a pod that was taken on at ``seen`` (ms)."""
    return instant + (seen - instant) % RESYNC


def _has_expired(entry: Entry, since: int) -> bool:
    return since - entry[1] > 2 * LONGEST
