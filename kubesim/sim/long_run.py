"""Living for long: what repeats is lived until that is sure, then taken over at once."""

from __future__ import annotations

from kubesim.api.meta import HOUR, MINUTE
from kubesim.cluster import Change
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kubesim.cluster import Cluster
    from kubesim.sim.captures import Capture
    from kubesim.sim.engine import Engine
    from kubesim.sim.recurrence import Recurrence

#: Between two checks whether the cluster is back where it was. Tokens of events come so often, and most schedules.
GRID = 5 * MINUTE

LOOKS = 6  # alike are no chance

SHORT = 6 * HOUR  # a life that is too short to be checked


class Progress(NamedTuple):
    """How far a life has come (ms), and whether it may be left here: no name is a trace of what was taken over."""

    now: int
    is_whole: bool


class Watch:
    """Checks every ``GRID`` ms whether a cluster repeats itself.

    The wake-ups at the last few checks show cheaply after which time it may; then whole states are compared, each with
    one that was kept, which is replaced after twice as many attempts each time (Brent's way to find a cycle).
    """

    def __init__(self, cluster: Cluster, engine: Engine) -> None:
        self._cluster = cluster
        self._engine = engine
        self._last: list[tuple[int, int]] = []
        self._seen: dict[int, int] = {}
        self._period = 0
        self._kept: Capture | None = None
        self._attempts = self._patience = 1
        self._looked = cluster.now

    def before(self, wake: int) -> Recurrence | None:
        """What the cluster repeats, if that is sure at an instant before ``wake``, its next wake-up (ms).

        The clock is moved to the instants of the checks: the next of the grid, and where states are compared.
        """
        for instant in sorted({-(-self._cluster.now // GRID) * GRID, self._due()}):
            if self._looked < instant < wake:
                self._cluster.now = self._looked = instant
                found = self._look()
                if found is not None:
                    return found
        return None

    def _due(self) -> int:
        """The instant (ms) at which states are compared next, 0 if none was kept yet."""
        if self._kept is None:
            return 0
        return self._kept.now + (self._patience - self._attempts + 1) * self._period

    def _look(self) -> Recurrence | None:
        lag = self._lag()
        if self._kept is not None and self._cluster.now == self._due():
            return self._compare(lag)
        if self._kept is None and lag is not None:
            self._keep(lag)
        return None

    def _compare(self, lag: int | None) -> Recurrence | None:
        from kubesim.sim.captures import Capture
        from kubesim.sim.recurrence import recurrence

        assert self._kept is not None
        found = recurrence(self._kept, Capture.of(self._cluster, self._engine), self._engine.closed_wakes())
        self._attempts -= 1
        if self._attempts == 0:
            self._patience *= 2
            self._attempts = self._patience
            self._keep(lag or self._period)
        return found

    def _keep(self, lag: int) -> None:
        """Keep the state, to compare the cluster with it after as long as ``lag`` (ms), an hour at least."""
        from kubesim.sim.captures import Capture

        self._period = -(-HOUR // lag) * lag
        self._kept = Capture.of(self._cluster, self._engine)

    def _lag(self) -> int | None:
        """How long ago (ms) the cluster waited as it does now, at the last ``LOOKS`` checks; None if it never did."""
        now = self._cluster.now
        self._last = [*self._last[1 - LOOKS :], (now, hash(frozenset(self._soon())))]
        if len(self._last) < LOOKS:
            return None
        waits = hash(tuple((now - instant, waiting) for instant, waiting in self._last))
        before, self._seen[waits] = self._seen.get(waits), now
        return None if before is None else now - before

    def _soon(self) -> Iterator[tuple[int, int, tuple[int, ...]]]:
        """The waits that are over within an hour: the controller, how long it waits still, and since when for what."""
        now = self._cluster.now
        for (index, key), wake in self._engine.waiting().items():
            if wake <= now + HOUR:
                yield index, wake - now, tuple(_ages(self._cluster.recall(key), now))


def _ages(record: Any, now: int) -> Iterator[int]:
    """How long ago (ms) the instants of the last hour in a record were."""
    if isinstance(record, dict):
        for name in sorted(record):
            yield from _ages(record[name], now)
    elif isinstance(record, list):
        for item in record:
            yield from _ages(item, now)
    elif isinstance(record, int) and record >= now - HOUR:
        yield now - record


def live_until(cluster: Cluster, engine: Engine, instant: int) -> Iterator[Progress]:
    """Let the cluster live up to and including ``instant`` (ms), as ``Engine.run_until`` does, in pieces.

    A piece is short, whether it is a step or takes over what repeats; the result is the same as of steps alone.
    """
    engine.settle()
    watch = Watch(cluster, engine) if instant - cluster.now > SHORT else None
    whole_from = cluster.now
    while (wake := engine.next_wake()) is not None and wake <= instant:
        found = watch.before(wake) if watch is not None and cluster.now >= whole_from else None
        if found is not None and take_over(cluster, engine, found, instant):
            whole_from = cluster.now + found.traces
            watch = Watch(cluster, engine)
            _report_carried(cluster, found)
        else:
            engine.step(wake)
        yield Progress(cluster.now, cluster.now >= whole_from)
    engine.run_until(instant)


def _report_carried(cluster: Cluster, found: Recurrence) -> None:
    """Give observers one change for each object that was taken over: from the version that they know to the present."""
    for key, old in found.later.objects.items():
        new = cluster.cabinet.find(key) if cluster.observers else old
        if new is not old:
            for observe in cluster.observers:
                observe(Change(key, old, new, cluster.now))


def take_over(cluster: Cluster, engine: Engine, found: Recurrence, instant: int) -> bool:
    """Take over as many periods as leave time to live out every trace of it; whether there were any."""
    from kubesim.sim.recurrence import carry

    end = instant - found.traces
    if found.bound is not None:
        end = min(end, found.bound - 1)
    times = (end - cluster.now) // found.period
    if times < 1:
        return False
    carry(cluster, engine, found, times)
    return True
