"""The cluster that is served: kept open, brought to the present, changed in batches, and followed.

Several threads may use it; one does at a time.
"""

from __future__ import annotations

import time
import traceback
from threading import RLock

from kubesim.api.meta import key_of
from kubesim.cluster import Change
from kubesim.errors import Aggregate, StateError, StatusError, UserError
from kubesim.life.origin import Author
from kubesim.life.saved_cluster import Face
from kubesim.rest.api_server import answer, refusal
from kubesim.rest.flow_control import headers_of
from kubesim.rest.request import Answer
from kubesim.rest.watching import Watch
from kubesim.server.history import History, Past
from kubesim.server.under_way import is_under_way
from kubesim.sim.clock import MAX
from kubesim.sim.rest import PATIENCE, QUIET, RESTLESS_KINDS
from kubesim.startup.context_manager import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from kubesim.api.meta import Key, Obj
    from kubesim.cluster import Cluster
    from kubesim.life.live_cluster import LiveCluster
    from kubesim.life.saved_cluster import SavedCluster
    from kubesim.rest.logs import LogStream
    from kubesim.rest.request import Request

    Found = Answer | Watch | LogStream

SERVE = ("serve",)
TURN = 0.2  # seconds for which the clock jumps before others are let at the cluster
KEEP = 30.0  # seconds after which what the cluster has lived through is saved


class ServerFace(Face):
    """What the journal knows of a batch: its requests."""

    def __init__(self) -> None:
        self._author = Author(SERVE)

    @contextmanager
    def acting(self, command: Sequence[str]) -> Iterator[None]:
        """What is changed meanwhile is that command's, which has ended then."""
        self._author = Author(command)
        yield
        self._author.end(0)

    def author(self) -> Author:
        """The requests that are being answered."""
        return self._author


