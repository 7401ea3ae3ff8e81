"""How time passes for a follower: in real time, or by jumps to what happens next."""

from __future__ import annotations

import time

from kubesim.api.meta import SECOND
from kubesim.sim.clock import MAX, simulated_now
from kubesim.sim.long_run import Watch, take_over
from kubesim.sim.rest import Quiet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from typing import Protocol

    from kubesim.cluster import Cluster, Head
    from kubesim.life.live_cluster import LiveCluster
    from kubesim.life.origin import Author
    from kubesim.sim.clock import Speed
    from kubesim.sim.recurrence import Recurrence
    from kubesim.store.home import Home

    class Source(Protocol):
        """Where a follower's cluster is read and written; see SavedCluster."""

        home: Home

        def speed(self, head: Head) -> Speed: ...

        def wall(self) -> int: ...

        def read(self, observe: Callable[[LiveCluster], None] | None = None) -> LiveCluster: ...

        def author(self) -> Author: ...

        def writing(
            self,
            known: LiveCluster | None = None,
            observe: Callable[[LiveCluster], None] | None = None,
            waiting: Author | None = None,
        ) -> AbstractContextManager[LiveCluster]: ...

    class Followed(Protocol):
        """A follower, as its pace knows it."""

        life: LiveCluster
        simulation: Source
        counts: bool

        @property
        def cluster(self) -> Cluster: ...

        def reopen(self, life: LiveCluster) -> None: ...

    class Pace(Protocol):
        """Lets time pass for a follower; see there."""

        def step(self, until: int | None) -> bool: ...

        def rest(self, deadline: int | None) -> int | None: ...

        def wait_for_others(self) -> None: ...

        def close(self, error: BaseException | None = None) -> None:
            """Leave the cluster, because of an error if there is one."""


POLL = 0.1  # seconds between two checks of whether another process has saved

# So long (s) a wait that jumps keeps the lock, or so many times as long as saving takes, in a cluster of thousands of
# pods; and so long it leaves the lock to others.
TURN = 0.4
SAVES = 5
PAUSE = 0.01


def pace_of(follower: Followed) -> Pace:
    """The pace that the cluster's speed sets."""
    jumps = follower.simulation.speed(follower.cluster.head) == MAX
    return Jumps(follower) if jumps else RealTime(follower)


class Jumps:
    """Under KUBESIM_SPEED=max: nothing sleeps, the clock jumps, and the clock that was reached is saved."""

    def __init__(self, follower: Followed) -> None:
        self._follower = follower
        self._simulation = follower.simulation
        self._author = follower.simulation.author()
        self._quiet = Quiet(follower.cluster)
        self._turn: AbstractContextManager[LiveCluster] | None = None
        self._watch = Watch(follower.cluster, follower.life.engine)
        self._enter()

    def _enter(self) -> None:
        """Take the lock, and go on with the cluster, opened anew if another process has saved meanwhile."""
        known = self._follower.life
        turn = self._simulation.writing(known, self._follower.reopen, self._author)
        life = turn.__enter__()
        self._turn = turn
        if life is not known:
            self._quiet.go_on(life.cluster)
            self._watch = Watch(life.cluster, life.engine)
        self._turn_ends = time.monotonic() + TURN

    def step(self, until: int | None) -> bool:
        engine = self._follower.life.engine
        engine.settle()
        wake = engine.next_wake()
        if wake is not None and (until is None or wake <= until):
            found = None if self._follower.counts else self._watch.before(wake)
            if found is None or not self._pass_over(found, until):
                engine.step(wake)
            if time.monotonic() >= self._turn_ends:
                self._let_others_in()
            return True
        if until is not None:
            engine.run_until(until)
            if time.monotonic() >= self._turn_ends:  # a wait may come in many short steps
                self._let_others_in()
            return False
        self.wait_for_others()
        return True

    def _pass_over(self, found: Recurrence, until: int | None) -> bool:
        """Leave out what repeats, and has not ended the wait while it was lived once; whether there was enough of it.

        Where it repeats for ever, and so would the wait, only another process can end that.
        """
        if until is None and found.bound is None:
            self.wait_for_others()
            return True
        life = self._follower.life
        end = min(instant for instant in (until, found.bound) if instant is not None)
        if not take_over(life.cluster, life.engine, found, end):
            return False
        life.engine.run_until(life.cluster.now + found.traces)
        self._watch = Watch(life.cluster, life.engine)
        return True

    def rest(self, _deadline: int | None) -> int | None:
        return self._quiet.due

    def _let_others_in(self) -> None:
        """Save, and give the lock to a writer that waits for it; what it did is taken up."""
        begin = time.monotonic()
        self.close()
        taken = time.monotonic() - begin
        time.sleep(PAUSE)
        self._enter()
        self._turn_ends = time.monotonic() + max(TURN, SAVES * taken)

    def wait_for_others(self) -> None:
        """In real time, without the lock: no jump brings it about."""
        self.close()
        while self._simulation.home.stamp() == self._follower.life.stamp:
            time.sleep(POLL)
        self._enter()

    def close(self, error: BaseException | None = None) -> None:
        """End the turn: what was lived is saved unless an error ends it that is no refusal."""
        turn, self._turn = self._turn, None
        if turn is None:
            return
        if error is None:
            turn.__exit__(None, None, None)
        else:
            turn.__exit__(type(error), error, error.__traceback__)


class RealTime:
    """Sleeps until something is due, holds no lock, saves nothing."""

    def __init__(self, follower: Followed) -> None:
        self._follower = follower
        self._simulation = follower.simulation

    def step(self, until: int | None) -> bool:
        engine = self._follower.life.engine
        engine.settle()
        while True:
            if self._simulation.home.stamp() != self._follower.life.stamp:
                self._simulation.read(self._follower.reopen)
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

    def rest(self, deadline: int | None) -> int | None:
        if deadline is None:
            return None
        return self._now() + round(max(0, deadline - self._simulation.wall()) * self._rate())

    def wait_for_others(self) -> None:
        self.step(None)

    def close(self, _error: BaseException | None = None) -> None:
        """Nothing is held."""

    def _now(self) -> int:
        """The present (ms). Time passes even if the wall clock was set back before the cluster was opened."""
        life = self._follower.life
        opened = {"sim": life.target, "wall": life.wall}
        return simulated_now(opened, self._simulation.wall(), self._simulation.speed(life.cluster.head))

    def _rate(self) -> float:
        """Simulated seconds to a real one."""
        speed = self._simulation.speed(self._follower.cluster.head)
        return float(speed) if speed != MAX else 1.0

    def _sleep(self, simulated_ms: int) -> None:
        time.sleep(min(POLL, max(simulated_ms, 1) / 1000 / self._rate()))
