"""The engine: lets the controllers act until nothing is left to do, and steps to the next instant that one waits for.

Nothing here is random and nothing takes time: at one instant the controllers of the lowest rank are drained first,
keys in order, so the same state always lives the same life.  Timers are not saved: each ``sync`` returns the instant
of the next one, and each drawer's earliest wake-up is saved as a cache.
"""

from __future__ import annotations

from kubesim.api.meta import HOUR, Key, key_of
from kubesim.cluster.event_expiry import EVENT, expiry_of
from kubesim.sim.clock import END_OF_TIME
from kubesim.startup.named_tuple import NamedTuple

try:
    from _heapq import heappop, heappush
except ImportError:  # heapq has them in Python as well
    from heapq import heappop, heappush

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Protocol

    from kubesim.cluster import Change, Cluster, DrawerName

    Watch = Callable[[Cluster, Change], Iterable[Key]]
    #: A controller, by its place in the registry, and the key of the object to sync.
    Task = tuple[int, Key]

    class Controller(Protocol):
        """A control loop over the objects of one kind.

        One that has ``waits(cluster, key) -> bool`` says there which objects may have a wake-up; otherwise any may.
        """

        name: str
        kind: str
        #: Controllers of a lower rank are drained first: leaves (kubelet) before what counts them.
        rank: int

        def watches(self) -> dict[str, Watch]:
            """For each kind that matters, the keys to sync after a change of such an object."""
            ...

        def sync(self, cluster: Cluster, key: Key) -> int | None:
            """Sync one object at ``cluster.now``; the instant (ms) of the next sync, or None."""
            ...


class Registered(NamedTuple):
    """A controller that is imported once it may have something to do.

    ``watched`` are the kinds that it watches; None is any.
    """

    name: str
    kind: str
    rank: int
    load: Callable[[], Controller]
    watched: frozenset[str] | None = None


SWEEP = 1 * HOUR  # between two sweeps of expired events, in a cluster that lives on for long

#: The kind of a controller that syncs objects of every kind, and of a watch of everything.
ANY_KIND = "*"


