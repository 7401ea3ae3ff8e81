"""The ways out of a walk over a script."""

from __future__ import annotations

Status = int | None


class Stopped(Exception):  # noqa: N818 - no error, but the way out of a walk
    """The walk stops here."""


class RunsOn(Stopped):
    """A command never ends."""


class OutOfTime(Stopped):
    """The walk has reached its limit."""


class TooLong(Stopped):
    """More than is followed of a command that is really run; the text says of what there is too much."""


class OutOfMemory(Stopped):
    """The kernel kills the container, at an instant (ms)."""

    def __init__(self, instant: int) -> None:
        super().__init__(instant)
        self.instant = instant


class Exited(Stopped):
    def __init__(self, status: Status) -> None:
        super().__init__(status)
        self.status = status


class Failed(Exited):
    """A mistake ends a script, but not a session at a terminal."""


class Returned(Exited):
    """A function ends."""


class Killed(Exited):
    """A signal ends a shell, without a handler."""


class LoopLeft(Stopped):
    """``break``, or ``continue``, of so many loops."""

    def __init__(self, levels: int, *, continues: bool) -> None:
        super().__init__(levels)
        self.levels = levels
        self.continues = continues


class ReadOnly(Stopped):
    """A variable is read-only that was to be given another value."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name
