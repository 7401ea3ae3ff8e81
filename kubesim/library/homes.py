"""Where the cluster of a program is kept, and how it begins."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from kubesim.errors import StateError
from kubesim.kubeadm.init import new_cluster_head
from kubesim.life.live_cluster import born
from kubesim.life.saved_cluster import SavedCluster
from kubesim.sim.clock import StandingClock
from kubesim.sim.profiles import Size
from kubesim.startup.context_manager import contextmanager
from kubesim.startup.named_tuple import NamedTuple
from kubesim.store import StateFile
from kubesim.store.memory import MemoryState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.store.format import Snapshot
    from kubesim.store.home import Home
    from kubesim.store.state import Transaction


class Beginning(NamedTuple):
    """What a cluster begins with.

    ``seed`` is a random one where it is None, ``at`` (ms since the epoch) is now.
    """

    seed: int | None
    at: int | None
    profile: str
    size: Size


class FoundedFile(StateFile):
    """The file of a cluster that was begun: one that is gone is an error, no occasion for another cluster."""

    def read(self) -> Snapshot:
        """The saved state; StateError where it cannot be read, is damaged or is gone."""
        snapshot = super().read()
        if snapshot is None:
            raise self._gone()
        return snapshot

    @contextmanager
    def locked(self) -> Iterator[Transaction]:
        """Hold the writers' lock over the state as it is now; StateError, before a folder is made, if it is gone."""
        if self.stamp() is None:
            raise self._gone()
        with super().locked() as transaction:
            yield transaction

    def _gone(self) -> StateError:
        return StateError(f"the state is gone: {self.path}")


def in_memory(beginning: Beginning) -> tuple[MemoryState, StandingClock]:
    """A new cluster in memory. The clock beside it stands as well, so that the state is the same each time."""
    if beginning.at is None:
        beginning = beginning._replace(at=StandingClock().wall())
    home = _begun(beginning) if beginning.seed is None else _begun_once(beginning).copy()
    return home, StandingClock(beginning.at)


def in_file(path: str, beginning: Beginning, clock: StandingClock, *, is_asked: bool) -> FoundedFile:
    """A cluster in a file, which is begun where there is none.

    ValueError for a file that is there already, if it ``is_asked`` how the cluster is to begin.
    """
    file = StateFile(path)
    if file.stamp() is None:
        _begin(file, beginning, clock)
    elif is_asked:
        raise ValueError(f"{path} has a cluster already, with a seed, a clock, a profile and nodes of its own")
    return FoundedFile(path)


def _begin(home: Home, beginning: Beginning, clock: StandingClock) -> None:
    """Save a new cluster."""
    wall = clock.wall()
    at = wall if beginning.at is None else beginning.at
    life = born(new_cluster_head(wall, at=at, seed=beginning.seed, profile=beginning.profile), beginning.size)
    with SavedCluster(home, clock=clock).renewing(life):
        pass


def _begun(beginning: Beginning) -> MemoryState:
    home = MemoryState()
    _begin(home, beginning, StandingClock(beginning.at))
    return home


#: Clusters that are the same to the last byte are begun once: each test may have one of its own.
_begun_once = lru_cache(maxsize=8)(_begun)
