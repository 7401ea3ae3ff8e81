"""Where the state of a cluster is kept: a file, or memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from kubesim.store.format import Snapshot
    from kubesim.store.journal import Journal, Shelf
    from kubesim.store.state import Transaction


class Home(Protocol):
    """Keeps one state. Readers get one that was saved whole; writers take turns."""

    @property
    def path(self) -> str:
        """The home's name in messages."""
        ...

    @property
    def journal(self) -> Journal:
        """The states that were replaced."""
        ...

    @property
    def snapshots(self) -> Shelf:
        """What was saved under names."""
        ...

    def read(self) -> Snapshot | None:
        """The saved state, None where there is none; StateError where it cannot be read."""
        ...

    def stamp(self) -> object:
        """Something that differs from an earlier stamp whenever the state was saved in between, None for no state."""
        ...

    def locked(self) -> AbstractContextManager[Transaction]:
        """Hold the writers' lock over the state as it is now; StateError."""
        ...

    def locked_if_free(self, stamp: object) -> AbstractContextManager[Transaction | None]:
        """As ``locked`` if no writer holds the lock and none saved since ``stamp``; else there is no transaction."""
        ...

    def locked_anew(self) -> AbstractContextManager[Transaction]:
        """As ``locked``, to start anew; the saved state is dropped."""
        ...
