"""A state that is kept in memory."""

from __future__ import annotations

from threading import Lock

from kubesim.startup.context_manager import contextmanager
from kubesim.store.format import parse
from kubesim.store.journal import Journal
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
        #: The states that were replaced.
        self._shelf = Memory(self)
        self.journal = Journal(self._shelf)
        #: What was saved under names.
        self.snapshots = Memory(self)
        self._saves = 0

    def copy(self) -> MemoryState:
        """Another state with the same content and journal."""
        other = MemoryState()
        with self._lock:
            other.content, other._saves = self.content, self._saves
            other._shelf = self._shelf.copy(other)
            other.journal = Journal(other._shelf)
            other.snapshots = self.snapshots.copy(other)
        return other

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
            yield Transaction(self.path, None, self._write, self.read())

    def _write(self, pieces: list[bytes], on_saved: Callable[[], None] | None, name: str | None) -> None:
        if name is not None:
            self.journal.keep(name)
        self.content = b"".join(pieces)
        self._saves += 1
        if on_saved is not None:
            on_saved()
        if name is not None:
            self.journal.tidy()


class Memory:
    """What lies beside a state in memory."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state
        self._contents: dict[str, bytes] = {}

    def copy(self, state: MemoryState) -> Memory:
        """The same beside another state."""
        other = Memory(state)
        other._contents = dict(self._contents)
        return other

    def names(self) -> list[str]:
        """What is there."""
        return list(self._contents)

    def size(self, name: str) -> int:
        """How many bytes something has."""
        return len(self._contents[name])

    def get(self, name: str) -> bytes | None:
        """The content of that name, None where there is none."""
        return self._contents.get(name)

    def keep(self, name: str) -> None:
        """Keep the state as it is."""
        assert self._state.content is not None
        self._contents.setdefault(name, self._state.content)

    def put(self, name: str, content: bytes) -> None:
        """Put something there."""
        self._contents[name] = content

    def append(self, name: str, line: bytes) -> None:
        """Add a line to what is there."""
        self._contents[name] = self._contents.get(name, b"") + line

    def remove(self, name: str) -> None:
        """Take something away, if it is there."""
        self._contents.pop(name, None)
