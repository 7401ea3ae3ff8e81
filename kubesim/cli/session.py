"""A command's dealings with the cluster: open it at the present instant, act, let the controllers settle, save.

There is no daemon.  The cluster lives from the instant it was left to now whenever somebody opens it; who only reads
saves nothing, since the same state lives the same life again, unless that life is a long one.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from typing import TYPE_CHECKING

from kubesim.api.meta import SECOND, Key, Obj
from kubesim.cluster import Change, Cluster
from kubesim.cluster.event_expiry import EVENT
from kubesim.errors import StateError, StatusError, UserError
from kubesim.named_tuple import NamedTuple
from kubesim.sim.clock import MAX, parse_speed, simulated_now, wall_now
from kubesim.store import StateFile, default_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kubesim.cli.command import Invocation
    from kubesim.cli.holding import Streams
    from kubesim.cli.manifests import Files
    from kubesim.cluster import Drawer, DrawerName, Head
    from kubesim.sim.engine import Engine
    from kubesim.sim.profiles import Size
    from kubesim.store import Snapshot, Transaction

LONG_LIFE = 200  # steps that a reader takes before it keeps what came of them: some 50 ms
POLL = 0.1  # seconds between two looks at the file for another process's change


class Life:
    """A cluster that was opened, with the engine that lets it live on; the engine is made once it is needed."""

    def __init__(self, head: Head, snapshot: Snapshot | None, now: int) -> None:
        self.cluster = Cluster(head, snapshot, min(now, head["clock"]["sim"]))
        #: Set by who changes settings in the head, so that it is saved though no object changed.
        self.head_changed = False
        self._engine: Engine | None = None
        wake = head.get("wake", 0)
        if wake is not None and wake <= now:
            if wake == 0:
                self.engine.look_at_everything()
            self.engine.run_until(now)
        self.cluster.now = now

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            from kubesim.controllers import registry
            from kubesim.sim.engine import Engine

            self._engine = Engine(self.cluster, registry())
        return self._engine

    @property
    def steps(self) -> int:
        """How many instants it has lived through."""
        return 0 if self._engine is None else self._engine.steps

    def settle(self) -> None:
        """Let the controllers do what they do at once."""
        if self.cluster.changes or self._engine is not None:
            self.engine.settle()

    def changed(self) -> dict[DrawerName, Drawer | None]:
        """The drawers to be written, None for one that is empty now, or holds only events that have expired."""
        self.cluster.sweep()
        opened = self.cluster.cabinet.opened()
        wakes = self.engine.wakes()
        for name in self.cluster.cabinet.touched:
            opened[name].wake = wakes.get(name)
        written = {name: opened[name] if opened[name].objects else None for name in self.cluster.cabinet.touched}
        return {**dict.fromkeys(self._expired()), **written}

    def _expired(self) -> Iterator[DrawerName]:
        """The drawers that nobody opened in which every event has expired."""
        cabinet = self.cluster.cabinet
        for name, wake in cabinet.saved_wakes():
            if name.kind == EVENT and wake <= self.cluster.now and name not in cabinet.opened():
                yield name

    def moved_wakes(self) -> dict[DrawerName, int | None]:
        """The new earliest wake-ups of drawers in which nothing else changed."""
        cabinet = self.cluster.cabinet
        wakes = self.engine.wakes()
        return {
            name: wakes.get(name)
            for name, drawer in cabinet.opened().items()
            if name not in cabinet.touched and drawer.wake != wakes.get(name)
        }


class Client(NamedTuple):
    """Who works with the cluster: what flags name of the configuration, who owns what is written, and who asks.

    ``warn`` is told what the API server warns of, and what is written to ``streams`` is said once it is saved.
    ``lacks_name`` is whether somebody is impersonated, and not who.
    """

    context: str = ""
    cluster: str = ""
    user: str = ""
    manager: str = "kubectl"
    lacks_name: bool = False
    streams: Streams | None = None
    warn: Callable[[str], None] | None = None
    requestor: Callable[[Cluster], Obj] | None = None

    @classmethod
    def of(cls, inv: Invocation) -> Client:
        """The client of a command line. A verb's own --user, a list, is not the configuration's."""
        user, timeout = inv.flag("user"), str(inv.flag("request-timeout"))
        if timeout not in ("", "0"):
            from kubesim.cli.config.contexts import check_request_timeout

            check_request_timeout(timeout)
        return cls(
            context=str(inv.flag("context")),
            cluster=str(inv.flag("cluster")),
            user=user if isinstance(user, str) else "",
            manager=inv.field_manager,
            lacks_name=not inv.flag("as") and any(map(inv.flag, ("as-group", "as-uid", "as-user-extra"))),
            streams=inv.streams,
            warn=inv.warn,
            requestor=partial(_requestor, inv),
        )

    def check(self, head: Head) -> None:
        """UserError for a part of the configuration that is not there."""
        if self.context or self.cluster or self.user or self.lacks_name:
            from kubesim.cli.config.contexts import check_flags

            check_flags(head, self.context, self.cluster, self.user, lacks_name=self.lacks_name)

    def introduce(self, cluster: Cluster) -> None:
        """Tell the cluster who it is."""
        cluster.field_manager = self.manager
        if self.warn is not None:
            cluster.warn = self.warn
        if self.requestor is not None:
            cluster.requestor = partial(self.requestor, cluster)


def _requestor(inv: Invocation, cluster: Cluster) -> Obj:
    """Who asks, for those kinds that keep it."""
    from kubesim.cli.auth.identity import identity_of, user_info

    return user_info(identity_of(inv, cluster))


class Session:
    """What a verb works with: a client's way to the cluster, in the ``namespace`` that a flag asks for."""

    def __init__(
        self, namespace: str | None = None, state: StateFile | None = None, client: Client | None = None
    ) -> None:
        self._asked = namespace
        self._client = client or Client()
        self._state = state or StateFile(default_path())

    @classmethod
    def of(cls, inv: Invocation) -> Session:
        """The session of a command line."""
        return cls(str(inv.flag("namespace")) or None, client=Client.of(inv))

    def files(self, inv: Invocation, cluster: Cluster, *, validate: bool = False) -> Files | None:
        """What ``-f`` and ``-R`` ask for; None where there is no ``-f``. UserError for ``-k``.

        ``validate``: as kubectl's schema check does for the verbs that send whole objects.
        """
        if inv.has("kustomize") and inv.flag("kustomize"):
            refuse_mixture(inv)
            raise UserError(
                "kubesim does not build kustomizations; give it what kustomize makes of one: "
                "kustomize build DIR | kubesim apply -f -"
            )
        filenames: list[str] = inv.flag("filename")
        if not filenames:
            return None
        from kubesim.cli.manifests import Files

        local = bool(inv.has("local") and inv.flag("local"))
        return Files(
            filenames,
            recursive=bool(inv.has("recursive") and inv.flag("recursive")),
            namespace="" if local else self.namespace(cluster),
            enforce=bool(self._asked),
            validate=validate,
            local=local,
        )

    @property
    def enforce_namespace(self) -> bool:
        """Whether a flag asked for the namespace: an object that says another one is refused then."""
        return bool(self._asked)

    def namespace(self, cluster: Cluster) -> str:
        """The namespace that commands work in: the flag's, else the current context's, else default."""
        config = cluster.head.get("config") or {}
        context = (config.get("contexts") or {}).get(self._client.context or config.get("current", ""), {})
        return self._asked or context.get("namespace") or "default"

    def speed(self, head: Head) -> float | str:
        """Simulated seconds to a real one, or ``max``: the environment's, else the state's."""
        asked = os.environ.get("KUBESIM_SPEED")
        return parse_speed(asked) if asked else head["clock"].get("speed", 1)

    def read(self) -> Cluster:
        """The cluster as of now. What is done to it afterwards is not saved."""
        return self.life().cluster

    def life(self) -> Life:
        """The cluster as of now with its engine; saved only if so much has happened that nobody wants it twice."""
        stamp, snapshot = self._state.stamp(), self._state.read()
        if snapshot is None:
            with self.write():
                pass
            snapshot = self._state.read()
            assert snapshot is not None
        life = self._revive(snapshot)
        if life.steps > LONG_LIFE:
            self._keep(life, stamp)
        return life

    def _keep(self, life: Life, stamp: object) -> None:
        """Save what a reader has lived through, unless that means to wait, or cannot be done."""
        with suppress(StateError), self._state.locked_if_free(stamp) as transaction:
            if transaction is not None:
                self._save(transaction, life)

    @contextmanager
    def write(self) -> Iterator[Cluster]:
        """The cluster as of now, under the writer's lock; what was done is saved when the controllers have settled.

        What went well before a refusal is saved as well; a bug saves nothing.  What is said of it is said when it is
        saved.
        """
        with self._client.streams.held() if self._client.streams else nullcontext(), self.writing() as life:
            yield life.cluster

    @contextmanager
    def writing(self) -> Iterator[Life]:
        """As ``write``, with the engine."""
        from kubesim.cli.main import Errors

        with self._state.locked() as transaction:
            life = self._revive(transaction.snapshot) if transaction.snapshot else self._birth()
            try:
                yield life
            except (UserError, StatusError, Errors):
                self._save(transaction, life)
                raise
            self._save(transaction, life)

    def _revive(self, snapshot: Snapshot) -> Life:
        head = snapshot.head
        self._client.check(head)
        life = Life(head, snapshot, simulated_now(head["clock"], wall_now(), self.speed(head)))
        self._client.introduce(life.cluster)
        return life

    def _birth(self) -> Life:
        from kubesim.sim.bootstrap import new_cluster_head

        life = born(new_cluster_head(wall_now()))
        self._client.introduce(life.cluster)
        return life

    def _save(self, transaction: Transaction, life: Life) -> None:
        life.settle()
        cluster = life.cluster
        head = cluster.head
        jumped = self.speed(head) == MAX and cluster.now != head["clock"]["sim"]
        if not (cluster.cabinet.touched or life.head_changed or jumped):
            return
        head["wake"] = life.engine.next_wake()
        head["clock"] = {**head["clock"], "sim": cluster.now, "wall": wall_now()}
        transaction.commit(head, life.changed(), life.moved_wakes())

    @contextmanager
    def acting(self, *, dry_run: bool) -> Iterator[Cluster]:
        """As ``write``, but a dry run acts on a cluster that is thrown away."""
        if dry_run:
            cluster = self.read()
            cluster.dry_run = True
            yield cluster
            return
        with self.write() as cluster:
            yield cluster

    @contextmanager
    def follow(self, *watched: str) -> Iterator[Follower]:
        """The cluster going on live, with the changes of the objects of the kinds that are watched."""
        snapshot = self._state.read()
        jumps = self.speed(snapshot.head if snapshot is not None else {"clock": {}}) == MAX
        follower: Follower = Jumping(self, watched) if jumps else Waiting(self, watched)
        try:
            yield follower
        finally:
            follower.close()

    @property
    def state(self) -> StateFile:
        return self._state


