"""A cluster that lives on while a command waits or watches."""

from __future__ import annotations

import time

from kubesim.api.meta import SECOND, Key, Obj
from kubesim.cluster import Change, allow
from kubesim.sim.clock import MAX, simulated_now, wall_now
from kubesim.sim.long_run import Watch, take_over

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.support.session import Session
    from kubesim.cluster import Cluster
    from kubesim.life.life import Life
    from kubesim.sim.recurrence import Recurrence

POLL = 0.1  # seconds between two looks at the file for another process's change

# So long (s) a wait that jumps keeps the lock, or so many times as long as saving takes, in a cluster of thousands of
# pods; and so long it leaves the lock to others.
TURN = 0.4
SAVES = 5
PAUSE = 0.01


class Follower:
    """A cluster that lives on while a command looks: ``step`` waits for the next thing that happens.

    ``since``: the cluster as the command has seen it already; what has changed from there on is reported as well.
    """

    life: Life

    def __init__(self, session: Session, watched: tuple[str, ...], since: Cluster | None = None) -> None:
        self._session = session
        self._watched = watched
        self._since = since
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
        seen = self.life.cluster if hasattr(self, "life") else self._since
        before = None if seen is None else self._objects(seen)
        self.life = life
        life.cluster.authorize = allow  # who follows only looks on while the controllers act
        life.cluster.observers.append(self._observe)
        if before is not None:
            self._tell_differences(before, self._objects(life.cluster))

    def _objects(self, cluster: Cluster) -> dict[Key, Obj]:
        from kubesim.api.meta import key_of

        return {key_of(obj): obj for kind in self._watched for obj in cluster.list(kind)}

    def _tell_differences(self, before: dict[Key, Obj], after: dict[Key, Obj]) -> None:
        for key in {**before, **after}:
            old, new = before.get(key), after.get(key)
            if old == new:
                continue
            if old is None and new is not None and key.kind == "Pod":
                from kubesim.life.pod_steps import beginnings

                for step in beginnings(new):
                    self._changes.append(Change(key, old, step, self.cluster.now))
                    old = step
            self._changes.append(Change(key, old, new, self.cluster.now))

    def step(self, until: int | None = None) -> bool:
        """Wait for the next thing to happen; False if ``until`` (simulated ms) came first."""
        raise NotImplementedError

    def wait_for_others(self) -> None:
        """Wait for what the cluster will not do by itself, so that somebody else must."""
        self.step()

    def close(self) -> None:
        """Let go of the cluster."""


class Jumping(Follower):
    """Under KUBESIM_SPEED=max: nobody sleeps, the clock jumps, and the clock that was reached is saved.

    ``counts`` is whether what only repeats may end the wait, by how often it does or by a name that it makes.
    """

    def __init__(
        self, session: Session, watched: tuple[str, ...], since: Cluster | None = None, *, counts: bool
    ) -> None:
        super().__init__(session, watched, since)
        self._counts = counts
        self._enter()

    def _enter(self, known: Life | None = None) -> None:
        self._writing = self._session.writing(known)
        life = self._writing.__enter__()
        if life is not known:
            self._attach(life)
            self._watch = Watch(life.cluster, life.engine)
        self._turn_ends = time.monotonic() + TURN

    def step(self, until: int | None = None) -> bool:
        engine = self.life.engine
        engine.settle()
        wake = engine.next_wake()
        if wake is not None and (until is None or wake <= until):
            found = None if self._counts else self._watch.before(wake)
            if found is None or not self._pass_over(found, until):
                engine.step(wake)
            if time.monotonic() >= self._turn_ends:
                self._let_others_in()
            return True
        if until is not None:
            engine.run_until(until)
            return False
        self.wait_for_others()
        return True

    def _pass_over(self, found: Recurrence, until: int | None) -> bool:
        """Leave out what repeats, and has not ended the wait while it was lived once; whether there was enough of it.

        Where it repeats for ever, and so would the wait, it is for somebody else to end that.
        """
        if until is None and found.bound is None:
            self.wait_for_others()
            return True
        end = min(instant for instant in (until, found.bound) if instant is not None)
        if not take_over(self.cluster, self.life.engine, found, end):
            return False
        self.life.engine.run_until(self.cluster.now + found.traces)
        self._watch = Watch(self.cluster, self.life.engine)
        return True

    def _let_others_in(self) -> None:
        """Save, and give the lock to whoever waits for it; what they did is taken up."""
        begin = time.monotonic()
        self.close()
        taken = time.monotonic() - begin
        time.sleep(PAUSE)
        self._enter(self.life)
        self._turn_ends = time.monotonic() + max(TURN, SAVES * taken)

    def wait_for_others(self) -> None:
        """In real time, without the lock: no jump brings it about."""
        self.close()
        while self._session.state.stamp() == self.life.stamp:
            time.sleep(POLL)
        self._enter()

    def close(self) -> None:
        self._writing.__exit__(None, None, None)


class Waiting(Follower):
    """In real time: sleeps until something is due, holds no lock, saves nothing."""

    def __init__(self, session: Session, watched: tuple[str, ...], since: Cluster | None = None) -> None:
        super().__init__(session, watched, since)
        self._open()

    def _open(self) -> None:
        self._attach(self._session.life())
        # From here on time passes even if the wall clock was set back since the state was saved.
        self._opened = {"sim": self.cluster.now, "wall": wall_now()}

    def step(self, until: int | None = None) -> bool:
        engine = self.life.engine
        engine.settle()
        while True:
            if self._session.state.stamp() != self.life.stamp:
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
