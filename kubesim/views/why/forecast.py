"""What will happen by itself: a life that nobody saves goes on for some minutes, and is watched.

The same state lives the same life again, so that what is seen here is what will be, if nobody does anything.
"""

from __future__ import annotations

from kubesim.api.meta import MINUTE, Key
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kubesim.cluster import Change, Cluster
    from kubesim.life.live_cluster import LiveCluster

HORIZON = 12 * MINUTE  # as far as is looked; the longest back-off is less than half of it
STEADY = 2 * MINUTE  # without a change is for good
MOST_STEPS = 3000  # of a life, and
MOST_CHANGES = 30_000  # of objects, some three seconds of work, after which it is not known any more

#: Kinds whose changes change nothing of what is watched.
_QUIET_KINDS = ("Event", "Lease")


class Outlook(NamedTuple):
    """What was seen of the future.

    ``end`` is how far it was seen (ms).  ``fine_since``: for each object that is as it is wanted then, the instant from
    which it is.  ``tried``: the instant at which each thing is tried again first.  ``is_whole``: False if there was too
    much to see, so that nothing can be said of what was not seen.
    """

    end: int
    fine_since: Mapping[Key, int]
    tried: Mapping[object, int]
    is_whole: bool


class Forecast:
    """The future of a life; what is watched is asked for with each step at which something changes."""

    def __init__(self, life: LiveCluster) -> None:
        self._life = life
        self._watched: dict[Key, Callable[[Cluster], bool]] = {}
        self._tries: dict[object, Callable[[Cluster], object]] = {}
        self._changes = self._loud_changes = 0

    def watch(self, key: Key, is_fine: Callable[[Cluster], bool]) -> None:
        """See from when on an object is as it is wanted."""
        self._watched[key] = is_fine

    def await_try(self, name: object, count: Callable[[Cluster], object]) -> None:
        """See when ``count``, which is another after each try, is another for the first time."""
        self._tries[name] = count

    def run(self) -> Outlook:
        """Let the life go on, to its horizon or until nothing more is to come."""
        life, cluster, engine = self._life, self._life.cluster, self._life.engine
        cluster.observers.append(self._observe)
        begin = last = cluster.now
        fine = {key: begin for key, is_fine in self._watched.items() if is_fine(cluster)}
        counts, tried = {name: count(cluster) for name, count in self._tries.items()}, dict[object, int]()
        first_step = life.steps
        while (wake := engine.next_wake()) is not None and wake <= begin + HORIZON:
            if len(fine) == len(self._watched) and wake > last + STEADY:
                break
            if life.steps - first_step > MOST_STEPS or self._changes > MOST_CHANGES:
                return Outlook(cluster.now, {}, tried, False)
            seen = self._loud_changes
            engine.step(wake)
            for name in [name for name in counts if name not in tried and self._tries[name](cluster) != counts[name]]:
                tried[name] = cluster.now
            if self._loud_changes != seen:
                last = cluster.now
                self._judge(cluster, fine)
        return Outlook(begin + HORIZON, self._lasting(fine, begin), tried, True)

    def _lasting(self, fine: dict[Key, int], begin: int) -> dict[Key, int]:
        """What is as it is wanted for long enough, or for as long as there is anything to come."""
        last = begin + HORIZON - STEADY
        return {key: since for key, since in fine.items() if since <= last}

    def _judge(self, cluster: Cluster, fine: dict[Key, int]) -> None:
        for key, is_fine in self._watched.items():
            if not is_fine(cluster):
                fine.pop(key, None)
            else:
                fine.setdefault(key, cluster.now)

    def _observe(self, change: Change) -> None:
        self._changes += 1
        self._loud_changes += change.key.kind not in _QUIET_KINDS
