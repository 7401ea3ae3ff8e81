"""Where output goes and where input comes from: the log, a pipe, a file, a terminal."""

from __future__ import annotations

from contextlib import suppress

from kubesim.containers.evaluation.files import FileError, Files, Value, bounded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import NoReturn

    from kubesim.containers.evaluation.outside import Session


class Stream:
    """Takes output; this one drops it."""

    def write(self, instant: int, text: Value) -> None:
        """Take a text; None for an unknown one."""


class Closed(Stream):
    """A descriptor that was closed."""


class Record(Stream):
    """Keeps what is written to it, each text with its instant, for whoever reads it: a pipe, a here-document."""

    def __init__(self) -> None:
        self._entries: list[tuple[int, Value]] = []
        #: Whether it is a file that is read.
        self.is_file = False

    @property
    def is_filled(self) -> bool:
        """Whether something was written that is not read yet; nobody is waited for."""
        return bool(self._entries)

    @property
    def entries(self) -> list[tuple[int, Value]]:
        """All that was written and is not read yet."""
        return self._entries

    def write(self, instant: int, text: Value) -> None:
        if text != "":
            self._entries.append((instant, text))

    def text(self) -> Value:
        """The whole output; None if a part is unknown."""
        texts = [text for _, text in self.entries]
        return None if None in texts else bounded("".join(text or "" for text in texts))

    def pieces(self) -> Iterator[tuple[int, Value]]:
        """What is left to be read, piece by piece as it comes; nothing is left then."""
        while self._entries:
            yield self._entries.pop(0)

    def give_back(self, instant: int, text: str) -> None:
        """Put back what was read too much."""
        if text:
            self._entries.insert(0, (instant, text))

    def line(self) -> tuple[int, Value]:
        """Take the next line with its newline, at the instant at which it is whole; empty at the end."""
        found = ""
        instant = 0
        while not found.endswith("\n") and self._entries:
            instant, text = self._entries.pop(0)
            if text is None:
                self._entries.insert(0, (instant, None))
                return instant, None
            line, newline, rest = text.partition("\n")
            found += line + newline
            if rest:
                self._entries.insert(0, (instant, rest))
        return instant, found


class HeldOpen(Record):
    """A standard input that the pod holds open, and into which nobody types: who reads it has to ``wait``."""

    def __init__(self, wait: Callable[[], NoReturn]) -> None:
        super().__init__()
        self._wait = wait

    @property
    def entries(self) -> list[tuple[int, Value]]:
        self._wait()

    def pieces(self) -> Iterator[tuple[int, Value]]:
        self._wait()

    def line(self) -> tuple[int, Value]:
        self._wait()


class Typed(Record):
    """The standard input of a command that is really run: a line is fetched when it is read."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._is_over = False

    def _fetch(self) -> bool:
        line = None if self._is_over else self._session.read()
        self._is_over = line is None and not self._session.is_terminal  # there, Ctrl-D ends one program's input
        if line:
            self._entries.append((self._session.lived, line))
        return line is not None

    @property
    def entries(self) -> list[tuple[int, Value]]:
        while self._fetch():
            pass
        return self._entries

    def pieces(self) -> Iterator[tuple[int, Value]]:
        while self._entries or self._fetch():
            yield self._entries.pop(0)

    def line(self) -> tuple[int, Value]:
        if not self._entries:
            self._fetch()
        return super().line()


class Terminal(Stream):
    """The output (descriptor 1) or the errors (2) of a command that is really run."""

    def __init__(self, session: Session, descriptor: int, job: int = 0) -> None:
        self._session = session
        self._descriptor = descriptor
        self._job = job

    def of_job(self, job: int) -> Terminal:
        """The same for a process in the background."""
        return Terminal(self._session, self._descriptor, job)

    def write(self, instant: int, text: Value) -> None:
        """NotSimulated: the text is unknown."""
        self._session.write(instant, self._descriptor, text, self._job)


class FileStream(Stream):
    """Writes at the end of a file."""

    def __init__(self, files: Files, path: str, session: Session) -> None:
        self._files = files
        self.path = path
        self._session = session

    def write(self, instant: int, text: Value) -> None:
        """NotSimulated: a command that is really run writes an unknown text."""
        text = bounded(text)  # a script may double a text with every round
        if text is None and self._session.outside is not None:
            raise self._session.not_simulated()
        with suppress(FileError):  # it was removed, or the device is full: the program does not notice
            self._files.write(self.path, instant, text, appends=True)
