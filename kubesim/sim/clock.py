"""The simulated clock: how far it has gone between two commands, and how fast it goes.

A saved clock is ``{"sim": ms, "wall": ms, "speed": 1}``: the simulated instant that was reached, the instant of the
wall clock at which that was saved, and the state's own speed.
"""

from __future__ import annotations

import time

from kubesim.api.meta import rfc3339
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    #: Simulated seconds to a real one, or ``MAX``: the clock stands still but for jumps to the next wake-up.
    Speed = float | str

MAX = "max"
FASTEST = 1_000_000

#: The first and the last instant that an RFC 3339 time can name, but for the year 0, which nobody has.
START_OF_TIME, END_OF_TIME = -62_135_596_800_000, 253_402_300_799_000


def wall_now() -> int:
    """The wall clock (ms since the epoch); nothing else in the program reads it."""
    return time.time_ns() // 1_000_000


class Clock:
    """The wall clock, and the speed at which simulated time goes beside it."""

    def wall(self) -> int:
        """The wall clock (ms since the epoch)."""
        return wall_now()

    def speed(self) -> Speed | None:
        """The speed that is asked for, None for the state's own."""
        return None


class StandingClock(Clock):
    """A clock that goes on only where a command waits or moves it. With ``wall`` (ms), the wall's stands as well."""

    def __init__(self, wall: int | None = None) -> None:
        self._wall = wall

    def wall(self) -> int:
        """The instant (ms) at which the wall clock stands, or its own."""
        return wall_now() if self._wall is None else self._wall

    def speed(self) -> Speed | None:
        """The one of a clock that stands still."""
        return MAX


def simulated_now(clock: Mapping[str, Any], wall: int, speed: Speed) -> int:
    """The simulated instant (ms) at the wall clock's ``wall`` (ms), at ``speed`` since the clock was saved.

    It never runs backward: a wall clock that was set back counts as no time having passed.
    """
    reached = int(clock["sim"])
    if speed == MAX:
        return reached
    passed = int(max(0, wall - clock["wall"]) * float(speed))
    return max(reached, min(reached + passed, END_OF_TIME))


def within_bounds(instant: int) -> int:
    """The instant (ms) itself; UserError for one that the clock cannot show."""
    if not START_OF_TIME <= instant <= END_OF_TIME:
        bounds = f"from {rfc3339(START_OF_TIME)} to {rfc3339(END_OF_TIME)}"
        raise UserError(f"the cluster's clock goes {bounds}, and not beyond")
    return instant


def parse_speed(text: str) -> Speed:
    """A speed that a person gave: a number above 0, or ``max``; UserError for anything else."""
    if text == MAX:
        return MAX
    try:
        speed = float(text)
    except ValueError:
        speed = float("nan")
    if not 0 < speed <= FASTEST:
        raise UserError(f'invalid speed "{text}": it must be a number above 0, at most {FASTEST}, or max')
    return int(speed) if speed == int(speed) else speed


def parse_duration(text: str) -> int:
    """A length of time (ms) that a person gave: Go's ``30s``, ``1h30m``, ``1.5s``, or ``5`` for seconds.

    UserError for all others, and for negative ones.
    """
    from kubesim.golang import durations

    try:
        if text[:1] in ("+", "-"):
            raise ValueError
        return durations.parse_duration(text + "s" if text.isascii() and text.isdigit() else text)
    except ValueError:
        wrong = f'invalid duration "{text}": it must be a length of time such as 30s, 10m or 1h30m'
        raise UserError(wrong) from None
