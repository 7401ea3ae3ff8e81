"""A cluster that was opened, living on from the instant it was left to now."""

from __future__ import annotations

from kubesim.cluster import Cluster
from kubesim.cluster.event_expiry import EVENT
from kubesim.sim.clock import within_bounds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kubesim.api.meta import Obj
    from kubesim.cluster import Drawer, DrawerName, Head
    from kubesim.life.checkpoints import Display
    from kubesim.sim.clock import Speed
    from kubesim.sim.engine import Engine, Registered
    from kubesim.sim.profiles import Size
    from kubesim.store import Snapshot


class NoDisplay:
    """Shows nothing of how far a life from ``start`` to ``end`` (ms) has come."""

    def __init__(self, start: int, end: int) -> None:
        """There is nothing to prepare."""

    def show(self, now: int, clock: float) -> None:
        """``now`` (ms) is reached, at an instant of the monotonic clock (s)."""

    def clear(self) -> None:
        """The life has been lived, or was broken off."""


class LiveCluster:
    """A cluster that was opened, with the engine that lets it live on; the engine is made once it is needed.

    Opening does not run it: ``advance`` does, and observers of the cluster that are in place by then see what happens.

    ``keep`` saves what was lived so far, where that can be done; ``display`` makes what shows how far a long life has
    come; ``stamp`` is the state's when it was read or saved last.
    """

    def __init__(self, head: Head, snapshot: Snapshot | None, controllers: Sequence[Registered] | None = None) -> None:
        self.cluster = Cluster(head, snapshot, head["clock"]["sim"])
        self.cluster.answer = _answer_of_metrics
        self.cluster.call_webhook = _answer_of_webhook
        self.keep: Callable[[LiveCluster], None] = _keep_nothing
        self.display: Callable[[int, int], Display] = NoDisplay
        self.stamp: object = None
        #: The instant (ms) to which it is still to be brought, and the wall clock's at that instant.
        self.target = self.cluster.now
        self.wall = int(head["clock"]["wall"])
        #: Those that act in it, None for all that there are.
        self.controllers = controllers
        self._engine: Engine | None = None

    def advance(self, instant: int) -> None:
        """Let the cluster live up to and including ``instant`` (ms), which lies within the clock's bounds.

        KeyboardInterrupt: what was kept stays.
        """
        if self._is_at_rest_until(instant):
            self.cluster.now = instant
            return
        from kubesim.life.checkpoints import live

        display = self.display(self.cluster.now, instant)
        live(self.cluster, self.engine, instant, display, keep=lambda: self.keep(self))

    def advance_by(self, duration: int) -> None:
        """Move the clock by hand: let the cluster live for so long (ms) at once; UserError past the clock's bounds."""
        self.advance(within_bounds(self.cluster.now + duration))
        self.cluster.head_changed = True

    def set_speed(self, speed: Speed) -> None:
        """The state's own speed: simulated seconds to a real one, or ``max``."""
        self.cluster.head["clock"]["speed"] = speed
        self.cluster.head_changed = True

    def _is_at_rest_until(self, instant: int) -> bool:
        """Whether nothing is due by then in a cluster in which nothing has been done since it was opened."""
        if self._engine is not None or self.cluster.changes:
            return False
        wake = self.cluster.head.get("wake", 0)
        if wake == 0:  # nothing is known of what waits
            self.engine.look_at_everything()
            return False
        return wake is None or bool(wake > instant)

    @property
    def behind(self) -> int:
        """How much (ms) it has still to live before it is where it is to be."""
        return max(0, self.target - self.cluster.now)

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            from kubesim.controllers import registry
            from kubesim.sim.engine import Engine

            self._engine = Engine(self.cluster, registry() if self.controllers is None else self.controllers)
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
        """The drawers that were not opened in which every event has expired."""
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
        self.cluster.head_changed = False


def _answer_of_metrics(cluster: Cluster, kind: str, namespace: str | None, name: str | None) -> list[Obj]:
    """What the cluster's metrics-server answers."""
    from kubesim.containers.usage.metrics_api import answer

    return answer(cluster, kind, namespace, name)


def _answer_of_webhook(cluster: Cluster, config: Obj, review: Obj, seconds: int) -> Obj | str | None:
    """What the program behind a webhook answers."""
    from kubesim.controllers.kubelet.webhook_calls import answer

    return answer(cluster, config, review, seconds)


def _keep_nothing(_life: LiveCluster) -> None:
    """There is nowhere to save to."""


def born(head: Head, size: Size | None = None) -> LiveCluster:
    """A cluster of that size with nothing in it but what a new one of its profile has."""
    from kubesim.kubeadm.init import found_cluster
    from kubesim.sim.profiles import USUAL_SIZE

    life = LiveCluster({**head, "wake": None}, None)
    found_cluster(life.cluster, size or USUAL_SIZE)
    return life
