"""A cluster for tests: a life in memory, which keeps all that changed in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.life.live_cluster import LiveCluster
from kubesim.life.saved_cluster import SavedCluster
from kubesim.sim.clock import StandingClock
from kubesim.store.memory import MemoryState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.cluster import Change, Head
    from kubesim.sim.engine import Registered
    from kubesim.store import Snapshot
    from kubesim.store.home import Home
    from typing_extensions import Self


class World(LiveCluster):
    """A cluster that a test lets live; every change of it is kept in ``history``."""

    def __init__(
        self, head: Head, snapshot: Snapshot | None = None, controllers: Sequence[Registered] | None = None
    ) -> None:
        super().__init__(head, snapshot, controllers)
        self.history: list[Change] = []
        self.cluster.observers.append(self.history.append)

    def run(self, seconds: float = 30) -> None:
        """Let it live for a while, step by step."""
        self.engine.run_until(self.cluster.now + round(seconds * 1000))

    def look_at_everything(self) -> None:
        """Let every controller look at every object of its kind."""
        self.engine.look_at_everything()
        self.engine.settle()

    def saved(self) -> MemoryState:
        """A home with the whole cluster in it, every drawer written anew."""
        self.settle()
        cabinet = self.cluster.cabinet
        for kind in cabinet.kinds():
            cabinet.open_all(kind)
        cabinet.touched.update(cabinet.opened())
        home = MemoryState()
        with SavedCluster(home, clock=StandingClock(self.wall)).renewing(self):
            pass
        return home

    def reopened(self, *, drop_wakes: bool = False) -> Self:
        """The same cluster, saved and opened again; ``drop_wakes`` forgets when to wake."""
        home = self.saved()
        if drop_wakes:
            forget_wakes(home)
        snapshot = home.read()
        assert snapshot is not None
        again = object.__new__(type(self))
        World.__init__(again, snapshot.head, snapshot, self.controllers)
        again.advance(again.cluster.now)
        return again


def forget_wakes(home: Home) -> None:
    """Lose the cache of wake-ups."""
    with home.locked() as transaction:
        assert transaction.snapshot is not None
        head = {**transaction.snapshot.head, "wake": 0}
        transaction.commit(head, {}, dict.fromkeys(transaction.snapshot.drawers()))