class Engine:
    """Runs controllers over a cluster."""

    def __init__(self, cluster: Cluster, registry: Sequence[Registered]) -> None:
        self._cluster = cluster
        self._registry = sorted(registry, key=lambda row: (row.rank, row.name))
        self._active: dict[int, Controller] = {}
        self._watches: dict[str, list[tuple[int, Watch]]] = {}
        self._watchers: dict[str, list[tuple[int, Watch]]] = {}
        self._due: list[tuple[int, Key]] = []
        self._queued: set[tuple[int, Key]] = set()
        self._wakes: dict[tuple[int, Key], int] = {}
        self._timers: list[tuple[int, int, Key]] = []
        self._drawers: list[tuple[int, DrawerName]] = []
        self._next_sweep = cluster.now + SWEEP
        #: How many instants the cluster has lived through, which is what its life costs.
        self.steps = 0
        for name, wake in cluster.cabinet.saved_wakes():
            if name.kind != EVENT:  # in which nothing ever acts
                heappush(self._drawers, (wake, name))

    def _activate(self, kind: str) -> None:
        """Bring in the controllers of a kind."""
        for index, row in enumerate(self._registry):
            if row.kind in (kind, ANY_KIND):
                self._bring_in(index, row)

    def _activate_watchers(self, kind: str) -> None:
        """Bring in the controllers that watch a kind. One without an object of its own kind ignores every change."""
        there = self._cluster.cabinet.kinds()
        for index, row in enumerate(self._registry):
            if (row.watched is None or kind in row.watched) and row.kind in there:
                self._bring_in(index, row)

    def _bring_in(self, index: int, row: Registered) -> None:
        if index in self._active:
            return
        controller = self._active[index] = row.load()
        self._watchers.clear()
        for watched, watch in controller.watches().items():
            self._watches.setdefault(watched, []).append((index, watch))
            self._watches[watched].sort(key=lambda entry: entry[0])

    def _watchers_of(self, kind: str) -> list[tuple[int, Watch]]:
        """The watches of a kind with their controllers, those of all kinds last."""
        found = self._watchers.get(kind)
        if found is None:
            self._activate(kind)
            self._activate_watchers(kind)
            found = [*self._watches.get(kind, ()), *self._watches.get(ANY_KIND, ())]
            self._watchers[kind] = found
        return found

    def next_wake(self) -> int | None:
        """The earliest instant of a sync, or None if nothing will ever happen."""
        while self._timers and self._wakes.get(self._timers[0][1:]) != self._timers[0][0]:
            heappop(self._timers)
        instants = [heap[0][0] for heap in (self._timers, self._drawers) if heap]
        return min((instant for instant in instants if instant <= END_OF_TIME), default=None)

    def run_until(self, instant: int) -> None:
        """Let the cluster live up to and including ``instant``, and leave its clock there."""
        self.settle()
        while (wake := self.next_wake()) is not None and wake <= instant:
            self.step(wake)
        self._cluster.now = max(self._cluster.now, min(instant, END_OF_TIME))

    def step(self, wake: int) -> None:
        """Go to the instant of the next wake-up and do all that is to be done then."""
        self.steps += 1
        self._cluster.now = max(self._cluster.now, wake)
        now = self._cluster.now
        while self._drawers and self._drawers[0][0] <= now:
            self._enqueue_drawer(heappop(self._drawers)[1])
        while self._timers and self._timers[0][0] <= now:
            instant, index, key = heappop(self._timers)
            task = (index, key)
            if self._wakes.get(task) == instant:
                del self._wakes[task]
                self._enqueue(index, key)
        self.settle()
        if now >= self._next_sweep:
            self._next_sweep = now + SWEEP
            self._cluster.sweep()

    def settle(self) -> None:
        """Let every controller act on what changed until none has anything to do at this instant."""
        self._collect()
        while self._due:
            index, key = heappop(self._due)
            self._queued.discard((index, key))
            wake = self._active[index].sync(self._cluster, key)
            self._set_wake(index, key, wake)
            self._collect()

    def waiting(self) -> dict[Task, int]:
        """What waits for an instant (ms), in the drawers that are open."""
        return dict(self._wakes)

    def closed_wakes(self) -> Iterator[int]:
        """The earliest wake-ups of the drawers that nobody has opened yet."""
        return (wake for wake, _ in self._drawers)

    def resume(self, wakes: Mapping[Task, int]) -> None:
        """Go on with these wake-ups after objects were replaced without a change: nothing that was counted holds."""
        self._active.clear()
        self._watches.clear()
        self._watchers.clear()
        for kind in self._cluster.cabinet.kinds():
            self._activate(kind)
        self._wakes = dict(wakes)
        self._timers = sorted((wake, index, key) for (index, key), wake in wakes.items())
        self._next_sweep = self._cluster.now + SWEEP

    def look_at_everything(self) -> None:
        """Queue a sync of every object by every controller, as a missing wake-up cache requires."""
        for kind in list(self._cluster.cabinet.kinds()):
            for obj in self._cluster.list(kind):
                self.enqueue(key_of(obj))

    def wakes(self) -> dict[DrawerName, int]:
        """The earliest wake-up of each opened drawer in which something waits; of events, when the last expires."""
        earliest = {name: wake for wake, name in self._drawers}
        for (_, key), wake in self._wakes.items():
            drawer = self._cluster.cabinet.drawer_of(key)
            if drawer is not None and wake < earliest.get(drawer, wake + 1):
                earliest[drawer] = wake
        for name, opened in self._cluster.cabinet.opened().items():
            if name.kind == EVENT and opened.objects:
                earliest[name] = expiry_of(opened)
        return earliest

    def _enqueue_drawer(self, name: DrawerName) -> None:
        """Open a drawer and queue a sync of every object in it: the cache has only the drawer's earliest wake-up."""
        keys = [Key(name.kind, name.namespace, obj_name) for obj_name in self._cluster.cabinet.open(name).objects]
        self._activate(name.kind)
        for index, controller in self._active.items():
            if controller.kind in (name.kind, ANY_KIND):
                waits: Callable[[Cluster, Key], bool] | None = getattr(controller, "waits", None)
                for key in keys:
                    if waits is None or waits(self._cluster, key):
                        self._enqueue(index, key)

    def enqueue(self, key: Key) -> None:
        """Queue a sync of an object by every controller of its kind, though nothing of the object changed."""
        self._activate(key.kind)
        for index, controller in self._active.items():
            if controller.kind in (key.kind, ANY_KIND):
                self._enqueue(index, key)

    def _collect(self) -> None:
        """Queue the syncs that the changes call for."""
        changes = self._cluster.changes
        if not changes:
            return
        self._cluster.changes = []
        for change in changes:
            if change.new is None:
                self._forget(change.key)
            for index, watch in self._watchers_of(change.key.kind):
                for key in watch(self._cluster, change):
                    self._enqueue(index, key)
        moved, self._cluster.cabinet.moved = self._cluster.cabinet.moved, []
        for key in moved:
            self.enqueue(key)

    def _forget(self, key: Key) -> None:
        """Nobody waits for what is gone."""
        for index in self._active:
            self._wakes.pop((index, key), None)

    def _enqueue(self, index: int, key: Key) -> None:
        task = (index, key)
        if task not in self._queued:
            self._queued.add(task)
            heappush(self._due, task)

    def _set_wake(self, index: int, key: Key, wake: int | None) -> None:
        task = (index, key)
        if wake is None:
            self._wakes.pop(task, None)
        elif self._wakes.get(task) != wake:
            self._wakes[task] = wake
            heappush(self._timers, (wake, index, key))
