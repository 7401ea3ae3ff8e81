"""What has changed lately, for watches that begin where a list ended, and lists that go on.

Mirrors the cacher's watchCache.
"""

from __future__ import annotations

from collections import deque
from threading import Lock
from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.cluster import Change

KEPT = 5000  # changes
COMPACTION = 300.0  # seconds for which a list that has begun can be gone on with


class History:
    """The last changes in their order, each with the resource version that it made.

    A place in it is a number that grows with every change.  Changes are noted in one thread and read in another, which
    sees them once they are published: a change that may still fail to be saved has not happened.
    """

    def __init__(self) -> None:
        self._entries: deque[tuple[Change, int]] = deque(maxlen=KEPT)
        self._guard = Lock()
        self._noted = 0  # the place after the last change
        #: The place after the last change that was published.
        self.end = 0
        self._floor = 0  # the version before the first change that is kept

    def begin(self, version: int) -> None:
        """Nothing is known of what was before that version; no place from before leads on."""
        with self._guard:
            self._entries.clear()
            self._floor = version
            self._noted += 1
            self.end = self._noted

    def add(self, change: Change, version: int) -> None:
        """Note a change; versions never go back."""
        with self._guard:
            if len(self._entries) == KEPT:
                self._floor = self._entries[0][1]
            latest = self._entries[-1][1] if self._entries else self._floor
            self._entries.append((change, max(version, latest)))
            self._noted += 1

    def publish(self) -> None:
        """Show what was noted."""
        with self._guard:
            self.end = self._noted

    def version_at(self, place: int) -> int:
        """The version that the last change before a place made."""
        with self._guard:
            before = len(self._entries) - (self._noted - place)
            return self._entries[before - 1][1] if before > 0 else self._floor

    def since(self, version: int) -> list[tuple[Change, int]] | None:
        """The changes after a version, None where they are not kept any more."""
        with self._guard:
            if version < self._floor:
                return None
            return [entry for entry in self._entries if entry[1] > version]

    def after(self, place: int, most: int = KEPT) -> list[tuple[Change, int]] | None:
        """The changes from a place on, None where they are not kept any more; as many places on is the next one."""
        with self._guard:
            first = len(self._entries) - (self._noted - place)
            if first < 0:
                return None
            return [self._entries[at] for at in range(first, first + min(most, self.end - place))]


class Past:
    """What has changed, for lists of earlier versions. Mirrors how etcd compacts what is older than some minutes.

    On a real cluster leases change all the time. So here a version grows old by itself, once a list in pieces has begun
    with it: else that could go on for ever while nothing changes.
    """

    def __init__(self, history: History, clock: Callable[[], float] = monotonic) -> None:
        self._history = history
        self._clock = clock
        self._begun: dict[int, float] = {}  # when a list in pieces was begun last, by its version

    def keep(self, version: int) -> None:
        """A list in pieces begins with that version."""
        self._begun.pop(version, None)
        self._begun[version] = self._clock()
        if len(self._begun) > KEPT:
            del self._begun[next(iter(self._begun))]

    def since(self, version: int) -> list[tuple[Change, int]] | None:
        """The changes after a version, None where they are not kept any more."""
        return None if self.is_old(version) else self._history.since(version)

    def is_old(self, version: int) -> bool:
        """Whether a list in pieces began with that version so long ago that it cannot be gone on with."""
        begun = self._begun.get(version)
        return begun is not None and self._clock() - begun > COMPACTION
