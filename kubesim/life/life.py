"""A cluster that was opened, living on from the instant it was left to now."""

from __future__ import annotations

from kubesim.cluster import Cluster
from kubesim.cluster.event_expiry import EVENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kubesim.cluster import Drawer, DrawerName, Head
    from kubesim.sim.engine import Engine
    from kubesim.sim.profiles import Size
    from kubesim.store import Snapshot


class Life:
    """A cluster that was opened, with the engine that lets it live on; the engine is made once it is needed.

    ``keep`` saves what was lived so far, where that can be done; ``stamp`` is the state file's when it was read or
    saved last.
    """

    def __init__(self, head: Head, snapshot: Snapshot | None) -> None:
        self.cluster = Cluster(head, snapshot, head["clock"]["sim"])
        #: Set by who changes settings in the head, so that it is saved though no object changed.
        self.head_changed = False
        self.keep: Callable[[Life], None] = _keep_nothing
        self.stamp: object = None
        #: The instant (ms) to which it is still to be brought.
        self.target = self.cluster.now
        self._engine: Engine | None = None

    def catch_up(self, instant: int) -> None:
        """Bring the cluster from where it was left to ``instant`` (ms). KeyboardInterrupt: what was kept stays."""
        wake = self.cluster.head.get("wake", 0)
        if wake is not None and wake <= instant:
            from kubesim.life.catching_up import live

            if wake == 0:
                self.engine.look_at_everything()
            self.target = instant
            live(self, instant)
        self.cluster.now = instant

    @property
    def behind(self) -> int:
        """How much (ms) it has still to live before it is where it is to be."""
        return max(0, self.target - self.cluster.now)

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            from kubesim.controllers import registry
            from kubesim.sim.engine import Engine

            self._engine = Engine(self.cluster, registry())
        return self._engine

    @property
    def steps(self) -> int:
        """How many instants it has lived through."""
        return 0 if self._engine is None else self._engine.steps

    def settle(self) -> None:
        """Let the controllers do what they do at once."""
        if self.cluster.changes or self._engine is not None:
            self.engine.settle()

    def changed(self) -> dict[DrawerName, Drawer | None]:
        """The drawers to be written, None for one that is empty now, or holds only events that have expired."""
        self.cluster.sweep()
        opened = self.cluster.cabinet.opened()
        wakes = self.engine.wakes()
        for name in self.cluster.cabinet.touched:
            opened[name].wake = wakes.get(name)
        written = {name: opened[name] if opened[name].objects else None for name in self.cluster.cabinet.touched}
        return {**dict.fromkeys(self._expired()), **written}

    def _expired(self) -> Iterator[DrawerName]:
        """The drawers that nobody opened in which every event has expired."""
        cabinet = self.cluster.cabinet
        for name, wake in cabinet.saved_wakes():
            if name.kind == EVENT and wake <= self.cluster.now and name not in cabinet.opened():
                yield name

    def moved_wakes(self) -> dict[DrawerName, int | None]:
        """The new earliest wake-ups of drawers in which nothing else changed."""
        cabinet = self.cluster.cabinet
        wakes = self.engine.wakes()
        return {
            name: wakes.get(name)
            for name, drawer in cabinet.opened().items()
            if name not in cabinet.touched and drawer.wake != wakes.get(name)
        }

    def is_saved(self, stamp: object) -> None:
        """What ``changed`` and ``moved_wakes`` gave was saved, in the file with that stamp."""
        self.stamp = stamp
        wakes = self.engine.wakes()
        for name, drawer in self.cluster.cabinet.opened().items():
            drawer.wake = wakes.get(name)
        self.cluster.cabinet.is_written()
        self.head_changed = False


def _keep_nothing(_life: Life) -> None:
    """There is nowhere to save to."""


def born(head: Head, size: Size | None = None) -> Life:
    """A cluster of that size with nothing in it but what a new one of its profile has."""
    from kubesim.kubeadm.init import found_cluster
    from kubesim.sim.profiles import USUAL_SIZE

    life = Life({**head, "wake": None}, None)
    found_cluster(life.cluster, size or USUAL_SIZE)
    return life
