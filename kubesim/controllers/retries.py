"""When a sync that was refused something tries again: later each time.

The object's record holds ``{"retry": ms, "wait": ms}``.  Mirrors the rate limiter of client-go's work queues; its first
steps, of milliseconds, are left out.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND, Key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster

FIRST = 1 * SECOND
LONGEST = 1000 * SECOND


def waits_until(cluster: Cluster, key: Key) -> int | None:
    """The instant (ms) of the next try, None if nothing was refused or it is due."""
    due = (cluster.recall(key) or {}).get("retry")
    return int(due) if due is not None and due > cluster.now else None


def refused(cluster: Cluster, key: Key) -> int:
    """Note a refusal; the instant (ms) of the next try, twice as far away as the one before."""
    record = cluster.recall(key) or {}
    wait = min(2 * record["wait"], LONGEST) if "wait" in record else FIRST
    due = cluster.now + wait
    cluster.remember(key, {**record, "retry": due, "wait": wait})
    return due


def succeeded(cluster: Cluster, key: Key) -> None:
    """Forget earlier refusals."""
    record = cluster.recall(key)
    if record is not None and "retry" in record:
        rest = {name: value for name, value in record.items() if name not in ("retry", "wait")}
        cluster.remember(key, rest or None)
