"""Signals that end a process, kept off while a change is saved and reported."""

from __future__ import annotations

from kubesim.startup.context_manager import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from types import FrameType
    from typing import Any
else:
    # The module below signal's enumerations, which cost every command that writes a millisecond.
    try:
        import _signal as signal
    except ImportError:
        import signal

PATIENCE = 1.0  # seconds that a signal waits for a report which nobody reads

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows does not have all of them


class Deferral:
    """From now to ``end``, the first signal that would end the process waits; what the process ignores stays ignored.

    Off the main thread, which alone gets signals, it does nothing.
    """

    def __init__(self) -> None:
        self._pending: int | None = None
        self._is_limited = False
        self._handlers: dict[int, Any] = {}
        self._alarm: Any = None
        with suppress(ValueError):
            for number in [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]:
                if signal.getsignal(number) not in (signal.SIG_IGN, None):
                    self._handlers[number] = signal.signal(number, self._keep)

    def limit(self) -> None:
        """From now on a signal waits for ``PATIENCE`` seconds at most: what follows may never end."""
        self._is_limited = True
        if self._pending is not None:
            self._start_timer()

    def end(self) -> None:
        """Let the signals through, the one that waits first."""
        while self._handlers:
            signal.signal(*self._handlers.popitem())
        if self._alarm is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._alarm)
        pending, self._pending = self._pending, None
        if pending is not None:
            signal.raise_signal(pending)

    def _keep(self, number: int, _frame: FrameType | None) -> None:
        self._pending = self._pending or number
        if self._is_limited:
            self._start_timer()

    def _start_timer(self) -> None:
        if self._alarm is None and hasattr(signal, "setitimer"):
            self._alarm = signal.signal(signal.SIGALRM, lambda *_: self.end())
            signal.setitimer(signal.ITIMER_REAL, PATIENCE)
