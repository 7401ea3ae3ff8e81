"""A person at a terminal who works in a container: lines are edited before they are read, and Ctrl-C is not ours."""

from __future__ import annotations

import os
import signal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any


class Keyboard:
    """What a person types, to be used in a ``with``.

    Ctrl-C interrupts a line at once, and what runs where ``check`` is called: a cluster that is halfway through a step
    must not be left. Pressed twice, it does not wait for that.
    """

    def __init__(self) -> None:
        self._is_reading = False
        self._is_pressed = False
        self._before: Any = None
        self._terminal: Terminal

    def __enter__(self) -> Keyboard:
        self._before = signal.signal(signal.SIGINT, self._press)
        self._terminal = Terminal()
        return self

    def __exit__(self, *error: object) -> None:
        signal.signal(signal.SIGINT, self._before)
        self._terminal.restore()

    def _press(self, _number: int, _frame: FrameType | None) -> None:
        if self._is_reading or self._is_pressed:
            self._is_pressed = False
            raise KeyboardInterrupt
        self._is_pressed = True
        os.write(1, b"^C")

    def check(self) -> None:
        """KeyboardInterrupt if Ctrl-C was pressed."""
        if self._is_pressed:
            self._is_pressed = False
            raise KeyboardInterrupt

    def read(self, prompt: str) -> str | None:
        """The next line with its newline, None after Ctrl-D; KeyboardInterrupt."""
        _prepare_editing()
        self._terminal.show_keys(True)
        self._is_reading = True
        try:
            return f"{input(prompt)}\n"
        except EOFError:
            return None
        finally:
            self._is_reading = False
            self._terminal.show_keys(False)


class Terminal:
    """The terminal's modes: what is typed while nothing is read waits unseen for who reads next, Ctrl-D too."""

    def __init__(self) -> None:
        try:
            import termios
        except ImportError:  # Windows has none
            self._termios: Any = None
            return
        self._termios = termios
        self._before = termios.tcgetattr(0)
        self.show_keys(False)

    def show_keys(self, shown: bool) -> None:
        """Whether keys show as they are typed, which whoever edits lines goes by."""
        if self._termios is None:
            return
        modes = [*self._before]
        modes[3] &= ~(self._termios.ICANON | self._termios.ECHO)
        if shown:
            modes[3] |= self._termios.ECHO
        self._termios.tcsetattr(0, self._termios.TCSADRAIN, modes)

    def restore(self) -> None:
        """Leave it as it was."""
        if self._termios is not None:
            self._termios.tcsetattr(0, self._termios.TCSADRAIN, self._before)


def _prepare_editing() -> None:
    """Let lines be edited and found again, where Python has readline; no name of a file of the host is completed."""
    try:
        import readline
    except ImportError:
        return
    readline.set_completer(lambda _text, _state: None)
    for setting in ("tab: self-insert", "set enable-bracketed-paste off"):
        readline.parse_and_bind(setting)
