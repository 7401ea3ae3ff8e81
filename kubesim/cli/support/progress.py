"""How far a long life has come, on a terminal."""

from __future__ import annotations

import sys
from time import monotonic

from kubesim.api.human_duration import human_duration

BEFORE_PROGRESS = 2.0  # seconds
BETWEEN_SIGHTS = 0.2


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
