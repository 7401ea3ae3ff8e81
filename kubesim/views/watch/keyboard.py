"""Single keys from a terminal, without waiting for a line's end."""

from __future__ import annotations

import os
import sys

from kubesim.startup.context_manager import contextmanager
from kubesim.views.watch.player import BACK, FASTER, FORTH, HOLD, LEAVE, SLOWER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ACTIONS = {
    "q": LEAVE,
    "Q": LEAVE,
    "\x04": LEAVE,
    " ": HOLD,
    "\x1b[C": FORTH,
    "\x1bOC": FORTH,
    "\xe0M": FORTH,
    "\x1b[D": BACK,
    "\x1bOD": BACK,
    "\xe0K": BACK,
    "+": FASTER,
    "=": FASTER,
    "-": SLOWER,
}
_LONGEST = max(map(len, ACTIONS))


def actions_in(typed: str) -> Iterator[str]:
    """What the keys of a piece of input ask for; other keys ask for nothing."""
    at = 0
    while at < len(typed):
        key = next((typed[at:end] for end in range(at + _LONGEST, at, -1) if typed[at:end] in ACTIONS), "")
        if key:
            yield ACTIONS[key]
        at += len(key) or 1


if sys.platform == "win32":

    @contextmanager
    def keys() -> Iterator[Callable[[float], str]]:
        """Gives a function that waits for so many seconds, or until keys are pressed, and gives these."""
        import msvcrt
        import time

        def read(seconds: float) -> str:
            end = time.monotonic() + seconds
            while not msvcrt.kbhit() and time.monotonic() < end:
                time.sleep(0.01)
            typed = ""
            while msvcrt.kbhit():
                typed += msvcrt.getwch()
            return typed

        yield read

else:

    @contextmanager
    def keys() -> Iterator[Callable[[float], str]]:
        """Gives a function that waits for so many seconds, or until keys are pressed, and gives these."""
        import select
        import termios
        import tty

        terminal = sys.stdin.fileno()
        before = termios.tcgetattr(terminal)

        def read(seconds: float) -> str:
            ready, _, _ = select.select([terminal], [], [], seconds)
            if not ready:
                return ""
            typed = os.read(terminal, 1024).decode(errors="replace")
            return typed or "q"  # the terminal is gone

        with _raised():
            try:
                tty.setcbreak(terminal)
                yield read
            finally:
                termios.tcsetattr(terminal, termios.TCSADRAIN, before)

    @contextmanager
    def _raised() -> Iterator[None]:
        """Let signals come as exceptions, so that the terminal is put back: a command would end at once otherwise."""
        import signal

        def leave(number: int, _frame: object) -> None:
            raise SystemExit(128 + number)

        handlers = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: leave, signal.SIGHUP: leave}
        before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
