"""Putting a state that was kept in the place of the present one.

A cluster that comes back is as it was when it was left: its clock is set so that no time has passed since.  Everything
else are the very bytes that were saved.
"""

from __future__ import annotations

from math import ceil

from kubesim.errors import UserError
from kubesim.life.history import History
from kubesim.sim.clock import MAX
from kubesim.startup.context_manager import contextmanager
from kubesim.store.journal import name_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Head
    from kubesim.life.history import Entry
    from kubesim.life.saved_cluster import Report, SavedCluster
    from kubesim.store import Snapshot, Transaction


@contextmanager
def restoring(simulation: SavedCluster) -> Iterator[Restoration]:
    """Under the writers' lock: a way to put a state that was kept in the place of the one that is there.

    What is reported meanwhile is written once that is done.
    """
    with simulation.report() as report, simulation.home.locked() as transaction:
        yield Restoration(simulation, transaction, report)


class Restoration:
    """A state under the writers' lock, to be replaced by one that was kept."""

    def __init__(self, simulation: SavedCluster, transaction: Transaction, report: Report) -> None:
        self._simulation = simulation
        self._transaction = transaction
        self._report = report
        self._journal = simulation.home.journal
        self._history = History(simulation.home)

    def undo(self, count: int) -> list[Entry]:
        """Take back the last commands, the latest first; gives them. UserError if there are not as many."""
        present = self._transaction.snapshot
        entries = [entry for entry, _ in zip(self._history.done(present), range(count), strict=False)]
        if len(entries) < count:
            raise UserError(_too_many(len(entries), "undone"))
        first = entries[-1]
        before = self._history.find(first.before)
        assert present is not None
        assert before is not None
        kept_as = None
        if not self._history.undone(present):  # this is where redos will lead
            kept_as = name_of(present)
            self._journal.keep(kept_as)
            self._journal.lead_back(kept_as, self._simulation.present(present.head))
        self._restore(before, first.at, kept_as)
        return entries

    def redo(self, count: int) -> list[Entry]:
        """Do again what was taken back last; gives it in its order. UserError if there is not as much."""
        entries = self._history.undone(self._transaction.snapshot)
        if len(entries) < count:
            raise UserError(_too_many(len(entries), "redone"))
        way = self._journal.way_back()
        assert way is not None
        name, instant = (entries[count].before, entries[count].at) if count < len(entries) else way
        after = self._history.find(name)
        assert after is not None
        self._restore(after, instant, None)
        return entries[:count]

    def bring_back(self, snapshot: Snapshot) -> None:
        """Put a state in its place that was saved under a name, as a command that can be taken back."""
        present, instant = self._transaction.snapshot, snapshot.head["clock"]["sim"]
        writer = self._simulation.origin_writer(instant if present is None else self._simulation.present(present.head))
        kept_as = writer.write_jump(snapshot.head, self._transaction, instant)
        self._restore(snapshot, instant, kept_as)

    def _restore(self, snapshot: Snapshot, instant: int, kept_as: str | None) -> None:
        head: Head = {**snapshot.head, "clock": {**snapshot.head["clock"], "wall": self._wall_at(snapshot, instant)}}
        self._report.saving()
        self._transaction.restore(head, snapshot, self._report.is_saved, kept_as)

    def _wall_at(self, snapshot: Snapshot, instant: int) -> int:
        """The instant (ms) of the wall clock that a state must have been saved at to be at a simulated one now."""
        passed = instant - snapshot.head["clock"]["sim"]
        speed = self._simulation.speed(snapshot.head)
        return self._simulation.wall() - (ceil(passed / float(speed)) if speed != MAX else 0)


def _too_many(count: int, done: str) -> str:
    if not count:
        return f"there is no command that can be {done}"
    return f"only {count} command{'' if count == 1 else 's'} can be {done}"
