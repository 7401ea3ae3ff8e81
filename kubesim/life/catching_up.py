"""Living for long while somebody waits: what was lived is kept now and then, and a terminal shows how far it is."""

from __future__ import annotations

import sys
from time import monotonic

from kubesim.api.human_duration import human_duration
from kubesim.sim.long_run import live_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.life.life import Life

BETWEEN_SAVES = 2.0  # seconds, or more where saving takes long:
SHARE = 10  # of the time at most one part goes into saving
BEFORE_PROGRESS = 2.0  # seconds
BETWEEN_SIGHTS = 0.2


def live(life: Life, instant: int) -> None:
    """Let a cluster live until ``instant`` (ms).

    What is lived is kept at checkpoints, so that who interrupts it, or is killed, has a life that is shorter.
    """
    line = ProgressLine(life.cluster.now, instant)
    due = monotonic() + BETWEEN_SAVES
    try:
        for progress in live_until(life.cluster, life.engine, instant):
            now = monotonic()
            if progress.is_whole and now >= due:
                life.keep(life)
                taken = monotonic() - now
                due = now + max(BETWEEN_SAVES, SHARE * taken)
            line.show(progress.now, now)
    finally:
        line.clear()


class ProgressLine:
    """A line on a terminal's standard error that says how much of a life has been lived; elsewhere there is none."""

    def __init__(self, start: int, end: int) -> None:
        self._start, self._end = start, end
        self._due = monotonic() + BEFORE_PROGRESS
        self._is_shown = False

    def show(self, now: int, clock: float) -> None:
        """Show that ``now`` (ms) is reached, at an instant of the monotonic clock (s)."""
        if clock < self._due or not sys.stderr.isatty():
            return
        self._due = clock + BETWEEN_SIGHTS
        self._is_shown = True
        lived, whole = now - self._start, self._end - self._start
        sys.stderr.write(f"\r\033[K{human_duration(lived)} of {human_duration(whole)} lived ({100 * lived // whole}%)")
        sys.stderr.flush()

    def clear(self) -> None:
        """Leave the terminal as it was."""
        if self._is_shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
