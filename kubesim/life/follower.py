"""Following objects of a cluster that lives on: the present version first, then every later change.

Mirrors what client-go's UntilWithSync and kubectl's list-and-watch are for: both come from one opening of the state,
so that nothing is missed between them.
"""

from __future__ import annotations

from kubesim.api.meta import key_of
from kubesim.cluster import Change
from kubesim.sim.clock import MAX
from kubesim.startup.context_manager import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.api.meta import Key, Obj
    from kubesim.cluster import Cluster
    from kubesim.life.live_cluster import LiveCluster
    from kubesim.life.paces import Pace, Source


class Follower:
    """A cluster that is followed, to be used in a ``with``.

    ``cluster`` is the present, which a reader opened: until the first ``step`` nothing is locked.  From there on the
    cluster lives at the pace that its speed sets.
    """

    life: LiveCluster

    def __init__(self, simulation: Source, kinds: tuple[str, ...], *, counts: bool) -> None:
        self.simulation = simulation
        self.counts = counts
        self._kinds = set(kinds)
        self._changes: list[Change] = []
        self._pace: Pace | None = None
        #: Whether a cluster that another process saved was adopted since the last step.
        self._is_reopened = False
        self._adopt(simulation.read())

    def __enter__(self) -> Follower:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if self._pace is not None:
            self._pace.close(error)

    @property
    def cluster(self) -> Cluster:
        """The cluster as far as it has been followed."""
        return self.life.cluster

    # what happens

    def watch(self, *kinds: str) -> None:
        """Follow objects of these kinds as well, from here on."""
        self._kinds.update(kinds)

    def versions(self, key: Key, until: int | None = None) -> Iterator[Obj | None]:
        """An object's present version, then every later one up to ``until`` (simulated ms); None if there is none."""
        self.watch(key.kind)
        self._changes.clear()
        yield self.cluster.find(*key)
        for change in self.changes(until):
            if change.key == key:
                yield change.new

    def changes(self, until: int | None = None) -> Iterator[Change]:
        """Every change of the kinds that are followed, as it happens, up to ``until`` (simulated ms)."""
        while self.step(until):
            yield from self.take()
        yield from self.take()

    def changes_until_rest(self, timeout: int | None = None) -> Iterator[Change]:
        """Every change as it happens: where the clock jumps, until the cluster is at rest; else for ``timeout``.

        The timeout is of real time (ms), None for ever.
        """
        deadline = None if timeout is None else self.simulation.wall() + timeout
        while self.step(self.rest(deadline)):
            yield from self.take()
        yield from self.take()

    def take(self) -> list[Change]:
        """The changes that were not taken yet."""
        taken, self._changes = self._changes, []
        return taken

    # how time passes

    def step(self, until: int | None = None) -> bool:
        """Wait for the next thing to happen; False if ``until`` (simulated ms) came first."""
        pace = self._start()
        if not self._is_reopened and not pace.step(until):
            return False
        self._is_reopened = False
        return True

    def rest(self, deadline: int | None = None) -> int | None:
        """The instant (ms) at which the cluster is at rest if its clock jumps and nothing changes before.

        In real time it is that of the wall clock's ``deadline`` (ms), None without one.
        """
        return self._start().rest(deadline)

    def wait_for_others(self) -> None:
        """Wait for what the cluster will not do by itself, so that another process must."""
        self._start().wait_for_others()

    def pause(self) -> None:
        """Let others at the cluster, and what was reported out, until the next step: somebody else is waited for."""
        if self._pace is not None:
            self._pace.close()
            self._pace = None

    @contextmanager
    def acting(self) -> Iterator[LiveCluster]:
        """The cluster under the writers' lock, to be changed; it is saved, and followed on from there."""
        self.pause()
        known = self.life if self.simulation.speed(self.cluster.head) == MAX else None
        with self.simulation.writing(known, self.reopen) as life:
            life.cluster.head_changed = True  # what is done may change no object, but what is remembered beside one
            yield life

    def _start(self) -> Pace:
        if self._pace is None:
            from kubesim.life.paces import pace_of

            self._pace = pace_of(self)
        return self._pace

    # openings

    def reopen(self, life: LiveCluster) -> None:
        """Go on with a cluster that was opened anew and has not lived since; what differs is reported as changes."""
        before = self._objects()
        self._adopt(life)
        self._is_reopened = True
        self._report_differences(before, self._objects())

    def _adopt(self, life: LiveCluster) -> None:
        self.life = life
        life.cluster.observers.append(self._observe)

    def _observe(self, change: Change) -> None:
        if change.key.kind in self._kinds:
            self._changes.append(change)

    def _objects(self) -> dict[Key, Obj]:
        return {key_of(obj): obj for kind in self._kinds for obj in self.cluster.list(kind)}

    def _report_differences(self, before: dict[Key, Obj], after: dict[Key, Obj]) -> None:
        now = self.cluster.now
        for key in {**before, **after}:
            old, new = before.get(key), after.get(key)
            if old == new:
                continue
            if old is None and new is not None and key.kind == "Pod":
                from kubesim.life.pod_steps import beginnings

                for step in beginnings(new):
                    self._changes.append(Change(key, old, step, now))
                    old = step
            self._changes.append(Change(key, old, new, now))