def born(head: Head, size: Size | None = None) -> Life:
    """A cluster of that size with nothing in it but what a new one has."""
    from kubesim.sim.bootstrap import found_cluster
    from kubesim.sim.profiles import Size

    life = Life({**head, "wake": None}, None, head["clock"]["sim"])
    found_cluster(life.cluster, size or Size())
    return life


class Follower:
    """A cluster that lives on while a command looks: ``step`` waits for the next thing that happens."""

    life: Life

    def __init__(self, session: Session, watched: tuple[str, ...]) -> None:
        self._session = session
        self._watched = watched
        self._changes: list[Change] = []

    @property
    def cluster(self) -> Cluster:
        return self.life.cluster

    def changes(self) -> list[Change]:
        """What changed of the kinds that are watched since this was last asked."""
        told, self._changes = self._changes, []
        return told

    def _observe(self, change: Change) -> None:
        if change.key.kind in self._watched:
            self._changes.append(change)

    def _attach(self, life: Life) -> None:
        """Go on with a newly opened cluster, telling what differs from the one before as changes."""
        before = self._objects() if hasattr(self, "life") else None
        self.life = life
        life.cluster.observers.append(self._observe)
        if before is not None:
            self._tell_differences(before, self._objects())

    def _objects(self) -> dict[Key, Obj]:
        from kubesim.api.meta import key_of

        return {key_of(obj): obj for kind in self._watched for obj in self.life.cluster.list(kind)}

    def _tell_differences(self, before: dict[Key, Obj], after: dict[Key, Obj]) -> None:
        for key in before.keys() | after.keys():
            old, new = before.get(key), after.get(key)
            if old != new:
                self._changes.append(Change(key, old, new))

    def step(self, until: int | None = None) -> bool:
        """Wait for the next thing to happen; False if ``until`` (simulated ms) came first."""
        raise NotImplementedError

    def wait_for_others(self) -> None:
        """Wait for what the cluster will not do by itself, so that somebody else must."""
        self.step()

    def close(self) -> None:
        """Let go of the cluster."""


