"""The state file as the rest of the program uses it: read it, or hold it and save."""

from __future__ import annotations

from kubesim.errors import StateError
from kubesim.startup.context_manager import contextmanager, suppress
from kubesim.store import file
from kubesim.store.format import parse, render

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kubesim.cluster.drawers import Drawer, DrawerName, Head
    from kubesim.store.format import Snapshot
    from kubesim.store.journal import Folder, Journal
    from kubesim.store.lock import Lock, OnWait

    #: Replaces the old content by a new one, given in pieces, and then calls the given function, if there is one. The
    #: old one stays in the journal under the name, if there is one.
    Write = Callable[[list[bytes], Callable[[], None] | None, str | None], None]


class StateFile:
    """The state at one path.

    Readers need no lock: what they read is a state that was saved whole.  Writers take turns.
    ``on_wait`` is called once if another writer keeps one waiting for more than ten seconds, with the id of its
    process, None if that is not known.  Without ``keeps_journal`` what is replaced is gone.
    """

    def __init__(self, path: str, on_wait: OnWait | None = None, *, keeps_journal: bool = True) -> None:
        self.path = path
        self._on_wait = on_wait
        self._keeps_journal = keeps_journal
        self._journal: Journal | None = None

    @property
    def journal(self) -> Journal:
        """The states that were replaced, in a folder beside the file."""
        if self._journal is None:
            from kubesim.store.journal import Folder, Journal

            self._journal = Journal(Folder(self.path + ".journal", self.path))
        return self._journal

    def read(self) -> Snapshot | None:
        """The saved state, None where there is none; StateError where it cannot be read or is damaged."""
        data = file.read_in_part(self.path)
        return None if data is None else parse(self.path, data)

    def stamp(self) -> object:
        """Something that differs from an earlier stamp whenever the state was saved in between."""
        return file.stamp(self.path)

    @property
    def snapshots(self) -> Folder:
        """What was saved under names, in another folder."""
        from kubesim.store.journal import Folder

        return Folder(self.path + ".snapshots", self.path, sync=True)

    @contextmanager
    def locked(self) -> Iterator[Transaction]:
        """Hold the writers' lock over the state as it is now; StateError as for ``read``, or without a lock."""
        with self._lock() as held:
            yield Transaction(self.path, self.read(), self._writer(held))

    @contextmanager
    def locked_if_free(self, stamp: object) -> Iterator[Transaction | None]:
        """Hold the writers' lock if nobody does, and nobody saved since ``stamp``; else there is no transaction.

        StateError as for ``locked``.
        """
        from kubesim.store import lock

        with lock.exclusive_if_free(self.path + ".lock") as held:
            is_same = held is not None and self.stamp() == stamp
            yield Transaction(self.path, self.read(), self._writer(held)) if held is not None and is_same else None

    @contextmanager
    def locked_anew(self) -> Iterator[Transaction]:
        """As ``locked``, to start anew, whatever the file holds; a backup of that is kept."""
        with self._lock() as held:
            backup = self.path + ".bak"
            kept = file.keep(self.path, backup, held.check)
            yield Transaction(self.path, None, self._writer(held), self._given_up(), backup if kept else None)

    def _given_up(self) -> Snapshot | None:
        """What is there, if it can be read."""
        with suppress(StateError):
            return self.read()
        return None

    @contextmanager
    def _lock(self) -> Iterator[Lock]:
        from kubesim.store import lock

        file.prepare(self.path)
        with lock.exclusive(self.path + ".lock", self._on_wait) as held:
            yield held

    def _writer(self, held: Lock) -> Write:
        """Replaces the file as long as the lock is held; a disk that is full has no room for a journal."""

        def write(pieces: list[bytes], on_saved: Callable[[], None] | None, name: str | None) -> None:
            def check() -> None:
                held.check()
                if name is not None and self._keeps_journal:
                    self.journal.keep(name)

            try:
                file.replace(self.path, pieces, check, on_saved)
            except file.NoRoomError:
                if not self.journal.give_up():
                    raise
                file.replace(self.path, pieces, check, on_saved)
            if name is not None:
                self.journal.tidy()

        return write


class Transaction:
    """The state while its lock is held.

    ``snapshot`` is what was saved, None before the first save; ``given_up`` is what is there in its place, to be
    replaced whatever it is, and ``backup`` where that was kept.
    """

    def __init__(
        self,
        path: str,
        snapshot: Snapshot | None,
        write: Write,
        given_up: Snapshot | None = None,
        backup: str | None = None,
    ) -> None:
        self._path = path
        self._write = write
        self.backup = backup
        self._snapshot = snapshot
        self._given_up = given_up
        self._written: list[bytes] | None = None

    def commit(
        self,
        head: Head,
        changes: Mapping[DrawerName, Drawer | None],
        wakes: Mapping[DrawerName, int | None] | None = None,
        on_saved: Callable[[], None] | None = None,
        kept_as: str | None = None,
    ) -> None:
        """Save: the drawers that changed (None: the drawer is gone), the others as they were; StateError if it cannot.

        ``wakes`` are new earliest wake-ups of saved drawers that did not change otherwise.  ``on_saved`` is called
        once there is no way back.  What was there stays in the journal under the name ``kept_as``, if there is one.
        """
        self._put(render(head, self.snapshot, changes, wakes or {}), on_saved, kept_as)

    def restore(self, head: Head, snapshot: Snapshot, on_saved: Callable[[], None] | None, kept_as: str | None) -> None:
        """Save the drawers of another state with this head; otherwise as ``commit``."""
        self._put(render(head, snapshot, {}, {}), on_saved, kept_as)

    def _put(self, pieces: list[bytes], on_saved: Callable[[], None] | None, kept_as: str | None) -> None:
        self._write(pieces, on_saved, kept_as)
        self._written, self._given_up = pieces, None

    @property
    def snapshot(self) -> Snapshot | None:
        """What was saved, None before the first save."""
        if self._written is not None:
            self._snapshot, self._written = parse(self._path, b"".join(self._written)), None
        return self._snapshot

    @property
    def replaced(self) -> Snapshot | None:
        """What the next save replaces, None if there is nothing, or nothing that makes sense."""
        return self._given_up or self.snapshot
