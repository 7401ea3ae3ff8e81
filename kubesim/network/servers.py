"""Servers: what becomes of a request, by the instant at which it arrives at a pod."""

from __future__ import annotations

from bisect import bisect_right

from kubesim.network.model import (
    ANSWER,
    CRASHED,
    CUT,
    ERROR,
    KILLED,
    NODE_DOWN,
    NOT_LISTENING,
    REFUSED,
    STARTING,
    STOPPED,
    STOPPING,
    TIMED_OUT,
    UNHEALTHY,
    Fate,
)
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubesim.network.model import Rules

NEVER = 1 << 60  # ms


class Run(NamedTuple):
    """A server's run, all in ms since the epoch: it accepts connections from ``opens`` on, and its process ``ends``.

    It answers with errors from ``sick`` on.  If it obeys SIGTERM it ``stops`` then, and may finish what it is at until
    the ``deadline``, at which it is killed.  One that ignores the signal has only a deadline; one that was sent none
    has neither.
    """

    opens: int
    sick: int = NEVER
    stops: int = NEVER
    deadline: int = NEVER
    ends: int = NEVER

    @property
    def closes(self) -> int:
        """The instant (ms) from which on it accepts no connection."""
        return min(self.stops, self.ends)


class Outage(NamedTuple):
    """A node was down from ``begin`` until ``end`` (ms)."""

    begin: int
    end: int = NEVER


class Server:
    """What becomes of requests that arrive at one pod: a step function of their instant."""

    def __init__(self, runs: Sequence[Run], outages: Sequence[Outage], rules: Rules) -> None:
        self._runs = sorted(runs)
        self._outages = outages
        self._rules = rules
        #: The instants (ms) at which the fate of requests may change, in order.
        self.instants = sorted({instant for instant in self._changes() if instant < NEVER})
        self._fates = [self._fate_at(instant) for instant in self.instants]

    def fate(self, instant: int) -> Fate:
        """What becomes of a request that arrives at ``instant`` (ms)."""
        index = bisect_right(self.instants, instant)
        return self._fates[index - 1] if index else self._fate_at(instant)

    def _changes(self) -> Iterator[int]:
        length = self._rules.length
        for run in self._runs:
            yield from (run.opens, run.sick, run.stops, run.ends, _first_cut(run, self._rules))
        for outage in self._outages:
            yield from (outage.begin - length + 1, outage.begin, outage.end)

    def _fate_at(self, instant: int) -> Fate:
        if any(outage.begin <= instant < outage.end for outage in self._outages):
            return Fate(TIMED_OUT, NODE_DOWN)
        fate = self._fate_of_runs(instant)
        answered = instant + self._rules.length
        if fate.outcome != REFUSED and any(instant < outage.begin < answered for outage in self._outages):
            return Fate(TIMED_OUT, NODE_DOWN)
        return fate

    def _fate_of_runs(self, instant: int) -> Fate:
        begun = [run for run in self._runs if run.opens <= instant]
        if not begun:
            return Fate(REFUSED, STARTING if self._runs else NOT_LISTENING)
        run = begun[-1]
        if instant >= run.closes:
            return Fate(REFUSED, CRASHED if run.stops == NEVER else STOPPED)
        if instant >= _first_cut(run, self._rules):
            return Fate(CUT, _cause_of_cut(run, self._rules))
        return Fate(ERROR, UNHEALTHY) if instant >= run.sick else ANSWER


def _first_cut(run: Run, rules: Rules) -> int:
    """From which arrival (ms) on an answer would come too late."""
    stopping = run.deadline if rules.drains else run.stops
    last = run.ends if run.stops == NEVER else stopping
    return NEVER if last == NEVER else last - rules.length + 1


def _cause_of_cut(run: Run, rules: Rules) -> str:
    if run.stops != NEVER:
        return KILLED if rules.drains else STOPPING
    return CRASHED if run.deadline == NEVER else KILLED