class ServedCluster:
    """A cluster in its home; ``face`` is the simulation's own."""

    def __init__(self, simulation: SavedCluster, face: ServerFace) -> None:
        self._simulation = simulation
        self._face = face
        self._guard = RLock()
        self._life: LiveCluster | None = None
        self._stirred_at = self._changed_at = 0  # the cluster, by somebody and at all (simulated ms)
        self._changed_kinds: set[str] = set()
        self._kept_at = time.monotonic()
        self._judged_at, self._is_under_way = (-1, 0), False  # a place in the history, an instant, and what was so then
        self.history = History()
        self._past = Past(self.history)

    @property
    def simulation(self) -> SavedCluster:
        """The cluster in its home, for what is beside it."""
        return self._simulation

    # requests

    def read(self, request: Request) -> Found:
        """The answer to a request that changes nothing."""
        with self._guard:
            try:
                life = self._present()
                if self._past.is_old(int(life.cluster.head["resourceVersion"])):
                    life = self._passed()
                return self._answered(life.cluster, request)
            except Exception as error:
                return self._failure(request, error)

    def _passed(self) -> LiveCluster:
        """The cluster with another version, though nothing has changed: the present one has grown old."""
        with self._simulation.writing(self._life, waiting=Author(SERVE)) as life:
            self._adopt(life)
            life.cluster.head["resourceVersion"] += 1
            life.cluster.head_changed = True
        return life

    def _failure(self, request: Request, error: Exception) -> Answer:
        """The answer where there is no other: the state cannot be used, or there is a bug of ours."""
        if isinstance(error, StateError):
            why = error.message
        else:
            traceback.print_exc()
            why = "a bug in kubesim"
        return refusal(request, StatusError("InternalError", f"Internal error occurred: {why}", 500))

    def begin(self, watch: Watch) -> tuple[list[bytes], int]:
        """The first events of a watch, and the place in the history from which it goes on."""
        with self._guard:
            watch.adopt(self._present().cluster)
            missed = self.history.since(watch.since) if watch.since else []
            self._stir()
            return list(watch.begin(missed)), self.history.end

    def events(self, watch: Watch, changes: Sequence[tuple[Change, int]]) -> list[bytes]:
        """The events of a watch for which the cluster is asked."""
        with self.present() as life:
            watch.adopt(life.cluster)
            return [line for change, version in changes for line in watch.events(change, version)]

    def more(self, log: LogStream) -> bytes:
        """What came to a log since it was read last."""
        with self.present() as life:
            return log.more(life.cluster)

    def write(self, requests: Sequence[Request]) -> list[Found]:
        """The answers to requests that change something, which is saved then.

        A request that meets a bug of ours is answered so, and changes nothing; the others are answered one by one.
        """
        with self._guard:
            try:
                return self._written(requests)
            except Exception as error:
                self._life = None
                if len(requests) > 1:
                    return [found for request in requests for found in self.write([request])]
                return [self._failure(requests[0], error)]

    def _written(self, requests: Sequence[Request]) -> list[Found]:
        command = [f"{request.method} {request.path}" for request in requests]
        with self._changing(command) as life:
            return [self._answered(life.cluster, request) for request in requests]

    def _answered(self, cluster: Cluster, request: Request) -> Found:
        from kubesim.rest.authentication import identity_of

        try:
            user = identity_of(cluster, request)
        except StatusError as error:
            return refusal(request, error)
        found = answer(cluster, request, user, self._past)
        if not isinstance(found, Answer):
            return found
        return found._replace(headers=(*found.headers, *headers_of(cluster, request, user)))

    # the present

    def _present(self) -> LiveCluster:
        """The cluster as of now, opened anew if somebody else has saved."""
        life = self._life
        if life is None or life.stamp != self._simulation.home.stamp():
            life = self._simulation.read()
            self._adopt(life)
        else:
            self._simulation.bring(life)
        self.history.publish()
        return life

    def _adopt(self, life: LiveCluster) -> None:
        """Go on with a cluster that was opened; watches get what differs from the one before."""
        before, self._life = self._life, life
        if life is before:
            return
        version = int(life.cluster.head["resourceVersion"])
        if before is None:
            self.history.begin(version)
        else:
            for change in _differences(before.cluster, life.cluster):
                self.history.add(change, version)
        life.cluster.observers.append(self._observe)
        self._stir()

    def _observe(self, change: Change) -> None:
        assert self._life is not None
        cluster = self._life.cluster
        self.history.add(change, int(cluster.head["resourceVersion"]))
        self._changed_kinds.add(change.key.kind)
        if change.key.kind not in RESTLESS_KINDS:
            self._changed_at = cluster.now

    def _stir(self) -> None:
        """Somebody does something, or wants to see what happens: the clock may jump on from here."""
        assert self._life is not None
        self._stirred_at = self._changed_at = self._life.cluster.now

    @property
    def _rests_at(self) -> int:
        """The instant (ms) at which the cluster is at rest if nothing changes before."""
        return min(self._changed_at + QUIET, self._stirred_at + PATIENCE)

    @contextmanager
    def present(self) -> Iterator[LiveCluster]:
        """The cluster as of now, to be read from; nobody else has it meanwhile."""
        with self._guard:
            yield self._present()

    def change(self, command: Sequence[str], act: Callable[[LiveCluster], None]) -> None:
        """Act on the cluster as a command line would that the journal is to know of; it is saved then."""
        with self._guard, self._changing(command) as life:
            act(life)

    @contextmanager
    def _changing(self, command: Sequence[str]) -> Iterator[LiveCluster]:
        """The cluster as of now, to be changed by a command."""
        with self._face.acting(command), self._writing() as life:
            self._simulation.bring(life)
            self._stir()
            yield life

    @contextmanager
    def _writing(self, waiting: Author | None = None) -> Iterator[LiveCluster]:
        """The cluster, to be saved then: only what is on the disk has happened, for watches and for what follows."""
        try:
            with self._simulation.writing(self._life, waiting=waiting) as life:
                self._adopt(life)
                yield life
        except Exception as error:
            if isinstance(error, (UserError, StatusError, Aggregate)) and not isinstance(error, StateError):
                self.history.publish()  # what went well before a refusal was saved
            else:
                self._life = None
            raise
        self.history.publish()

    # how time passes

    @property
    def jumps(self) -> bool:
        """Whether the clock stands still but for jumps."""
        with self._guard:
            return self._simulation.speed(self._present().cluster.head) == MAX

    def tick(self) -> float:
        """Bring the cluster to the present; how long (s) until something happens by itself."""
        with self._guard:
            life = self._present()
            wake = life.engine.next_wake()
            if time.monotonic() - self._kept_at > KEEP:
                self._kept_at = time.monotonic()
                self._simulation.keep(life)
            speed = self._simulation.speed(life.cluster.head)
            if wake is None or speed == MAX:
                return KEEP
            return max(0.001, (wake - life.cluster.now) / 1000 / float(speed))

    def jump(self, kinds: Iterable[str] | None, reach: int) -> bool:
        """Let the clock jump until an object of these kinds changes, for a turn at most; whether it may go on.

        It may until the cluster is at rest, and to what is no more than ``reach`` (simulated ms) away. None is all
        kinds but those that change without anything having happened.
        """
        with self._guard, self._writing(waiting=Author(SERVE)) as life:
            watched = None if kinds is None else frozenset(kinds)
            return self._jumped(life, watched, life.cluster.now + reach)

    def _jumped(self, life: LiveCluster, kinds: frozenset[str] | None, reached: int) -> bool:
        engine, begin = life.engine, time.monotonic()
        self._changed_kinds.clear()
        engine.settle()
        while (wake := engine.next_wake()) is not None and wake <= max(reached, self._rests_at):
            engine.step(wake)
            happened = self._changed_kinds.difference(RESTLESS_KINDS) if kinds is None else kinds & self._changed_kinds
            if happened or time.monotonic() - begin > TURN:
                return True
        return False

    def is_under_way(self) -> bool:
        """Whether something is on its way to where it is wanted."""
        with self._guard:
            cluster = self._present().cluster
            at = (self.history.end, cluster.now)
            if self._judged_at != at:
                self._judged_at, self._is_under_way = at, is_under_way(cluster)
            return self._is_under_way


def _differences(before: Cluster, after: Cluster) -> list[Change]:
    """What differs from one cluster to another, as changes of this instant."""
    earlier, later = _objects(before), _objects(after)
    found = []
    for key in {**earlier, **later}:
        old, new = earlier.get(key), later.get(key)
        if old is None or new is None or old["metadata"] != new["metadata"]:
            found.append(Change(key, old, new, after.now))
    return found


def _objects(cluster: Cluster) -> dict[Key, Obj]:
    return {key_of(obj): obj for kind in cluster.cabinet.kinds() for obj in cluster.cabinet.objects(kind)}
