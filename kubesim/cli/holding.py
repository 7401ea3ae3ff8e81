"""What is said of a change is held back until the change is saved: nothing is told of that did not happen."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from kubesim.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kubesim.printers.style import Output


class Streams:
    """A command's two streams, whose order is kept while they are held back."""

    def __init__(self, out: Output, err: Output) -> None:
        self.out = Held(self, out)
        self.err = Held(self, err)
        self.waiting: list[tuple[Output, str]] | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold back what is written meanwhile; what could not be saved is not told of."""
        self.waiting = []
        try:
            yield
        except StateError:
            self.waiting.clear()
            raise
        finally:
            self.let_out()
            self.waiting = None

    def let_out(self) -> None:
        """Write what is waiting."""
        for stream, text in self.waiting or ():
            stream.write(text)
        if self.waiting:
            self.waiting.clear()


class Held:
    """A stream that waits for its holder. Who flushes it, as a question does, wants to be heard at once."""

    def __init__(self, streams: Streams, stream: Output) -> None:
        self._streams = streams
        self._stream = stream

    def write(self, text: str, /) -> int:
        """Take text in."""
        if self._streams.waiting is None:
            return self._stream.write(text)
        self._streams.waiting.append((self._stream, text))
        return len(text)

    def writelines(self, lines: Iterable[str], /) -> None:
        """Take several pieces of text in."""
        self.write("".join(lines))

    def flush(self) -> None:
        """Let out what waits."""
        self._streams.let_out()
        self._stream.flush()

    def isatty(self) -> bool:
        """Whether a person reads this."""
        return self._stream.isatty()