class Jumping(Follower):
    """Under KUBESIM_SPEED=max: nobody sleeps, the clock jumps, and the clock that was reached is saved."""

    def __init__(self, session: Session, watched: tuple[str, ...]) -> None:
        super().__init__(session, watched)
        self._enter()

    def _enter(self) -> None:
        self._writing = self._session.writing()
        self._attach(self._writing.__enter__())

    def step(self, until: int | None = None) -> bool:
        engine = self.life.engine
        engine.settle()
        wake = engine.next_wake()
        if wake is not None and (until is None or wake <= until):
            engine.step(wake)
            return True
        if until is not None:
            engine.run_until(until)
            return False
        self.wait_for_others()
        return True

    def wait_for_others(self) -> None:
        """In real time, without the lock: no jump brings it about."""
        self.close()
        stamp = self._session.state.stamp()
        while self._session.state.stamp() == stamp:
            time.sleep(POLL)
        self._enter()

    def close(self) -> None:
        self._writing.__exit__(None, None, None)


class Waiting(Follower):
    """In real time: sleeps until something is due, holds no lock, saves nothing."""

    def __init__(self, session: Session, watched: tuple[str, ...]) -> None:
        super().__init__(session, watched)
        self._open()

    def _open(self) -> None:
        self._stamp = self._session.state.stamp()
        self._attach(self._session.life())
        # From here on time passes even if the wall clock was set back since the state was saved.
        self._opened = {"sim": self.cluster.now, "wall": wall_now()}

    def step(self, until: int | None = None) -> bool:
        engine = self.life.engine
        engine.settle()
        while True:
            if self._session.state.stamp() != self._stamp:
                self._open()
                return True
            now = self._now()
            wake = engine.next_wake()
            if wake is not None and wake <= now and (until is None or wake <= until):
                engine.step(wake)
                return True
            if until is not None and until <= now:
                engine.run_until(until)
                return False
            self._sleep(min([instant for instant in (wake, until) if instant is not None], default=now + SECOND) - now)

    def _now(self) -> int:
        return simulated_now(self._opened, wall_now(), self._session.speed(self.cluster.head))

    def _sleep(self, simulated_ms: int) -> None:
        speed = self._session.speed(self.cluster.head)
        rate = float(speed) if speed != MAX else 1.0
        time.sleep(min(POLL, max(simulated_ms, 1) / 1000 / rate))


def refuse_mixture(inv: Invocation) -> None:
    """UserError for -k along with what makes no sense beside it. Mirrors FilenameOptions.validate."""
    wrong = []
    if inv.flag("filename"):
        wrong.append(UserError("only one of -f or -k can be specified"))
    if inv.flag("recursive"):
        wrong.append(UserError("the -k flag can't be used with -f or -R"))
    if wrong:
        from kubesim.cli.main import Errors

        raise Errors(wrong)
