"""Lets the cluster live on while it is served, and rouses those who wait for what happens.

In real time it is brought to the present when something is due; where the clock jumps, it does so while somebody
watches, or asks the same again and again, until nothing more is about to happen.  For somebody who waits for one
object, or for the end of a log, it goes further after a while, so that a client with a short time-out sees that nothing
comes.
"""

from __future__ import annotations

import asyncio
import traceback

from kubesim.server.limits import BREATH, POLL, POLLED, REACHES
from kubesim.startup.context_manager import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.rest.logs import LogStream
    from kubesim.rest.watching import Watch
    from kubesim.server.served_cluster import ServedCluster


class Pacemaker:
    """The passing of time for a cluster that is served, a task of the event loop."""

    def __init__(self, served: ServedCluster) -> None:
        self._served = served
        self._sleepers: set[asyncio.Future[None]] = set()
        self._task: asyncio.Task[None] | None = None
        self._is_stopped = False
        self._kinds: dict[int, str] = {}  # that are watched, by watch
        self._patient: set[int] = set()  # watches by somebody who waits for something
        self._polled_until = self._awaited_until = 0.0  # by who asks again for anything, for one object (s)
        self._count = 0
        self._happened = 0.0  # when something happened last (s of the loop's clock)
        self._reported = served.history.end  # the place in the history up to which everybody was roused

    def start(self) -> None:
        self._task = asyncio.create_task(self._beat())

    async def stop(self) -> None:
        """Let no more time pass. Nothing is cancelled: what is being saved is saved."""
        self._is_stopped = True
        self.notify()
        if self._task is not None:
            await self._task

    def notify(self) -> None:
        """Rouse everybody who waits: something may have happened."""
        self._reported = self._served.history.end
        sleepers, self._sleepers = self._sleepers, set()
        for sleeper in sleepers:
            _rouse(sleeper)

    def report(self) -> None:
        """Rouse everybody if something was noted since: readers, too, bring the cluster to the present."""
        if self._served.history.end != self._reported:
            self.notify()

    async def wait(self, timeout: float) -> None:
        """Wait until something may have happened, at most so long (s)."""
        loop = asyncio.get_running_loop()
        sleeper: asyncio.Future[None] = loop.create_future()
        self._sleepers.add(sleeper)
        alarm = loop.call_later(max(0.0, timeout), _rouse, sleeper)  # wait_for takes a task for each of hundreds
        try:
            await sleeper
        finally:
            alarm.cancel()
            self._sleepers.discard(sleeper)

    @contextmanager
    def watching(self, watch: Watch | LogStream) -> Iterator[None]:
        """Somebody watches, or follows a log, meanwhile."""
        self._count += 1
        number = self._count
        self._kinds[number] = watch.kind
        if watch.waits:
            self._patient.add(number)
        self._happened = asyncio.get_running_loop().time()
        self.notify()
        try:
            yield
        finally:
            del self._kinds[number]
            self._patient.discard(number)

    def polled(self, *, is_of_one: bool) -> None:
        """Somebody asks again, for one object or for several, and waits for something."""
        now = asyncio.get_running_loop().time()
        if self._polled_until <= now:
            self._happened = now
        self._polled_until = now + POLLED
        if is_of_one:
            self._awaited_until = now + POLLED
        self.notify()

    async def _beat(self) -> None:
        while not self._is_stopped:
            try:
                wait = await self._step()
            except Exception:  # such as a state that cannot be read now
                traceback.print_exc()
                wait = 1.0
            self.report()
            await self.wait(wait)

    async def _step(self) -> float:
        """Let time pass; how long (s) until there is more to do."""
        if not await asyncio.to_thread(lambda: self._served.jumps):
            wait = await asyncio.to_thread(self._served.tick)
            return min(wait, POLL)
        loop = asyncio.get_running_loop()
        if not self._kinds and self._polled_until <= loop.time():
            await asyncio.to_thread(self._served.tick)
            return POLL
        reach = await self._reach(loop.time())
        kinds = None if self._polled_until > loop.time() else list(self._kinds.values())
        goes_on = await asyncio.to_thread(self._served.jump, kinds, reach)
        if not goes_on:
            return POLL
        self._happened = loop.time()
        self.notify()
        await asyncio.sleep(BREATH)
        return 0.0

    async def _reach(self, now: float) -> int:
        """How far (simulated ms) the clock may jump past rest: for who waits for one object, or for pods under way.

        For who asks for a list again it may after the longest idling: a person's dashboard asks for lists, too.
        """
        idle = now - self._happened
        far = next((far for least, far in REACHES if idle >= least), 0)
        if not far or self._patient or self._awaited_until > now:
            return far
        if self._polled_until > now and idle >= REACHES[0][0]:
            return far
        return far if await asyncio.to_thread(self._served.is_under_way) else 0


def _rouse(sleeper: asyncio.Future[None]) -> None:
    if not sleeper.done():
        sleeper.set_result(None)
