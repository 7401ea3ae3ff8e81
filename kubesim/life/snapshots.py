"""States that were saved under names, for as long as nobody deletes them."""

from __future__ import annotations

from kubesim.api.meta import key_of
from kubesim.cluster import Change
from kubesim.errors import StateError, UserError
from kubesim.life.live_cluster import LiveCluster
from kubesim.store.format import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.api.meta import Key, Obj
    from kubesim.cluster import Cluster
    from kubesim.life.saved_cluster import SavedCluster
    from kubesim.store import Snapshot

SUFFIX = ".json"
LONGEST = 100  # characters of a name


class Snapshots:
    """The snapshots beside the state of a simulation."""

    def __init__(self, simulation: SavedCluster) -> None:
        self._simulation = simulation
        self._shelf = simulation.home.snapshots

    def names(self) -> list[str]:
        """What snapshots there are, in alphabetical order."""
        return sorted(name[: -len(SUFFIX)] for name in self._shelf.names() if name.endswith(SUFFIX))

    def save(self, name: str, *, replaces: bool) -> None:
        """Save the cluster as of now; UserError for a name that is none or that there is already, StateError."""
        _check(name)
        if not replaces and name in self.names():
            raise UserError(f'there is a snapshot "{name}" already; --force replaces it')
        content = b"".join(self._simulation.copy())
        try:
            self._shelf.put(name + SUFFIX, content)
        except OSError as error:
            raise StateError(f'cannot save the snapshot "{name}": {error.strerror}') from None

    def read(self, name: str) -> Snapshot:
        """A state that was saved; UserError if there is no snapshot of that name, or it is damaged."""
        _check(name)
        content = self._shelf.get(name + SUFFIX)
        if content is None:
            raise UserError(f'there is no snapshot "{name}"; "sim snapshot list" lists those that there are')
        return parse(f"{self._simulation.home.path}.snapshots/{name}{SUFFIX}", content)

    def delete(self, name: str) -> None:
        """Give a snapshot up; UserError if there is none of that name."""
        _check(name)
        if name not in self.names():
            raise UserError(f'there is no snapshot "{name}"')
        self._shelf.remove(name + SUFFIX)


def _check(name: str) -> None:
    """UserError for what is no name of a file everywhere."""
    is_plain = name.isascii() and name.replace("-", "").replace(".", "").replace("_", "").isalnum()
    if not is_plain or not name[0].isalnum() or len(name) > LONGEST:
        raise UserError(
            f'invalid name "{name}": a snapshot\'s begins with a letter or digit, and goes on with those, -, _ and .'
        )


def differences(snapshot: Snapshot, cluster: Cluster) -> Iterator[Change]:
    """What is not in a cluster as it was in a snapshot, kind by kind."""
    olds, news = _objects(LiveCluster(snapshot.head, snapshot).cluster), _objects(cluster)
    for key in sorted({**olds, **news}):
        if olds.get(key) != news.get(key):
            yield Change(key, olds.get(key), news.get(key), cluster.now)


def _objects(cluster: Cluster) -> dict[Key, Obj]:
    return {key_of(obj): obj for kind in cluster.cabinet.kinds() for obj in cluster.list(kind)}
