"""A client's terminal: kubectl sends every key as it is pressed, and what shows on the screen is what comes back.

Mirrors what the kernel's line discipline does for a container that has a terminal (n_tty.c).
"""

from __future__ import annotations

from codecs import getincrementaldecoder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Input(Protocol):
        """Where keys come from; see ``command_streams``."""

        is_left: bool

        def next(self) -> bytes: ...

        def present(self) -> bytes: ...

    class Screen(Protocol):
        """Where they show."""

        def write_data(self, text: str, /) -> int: ...


INTERRUPT, END, ESCAPE = "\x03", "\x04", "\x1b"
_ENTER = ("\r", "\n")
_ERASE = ("\x7f", "\b")
_ERASE_LINE, _ERASE_WORD = "\x15", "\x17"
_PRINTABLE = 32  # and beyond


class RemoteKeyboard:
    """What a person types into a client's terminal, to be used in a ``with``.

    A line shows as it is typed, and may be corrected until it ends.  Keys that are pressed while nobody reads wait
    unseen, but for Ctrl-C.
    """

    def __init__(self, stdin: Input, screen: Screen) -> None:
        self._stdin = stdin
        self._screen = screen
        self._decoder = getincrementaldecoder("utf-8")("surrogateescape")
        self._keys: list[str] = []  # that were pressed, and not read yet

    def __enter__(self) -> RemoteKeyboard:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing was changed that would have to be put back: the terminal is the client's."""

    def check(self) -> None:
        """KeyboardInterrupt if Ctrl-C was pressed, or if the client has left."""
        while piece := self._stdin.present():
            self._keys.extend(self._decoder.decode(piece))
        if INTERRUPT in self._keys:
            del self._keys[: self._keys.index(INTERRUPT) + 1]
            self._screen.write_data("^C")
            raise KeyboardInterrupt
        if self._stdin.is_left:
            raise KeyboardInterrupt

    def read(self, prompt: str) -> str | None:
        """The next line with its newline, None after Ctrl-D; KeyboardInterrupt."""
        self._screen.write_data(prompt)
        line = ""
        while True:
            key = self._key()
            if key in _ENTER:
                self._screen.write_data("\n")
                return f"{line}\n"
            if key == INTERRUPT:
                self._screen.write_data("^C")
                raise KeyboardInterrupt
            if key in ("", END):
                if line or key == END:
                    return line or None
                raise KeyboardInterrupt  # the client has left
            line = self._edited(line, key)

    def _edited(self, line: str, key: str) -> str:
        """The line after a key, which shows what becomes of it."""
        if key == ESCAPE:
            self._skip_sequence()
            return line
        kept = _kept(line, key)
        if kept is not None:
            self._screen.write_data("\b \b" * (len(line) - len(kept)))
            return kept
        shown = key if ord(key) >= _PRINTABLE or key == "\t" else f"^{chr(ord(key) + 64)}"
        self._screen.write_data(shown)
        return line + key

    def _skip_sequence(self) -> None:
        """Leave out an arrow, or another key that is a sequence: there is nothing to move to."""
        if self._key() == "[":
            while not "@" <= self._key() <= "~":
                pass

    def _key(self) -> str:
        """The next key, waited for; empty once the client has left."""
        while not self._keys:
            piece = self._stdin.next()
            if not piece:
                return ""
            self._keys.extend(self._decoder.decode(piece))
        return self._keys.pop(0)


def _kept(line: str, key: str) -> str | None:
    """What a key that erases leaves of a line; None for any other key."""
    if key in _ERASE:
        return line[:-1]
    if key == _ERASE_LINE:
        return ""
    if key == _ERASE_WORD:
        return line.rstrip()[: line.rstrip().rfind(" ") + 1]
    return None
