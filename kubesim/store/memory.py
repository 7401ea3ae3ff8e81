"""A state that is kept in memory."""

from __future__ import annotations

from threading import Lock

from kubesim.startup.context_manager import contextmanager
from kubesim.store.format import parse
from kubesim.store.state import Transaction

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kubesim.store.format import Snapshot


class MemoryState:
    """A state that lasts as long as this object does, in the form that a file would have.

    Threads may share it: readers need no lock, writers take turns.
    """

    path = "memory"

    def __init__(self) -> None:
        self._lock = Lock()
        #: What a file would hold, None before the first save.
        self.content: bytes | None = None
        self._saves = 0

    def read(self) -> Snapshot | None:
        """The saved state, None before the first save."""
        return None if self.content is None else parse(self.path, self.content)

    def stamp(self) -> object:
        """How often the state was saved, None before the first save."""
        return self._saves or None

    @contextmanager
    def locked(self) -> Iterator[Transaction]:
        """Hold the writers' lock over the state as it is now."""
        with self._lock:
            yield Transaction(self.path, self.read(), self._write)

    @contextmanager
    def locked_if_free(self, stamp: object) -> Iterator[Transaction | None]:
        """As ``locked`` if no writer holds the lock and none saved since ``stamp``; else there is no transaction."""
        is_held = self._lock.acquire(blocking=False)
        try:
            is_same = is_held and self.stamp() == stamp
            yield Transaction(self.path, self.read(), self._write) if is_same else None
        finally:
            if is_held:
                self._lock.release()

    @contextmanager
    def locked_anew(self) -> Iterator[Transaction]:
        """As ``locked``, to start anew; what was there is given up."""
        with self._lock:
            yield Transaction(self.path, None, self._write)

    def _write(self, pieces: list[bytes], on_saved: Callable[[], None] | None) -> None:
        self.content = b"".join(pieces)
        self._saves += 1
        if on_saved is not None:
            on_saved()
