"""A command's dealings with the cluster: open it at the present instant, act, let the controllers settle, save.

There is no daemon.  The cluster lives from the instant it was left to now whenever somebody opens it; who only reads
saves nothing, since the same state lives the same life again, unless that life is a long one.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from functools import partial

from kubesim.api.meta import SECOND
from kubesim.cli.options import FilenameOptions
from kubesim.cli.support.client import Client
from kubesim.cli.support.output_queue import Report
from kubesim.cluster import Cluster, allow
from kubesim.errors import Aggregate, StateError, StatusError, UserError
from kubesim.life.life import Life, born
from kubesim.sim.clock import MAX, parse_speed, simulated_now, wall_now
from kubesim.store import StateFile, default_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kubesim.cli.command import Invocation
    from kubesim.cli.options import FileOptions
    from kubesim.cli.support.manifests import Files, Input
    from kubesim.cluster import Head
    from kubesim.life.following import Follower
    from kubesim.store import Snapshot, Transaction

LONG_LIFE = 50  # steps that a reader takes before it keeps what came of them: some 50 ms
SET_BACK = SECOND  # ms by which the wall clock must have been set back before a reader minds


class Session:
    """What a verb works with: a client's way to the cluster, in the ``namespace`` that a flag asks for."""

    def __init__(
        self,
        namespace: str | None = None,
        state: StateFile | None = None,
        client: Client | None = None,
        files: FileOptions | None = None,
    ) -> None:
        self._asked = namespace
        self._client = client or Client()
        self._state = state or StateFile(default_path(), self._warn_of_wait)
        self._given = files
        self._input = _input_of(files)

    @classmethod
    def of(cls, inv: Invocation, files: FileOptions | None = None, manager: str = "") -> Session:
        """The session of a command line; ``manager`` is who owns the changed fields, if a flag says so."""
        if files is None and inv.has("filename"):
            files = inv.group(FilenameOptions)
        return cls(inv.globals.namespace or None, client=Client.of(inv, manager), files=files)

    def files(
        self, cluster: Cluster, *, validate: bool = False, typed: bool = False, local: bool = False
    ) -> Files | None:
        """What ``-f`` and ``-R`` ask for; None where there is no ``-f``. UserError for ``-k``.

        ``validate``: as kubectl's schema check does for the verbs that send whole objects.  ``typed``: for verbs that
        read objects into types of their own.  ``local``: for objects that stay on the command line.
        """
        if self._given is not None and self._given.kustomize:
            refuse_mixture(self._given)
            raise UserError(
                "kubesim does not build kustomizations; give it what kustomize makes of one: "
                "kustomize build DIR | kubesim apply -f -"
            )
        if self._input is None:
            return None
        from kubesim.cli.support.manifests import Files

        return Files(
            self._input,
            namespace="" if local else self.namespace(cluster),
            enforce=bool(self._asked),
            validate=validate,
            local=local,
            typed=typed,
        )

    @property
    def enforce_namespace(self) -> bool:
        """Whether a flag asked for the namespace: an object that says another one is refused then."""
        return bool(self._asked)

    def namespace(self, cluster: Cluster) -> str:
        """The namespace that commands work in: the flag's, else the current context's, else default."""
        return self._asked or self._client.namespace(cluster.head) or "default"

    def speed(self, head: Head) -> float | str:
        """Simulated seconds to a real one, or ``max``: the environment's, else the state's."""
        asked = os.environ.get("KUBESIM_SPEED")
        return parse_speed(asked) if asked else head["clock"].get("speed", 1)

    def read(self) -> Cluster:
        """The cluster as of now. What is done to it afterwards is not saved."""
        return self.life().cluster

    def life(self) -> Life:
        """The cluster as of now with its engine; saved only if so much has happened that nobody wants it twice."""
        self._take_in()
        stamp, snapshot = self._state.stamp(), self._state.read()
        if snapshot is None:
            with self.writing():
                pass
            stamp, snapshot = self._state.stamp(), self._state.read()
            assert snapshot is not None
        life = self._revive(snapshot, stamp, self._keep)
        if snapshot.head["clock"]["wall"] > wall_now() + SET_BACK:
            life.head_changed = True  # or time would stand still for readers until the wall clock is there again
        if life.steps > LONG_LIFE or life.head_changed:
            self._keep(life)
        return life

    def _warn_of_wait(self, holder: int | None) -> None:
        if self._client.streams is not None:
            process = "another process" if holder is None else f"process {holder}"
            why = f"waiting for {process}, which writes the state and holds {self._state.path}.lock"
            self._client.streams.warn_at_once(f"Warning: {why}")

    def _take_in(self) -> None:
        """Read what the command line names, which may take a person's time, before the cluster is opened or locked."""
        if self._input is not None:
            self._input.take_in()

    def _keep(self, life: Life) -> None:
        """Save what a reader has lived through, unless that means to wait, or cannot be done."""
        with suppress(StateError), self._state.locked_if_free(life.stamp) as transaction:
            if transaction is not None:
                self._commit(transaction, life)

    @contextmanager
    def write(self) -> Iterator[Cluster]:
        """As ``writing``, without the engine."""
        with self.writing() as life:
            yield life.cluster

    @contextmanager
    def writing(self, known: Life | None = None) -> Iterator[Life]:
        """The cluster as of now, under the writer's lock; what was done is saved when the controllers have settled.

        What went well before a refusal is saved as well; anything else that is raised saves nothing.  What is said
        meanwhile is written once it is saved and the lock is free, or not at all.  ``known`` is gone on with if nobody
        else saved since it was.
        """
        self._take_in()
        with Report(self._client.streams) as report, self._state.locked() as transaction:
            life = self._open(transaction, known)
            try:
                yield life
            except (UserError, StatusError, Aggregate):
                self._save(transaction, life, report)
                raise
            self._save(transaction, life, report)

    def _open(self, transaction: Transaction, known: Life | None) -> Life:
        stamp = self._state.stamp()
        if transaction.snapshot is None:
            return self._birth()
        keep = partial(self._commit, transaction)
        if known is None or known.stamp != stamp:
            return self._revive(transaction.snapshot, stamp, keep)
        known.keep = keep
        return known

    def _revive(self, snapshot: Snapshot, stamp: object, keep: Callable[[Life], None]) -> Life:
        head = snapshot.head
        self._client.check(head)
        life = Life(head, snapshot)
        life.stamp, life.keep = stamp, keep
        life.catch_up(simulated_now(head["clock"], wall_now(), self.speed(head)))
        self._client.introduce(life.cluster)
        return life

    def _birth(self) -> Life:
        from kubesim.kubeadm.init import new_cluster_head

        head = new_cluster_head(wall_now())
        self._client.check(head)
        life = born(head)
        self._client.introduce(life.cluster)
        return life

    def _save(self, transaction: Transaction, life: Life, report: Report) -> None:
        """Save what is worth it; the report is true from then on."""
        life.cluster.authorize = allow  # what follows is the controllers'
        life.settle()
        self._commit(transaction, life, report)
        report.is_saved()

    def _commit(self, transaction: Transaction, life: Life, report: Report | None = None) -> None:
        """Write a life that has settled, if there is something to write; a report of it is true then."""
        cluster = life.cluster
        head = cluster.head
        jumped = self.speed(head) == MAX and cluster.now != head["clock"]["sim"]
        if not (cluster.cabinet.touched or life.head_changed or jumped or life.behind):
            return
        head["wake"] = life.engine.next_wake()
        head["clock"] = {**head["clock"], "sim": cluster.now, "wall": self._wall_of(life)}
        changes, wakes = life.changed(), life.moved_wakes()
        if report is None:
            transaction.commit(head, changes, wakes)
        else:
            report.saving()
            transaction.commit(head, changes, wakes, report.is_saved)
        life.is_saved(self._state.stamp())

    def _wall_of(self, life: Life) -> int:
        """The instant (ms) of the wall clock for where a life is: now, or earlier if it is behind."""
        speed = self.speed(life.cluster.head)
        return wall_now() - (round(life.behind / float(speed)) if speed != MAX else 0)

    @contextmanager
    def acting(self, *, dry_run: bool, local: bool = False) -> Iterator[Cluster]:
        """As ``write``, but a dry run acts on a cluster that is thrown away, and makes no state.

        ``local`` is for what does not even ask what there is: it is given an empty cluster.
        """
        if not dry_run and not local:
            with self.write() as cluster:
                yield cluster
            return
        cluster = self._nothing() if local and not self._client.names_configuration else self._as_it_is()
        cluster.dry_run = True
        yield cluster

    def _as_it_is(self) -> Cluster:
        """The cluster as of now, a new one where there is none; nothing is made or locked."""
        self._take_in()
        stamp, snapshot = self._state.stamp(), self._state.read()
        if snapshot is not None:
            return self._revive(snapshot, stamp, self._keep).cluster
        life = self._birth()
        life.settle()
        return life.cluster

    def _nothing(self) -> Cluster:
        """A cluster with nothing in it."""
        from kubesim.kubeadm.init import new_cluster_head

        self._take_in()
        head = new_cluster_head(wall_now())
        cluster = Cluster(head, None, head["clock"]["sim"])
        self._client.introduce(cluster)
        return cluster

    @contextmanager
    def follow(self, *watched: str, since: Cluster | None = None, counts: bool = False) -> Iterator[Follower]:
        """The cluster going on live, with the changes of the objects of the kinds that are watched.

        ``since`` is the cluster as the command has read it before: nothing that happened after it is missed.
        ``counts`` is whether what only repeats may end the wait, by how often it does or by a name that it makes.
        """
        snapshot = self._state.read()
        jumps = self.speed(snapshot.head if snapshot is not None else {"clock": {}}) == MAX
        from kubesim.life.following import Jumping, Waiting

        follower: Follower = Jumping(self, watched, since, counts=counts) if jumps else Waiting(self, watched, since)
        try:
            yield follower
        finally:
            follower.close()

    @property
    def state(self) -> StateFile:
        return self._state


def _input_of(files: FileOptions | None) -> Input | None:
    """What ``-f`` and ``-R`` ask for; None where there is no ``-f``."""
    if files is None or not files.filename:
        return None
    from kubesim.cli.support.manifests import Input

    return Input(files.filename, recursive=files.recursive)


def refuse_mixture(files: FileOptions) -> None:
    """UserError for -k along with what makes no sense beside it. Mirrors FilenameOptions.validate."""
    wrong = []
    if files.filename:
        wrong.append(UserError("only one of -f or -k can be specified"))
    if files.recursive:
        wrong.append(UserError("the -k flag can't be used with -f or -R"))
    if wrong:
        raise Aggregate(wrong)
