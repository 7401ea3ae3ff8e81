"""What a cluster has lived through, led again from the states that the journal keeps.

The same state lives the same life again.  So nothing of it need be written down: from each state that was kept the
cluster lives on until the instant at which the next command found it, and what differs then from the state that the
command left is what the command did, together with what controllers did at the same instant.
"""

from __future__ import annotations

from kubesim.api.meta import key_of
from kubesim.cluster import Change, event_expiry
from kubesim.cluster.event_expiry import EVENT
from kubesim.life.history import History, Origin
from kubesim.life.live_cluster import LiveCluster
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kubesim.api.meta import Key, Obj
    from kubesim.cluster import Cluster, DrawerName
    from kubesim.life.saved_cluster import SavedCluster
    from kubesim.store import Snapshot

    #: What happened up to an instant, in order.
    Moment = tuple["Change | Mark", ...]

NEVER = 1 << 60  # ms


class Mark(NamedTuple):
    """A command was given at a simulated ``instant`` (ms): its words, without the program's name."""

    instant: int
    command: tuple[str, ...]


def recorded(simulation: SavedCluster, since: int | None = None) -> Replay:
    """What happened since the command of an entry (see ``Entry.number``) found the cluster, up to now.

    None: as far back as the journal goes, but not beyond an instant at which another cluster took the present one's
    place: its clock is another.
    """
    snapshot = simulation.home.read()
    history = History(simulation.home)
    origins: list[Origin] = []
    for origin in history.origins(snapshot):
        if origin.anew or (since is not None and origin.entry < since):
            break
        origins.append(origin)
    begin = history.find(origins[-1].before) if origins else snapshot
    return Replay(simulation, begin, origins[::-1], snapshot)


