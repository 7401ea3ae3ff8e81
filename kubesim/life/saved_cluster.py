"""A cluster between two openings: where its state is kept, and how it is opened, lived, acted on and saved.

There is no daemon.  Whenever the cluster is opened, it lives from the instant at which it was left to now.  A reader
saves nothing, since the same state lives the same life again, unless that life is a long one.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND
from kubesim.cluster import Cluster
from kubesim.errors import Aggregate, StateError, StatusError, UserError
from kubesim.life.live_cluster import LiveCluster, NoDisplay, born
from kubesim.sim.clock import MAX, Clock, simulated_now
from kubesim.startup.context_manager import contextmanager, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Protocol

    from kubesim.cluster import Head
    from kubesim.life.checkpoints import Display
    from kubesim.life.follower import Follower
    from kubesim.life.origin import Author, OriginWriter
    from kubesim.sim.clock import Speed
    from kubesim.store import Snapshot, Transaction
    from kubesim.store.home import Home

    class Report(Protocol):
        """What a face reports of one change: made at the end of a ``with``, if the change was saved by then."""

        def __enter__(self) -> Report: ...

        def __exit__(self, *error: object) -> None: ...

        def saving(self) -> None:
            """The change is about to be saved."""

        def is_saved(self) -> None:
            """The change was saved; there is no way back."""

    #: Called with a life that was opened, before it lives on to now.
    Observe = Callable[[LiveCluster], None]
    #: Writes what a life that is saved has come from; gives the name by which to keep the state that is replaced.
    WriteOrigin = Callable[[LiveCluster, Transaction], str | None]

LONG_LIFE = 50  # steps that a reader takes before it keeps what came of them: some 50 ms
SET_BACK = SECOND  # ms by which the wall clock must have been set back before a reader minds


class NoReport:
    """Reports nothing of a change."""

    def __enter__(self) -> NoReport:
        return self

    def __exit__(self, *error: object) -> None:
        """There is nothing to write."""

    def saving(self) -> None:
        """There is nothing to protect."""

    def is_saved(self) -> None:
        """There is nothing to report."""


class Face:
    """What a face of the program adds to opening and saving a cluster. This one adds nothing."""

    def admit(self, head: Head) -> None:
        """UserError if a cluster with that head is not to be opened."""

    def display(self, start: int, end: int) -> Display:
        """What shows how far a long life from ``start`` to ``end`` (ms) has come."""
        return NoDisplay(start, end)

    def report(self) -> Report:
        """What is reported of a change that is about to be made."""
        return NoReport()

    def author(self) -> Author:
        """The command to which the journal ascribes a change that is about to be made."""
        from kubesim.life.origin import Author

        return Author()


class SavedCluster:
    """A cluster with its state in a home. Nothing of it is held between two operations."""

    def __init__(self, home: Home, face: Face | None = None, clock: Clock | None = None) -> None:
        self.home = home
        self._face = face or Face()
        self._clock = clock or Clock()

    def speed(self, head: Head) -> Speed:
        """Simulated seconds to a real one, or ``max``: the clock's, else the state's."""
        asked = self._clock.speed()
        if asked is not None:
            return asked
        own: Speed = head["clock"].get("speed", 1)
        return own

    def wall(self) -> int:
        """The wall clock (ms since the epoch)."""
        return self._clock.wall()

    def present(self, head: Head) -> int:
        """The simulated instant (ms) at which a cluster with that head is now."""
        return simulated_now(head["clock"], self.wall(), self.speed(head))

    # reading

    def read(self, observe: Observe | None = None) -> LiveCluster:
        """The cluster as of now; saved only if it lived for so long that no second reader should repeat it.

        What is done to it is not saved. The first reader of all makes the state.
        """
        stamp, snapshot = self._saved()
        life = self._revive(snapshot, stamp, self._keep, observe)
        if snapshot.head["clock"]["wall"] > self.wall() + SET_BACK:
            life.cluster.head_changed = (
                True  # or time would stand still for readers until the wall clock is there again
            )
        if life.steps > LONG_LIFE or life.cluster.head_changed:
            self._keep(life)
        return life

    def _saved(self) -> tuple[object, Snapshot]:
        """The state that is there, a new one where there was none, and its stamp."""
        stamp, snapshot = self.home.stamp(), self.home.read()
        if snapshot is None:
            with self.writing():
                pass
            stamp, snapshot = self.home.stamp(), self.home.read()
            assert snapshot is not None
        return stamp, snapshot

    def copy(self) -> list[bytes]:
        """The state as of now, in pieces, as a file would hold it; it is not saved."""
        from kubesim.store.format import render

        stamp, snapshot = self._saved()
        life = self._revive(snapshot, stamp, lambda life: None)
        life.settle()
        return render(self._head_of(life), snapshot, life.changed(), life.moved_wakes())

    def rehearse(self) -> LiveCluster:
        """The cluster as of now, a new one where there is none; nothing is made or locked, or saved of what is done."""
        stamp, snapshot = self.home.stamp(), self.home.read()
        if snapshot is not None:
            return self._revive(snapshot, stamp, self._keep)
        life = self._birth()
        life.settle()
        return life

    def empty(self) -> Cluster:
        """A cluster with nothing in it, which has no state."""
        from kubesim.kubeadm.init import new_cluster_head

        head = new_cluster_head(self.wall())
        return Cluster(head, None, head["clock"]["sim"])

    def follow(self, *kinds: str, counts: bool = False) -> Follower:
        """The cluster as of now, to be followed from there, with the changes of the objects of these kinds.

        ``counts`` is whether what only repeats may end the wait, by how often it does or by a name that it makes.
        """
        from kubesim.life.follower import Follower

        return Follower(self, kinds, counts=counts)

    def bring(self, life: LiveCluster) -> None:
        """Let a cluster that has been kept open live until now."""
        head = life.cluster.head
        life.wall = self.wall()
        life.target = max(life.cluster.now, simulated_now(head["clock"], life.wall, self.speed(head)))
        if life.target != life.cluster.now:
            life.advance(life.target)

    def keep(self, life: LiveCluster) -> None:
        """Save what a cluster that has been kept open has lived through, unless that means to wait."""
        self._keep(life)

    def _keep(self, life: LiveCluster) -> None:
        """Save what a reader has lived through, unless that means to wait, or cannot be done."""
        with suppress(StateError), self.home.locked_if_free(life.stamp) as transaction:
            if transaction is not None:
                self._commit(transaction, life)

    # writing

    @contextmanager
    def writing(
        self, known: LiveCluster | None = None, observe: Observe | None = None, waiting: Author | None = None
    ) -> Iterator[LiveCluster]:
        """The cluster as of now, under the writers' lock; what was done is saved when the controllers have settled.

        What went well before a refusal is saved as well; anything else that is raised saves nothing.  What is reported
        meanwhile is written once it is saved and the lock is free, or not at all.  If no other writer saved since
        ``known`` was read or saved, it goes on.  ``waiting`` is a command that changes nothing, but lets it live.
        """
        with self._face.report() as report, self.home.locked() as transaction:
            life = self._open(transaction, known, observe)
            writer = self.origin_writer(life.cluster.now, waiting)
            life.keep = lambda life: self._commit(transaction, life, writer.write_wait)
            try:
                yield life
            except (UserError, StatusError, Aggregate):
                self._save(transaction, life, writer, report)
                raise
            else:
                self._save(transaction, life, writer, report)
            finally:
                life.keep = self._keep  # who goes on with this life holds no lock

    @contextmanager
    def renewing(self, life: LiveCluster) -> Iterator[str | None]:
        """Save a new cluster in place of what is there; gives where that is kept, None if it is not.

        What is reported meanwhile is written once it is saved.
        """
        with self._face.report() as report, self.home.locked_anew() as transaction:
            yield transaction.backup
            life.settle()
            replaced = transaction.replaced
            writer = self.origin_writer(life.cluster.now if replaced is None else self.present(replaced.head))

            def write_origin(life: LiveCluster, transaction: Transaction) -> str | None:
                return writer.write_jump(life.cluster.head, transaction, life.cluster.now)

            self._commit(transaction, life, write_origin, report)
            report.is_saved()

    def origin_writer(self, instant: int, waiting: Author | None = None) -> OriginWriter:
        """What writes the origin of all that comes of an opening at a simulated instant (ms)."""
        from kubesim.life.origin import OriginWriter

        author = waiting or self._face.author()
        return OriginWriter(author, self.home.journal, instant, self.wall(), waits=waiting is not None)

    def author(self) -> Author:
        """The command to which the journal ascribes what follows."""
        return self._face.author()

    def report(self) -> Report:
        """What is reported of a change that is about to be made."""
        return self._face.report()

    # opening

    def _open(self, transaction: Transaction, known: LiveCluster | None, observe: Observe | None) -> LiveCluster:
        """The cluster as of now; a new one is saved, so that the journal has a state before the first command."""
        stamp = self.home.stamp()
        if transaction.snapshot is None:
            life = self._birth(observe)
            life.settle()
            self._commit(transaction, life)
            return life

        def keep(life: LiveCluster) -> None:
            self._commit(transaction, life)

        if known is None or known.stamp != stamp:
            return self._revive(transaction.snapshot, stamp, keep, observe)
        return known

    def _revive(
        self, snapshot: Snapshot, stamp: object, keep: Callable[[LiveCluster], None], observe: Observe | None = None
    ) -> LiveCluster:
        """A saved cluster, brought to now."""
        head = snapshot.head
        self._face.admit(head)
        life = LiveCluster(head, snapshot)
        life.stamp, life.keep, life.display = stamp, keep, self._face.display
        if observe is not None:
            observe(life)
        life.wall = self.wall()
        life.target = simulated_now(head["clock"], life.wall, self.speed(head))
        life.advance(life.target)
        if "faults" in head.get("notes", ()):
            from kubesim.cluster.failing_requests import count_opening

            life.cluster.head_changed |= count_opening(life.cluster)
        return life

    def _birth(self, observe: Observe | None = None) -> LiveCluster:
        from kubesim.kubeadm.init import new_cluster_head

        head = new_cluster_head(self.wall())
        self._face.admit(head)
        life = born(head)
        if observe is not None:
            observe(life)
        return life

    # saving

    def _save(self, transaction: Transaction, life: LiveCluster, writer: OriginWriter, report: Report) -> None:
        """Save what is worth it; the report is true from then on."""
        writer.see(life)
        life.settle()
        self._commit(transaction, life, writer.write, report)
        report.is_saved()

    def _commit(
        self,
        transaction: Transaction,
        life: LiveCluster,
        write_origin: WriteOrigin | None = None,
        report: Report | None = None,
    ) -> None:
        """Write a life that has settled, if there is something to write; a report of it is true then.

        ``write_origin`` says in the head what it has come from; None for a life that the cluster led by itself.
        """
        from kubesim.life.origin import write_life

        cluster = life.cluster
        if not (cluster.cabinet.touched or life.cluster.head_changed or life.behind or self._has_jumped(life)):
            return
        kept_as = (write_origin or write_life)(life, transaction)
        head = self._head_of(life)
        changes, wakes = life.changed(), life.moved_wakes()
        on_saved = None
        if report is not None:
            report.saving()
            on_saved = report.is_saved
        transaction.commit(head, changes, wakes, on_saved, kept_as)
        life.is_saved(self.home.stamp())

    def _head_of(self, life: LiveCluster) -> Head:
        """The head with which a life is saved."""
        head = life.cluster.head
        head["wake"] = life.engine.next_wake()
        head["clock"] = {**head["clock"], "sim": life.cluster.now, "wall": self._wall_of(life)}
        return head

    def _has_jumped(self, life: LiveCluster) -> bool:
        """Whether a clock that stands still was moved."""
        head = life.cluster.head
        return self.speed(head) == MAX and bool(life.cluster.now != head["clock"]["sim"])

    def _wall_of(self, life: LiveCluster) -> int:
        """The instant (ms) of the wall clock for where a life is: now, or earlier if it is behind."""
        if not life.behind:
            return self.wall()
        speed = self.speed(life.cluster.head)
        return self.wall() - (round(life.behind / float(speed)) if speed != MAX else 0)