class Replay:
    """A life that is led again, once; in order, every change and every command.

    ``cluster`` is the cluster as it was before the first of them, and as far as it has got afterwards.
    """

    def __init__(
        self, simulation: SavedCluster, begin: Snapshot | None, origins: list[Origin], end: Snapshot | None
    ) -> None:
        self._simulation = simulation
        self._history = History(simulation.home)
        self._begin = begin
        self._origins = origins
        self._end = end
        self._stretch = NEVER, NEVER
        self._changes: list[Change] = []
        if begin is None:
            self._life = simulation.rehearse()
        else:
            self._open(begin)

    @property
    def cluster(self) -> Cluster:
        """The cluster as far as its life has been led."""
        return self._life.cluster

    def again(self) -> Replay:
        """The same life, to be led once more."""
        return Replay(self._simulation, self._begin, self._origins, self._end)

    def __iter__(self) -> Iterator[Change | Mark]:
        """Lead the life up to now."""
        for moment in self.moments(NEVER, NEVER):
            yield from moment

    def moments(self, begin: int, end: int) -> Iterator[Moment]:
        """Lead the life up to ``end`` (ms), or to now; at each moment ``cluster`` is as that has left it.

        From ``begin`` on each instant at which something happens is a moment, and so are those two; a command's is
        several.  Before it a moment may be a long time.
        """
        self._stretch = begin, end
        for moment in self._moments():
            yield moment
            if self.cluster.now >= self._stretch[1]:
                return

    def stop_at(self, instant: int) -> None:
        """Lead the life no further than up to an instant (ms) that is still to come."""
        self._stretch = self._stretch[0], instant

    def _moments(self) -> Iterator[Moment]:
        entry = None
        for origin, left in zip(self._origins, self._left(), strict=True):
            yield from self._live(origin.at)
            if origin.entry != entry:
                entry = origin.entry
                yield (Mark(origin.at, origin.command),)
            if origin.lived:
                yield from self._go_on_with(self._history.find(origin.lived))
            yield from self._go_on_with(left)
        if self._end is not None:
            yield from self._live(self._simulation.present(self._end.head))

    def _left(self) -> Iterator[Snapshot | None]:
        """The state after each origin that the next command found, or that is there now."""
        for origin in self._origins[1:]:
            yield self._history.find(origin.before)
        if self._origins:
            yield self._end

    def _open(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._life = LiveCluster({**snapshot.head}, snapshot)
        self._life.cluster.observers.append(self._changes.append)

    def _live(self, instant: int) -> Iterator[Moment]:
        for stop in self._stops(max(instant, self._life.cluster.now)):
            self._life.advance(stop)
            taken = tuple(self._changes)
            self._changes.clear()
            yield taken

    def _stops(self, instant: int) -> Iterator[int]:
        """The instants at which to stand still on the way to one, which is the last of them."""
        begin, cluster = self._stretch[0], self._life.cluster
        if begin <= instant:
            yield max(begin, cluster.now)
            while (stop := self._next(instant)) is not None:
                yield stop
        yield instant

    def _next(self, instant: int) -> int | None:
        """The next stop before an instant, in a life that is led an instant at a time."""
        wake, end = self._life.engine.next_wake(), self._stretch[1]
        stop = end if wake is None else min(wake, end)
        return stop if stop < instant else None

    def _go_on_with(self, snapshot: Snapshot | None) -> Iterator[Moment]:
        """Live until a state was saved, and go on with what was; None for one that is not kept."""
        if snapshot is None:
            return
        instant = snapshot.head["clock"]["sim"]
        yield from self._live(instant)
        before = self._life, self._snapshot
        self._open(snapshot)
        yield tuple(self._differences(*before, instant))

    def _differences(self, old: LiveCluster, old_snapshot: Snapshot, instant: int) -> Iterator[Change]:
        """What is not in the state that was saved as it came to be by itself; owners before what they own."""
        names = _different(old, old_snapshot, self._snapshot)
        olds, news = _objects(old, names), _objects(self._life, names)
        changes = [
            Change(key, olds.get(key), news.get(key), instant)
            for key in {**olds, **news}
            if olds.get(key) != news.get(key)
        ]
        depths = _Depths([*olds.values(), *news.values()])
        yield from sorted(changes, key=lambda change: (depths.of(change.new or change.old), _version(change)))


def _different(old: LiveCluster, old_snapshot: Snapshot, snapshot: Snapshot) -> set[DrawerName]:
    """The drawers that may differ."""
    opened = old.cluster.cabinet.opened()
    closed = {name: old_snapshot.line(name)[1] for name in old_snapshot.drawers() if name not in opened}
    saved = {name: snapshot.line(name)[1] for name in snapshot.drawers()}
    return {*opened, *(name for name in {**closed, **saved} if closed.get(name) != saved.get(name))}


def _objects(life: LiveCluster, names: Iterable[DrawerName]) -> dict[Key, Obj]:
    """The objects of some drawers, but for events that have expired: saving sweeps them away."""
    cabinet, found = life.cluster.cabinet, {}
    for name in sorted(names):
        if cabinet.is_saved(name):
            objects = list(cabinet.open(name).objects.values())
            living = event_expiry.living(cabinet, objects, life.cluster.now) if name.kind == EVENT else objects
            found.update({key_of(obj): obj for obj in living})
    return found


def _version(change: Change) -> tuple[bool, int]:
    """What was changed last has the highest version; of what is gone nothing tells when it went."""
    return change.new is None, int((change.new or {"metadata": {}})["metadata"].get("resourceVersion", 0))


class _Depths:
    """How many owners stand above an object: a Deployment has none, its pods have two."""

    def __init__(self, objects: list[Obj]) -> None:
        self._objects = {obj["metadata"]["uid"]: obj for obj in objects}

    def of(self, obj: Obj | None) -> int:
        """The number of owners above an object, as far as they are among the objects."""
        depth = 0
        while obj is not None and depth < len(self._objects):
            owners = [owner["uid"] for owner in obj["metadata"].get("ownerReferences") or () if owner.get("controller")]
            obj = self._objects.get(owners[0]) if owners else None
            depth += obj is not None
        return depth
