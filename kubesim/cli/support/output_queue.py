"""What is reported is saved: what a command says of a change is held back until the change is saved.

A signal that comes while a change is saved waits until the change is reported as well.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.cli.support.signals import Deferral
    from kubesim.kubectl.printers.style import Output


class Streams:
    """A command's two streams; their order is kept while output is queued."""

    def __init__(self, out: Output, err: Output) -> None:
        self._err = err
        self.out = Held(self, out)
        self.err = Held(self, err)
        self.waiting: list[tuple[Output, str]] | None = None

    def warn_at_once(self, text: str) -> None:
        """Write a line to standard error before all that is held back."""
        self._err.write(f"{text}\n")
        self._err.flush()

    def release(self) -> None:
        """Write what was held back, and hold back no more."""
        waiting, self.waiting = self.waiting or [], None
        while waiting:
            stream = waiting[0][0]
            end = next((at for at, (other, _) in enumerate(waiting) if other is not stream), len(waiting))
            stream.write("".join(text for _, text in waiting[:end]))
            stream.flush()
            waiting = waiting[end:]


def shown(text: str) -> str:
    """A text for people to read: what would steer their terminal, as a manifest's names may, is made visible."""
    if text.replace("\n", "").replace("\t", "").isprintable():
        return text
    from kubesim.golang.tabwriter import escape_terminal

    return escape_terminal(text)


class Held:
    """A stream that waits for its holder."""

    def __init__(self, streams: Streams, stream: Output) -> None:
        self._streams = streams
        self._stream = stream

    def write(self, text: str, /) -> int:
        """Take text in, for people."""
        return self.write_data(shown(text))

    def write_data(self, text: str, /) -> int:
        """Take in what goes out as it is: an object, what a template made of one, what a container printed."""
        if self._streams.waiting is None:
            return self._stream.write(text)
        self._streams.waiting.append((self._stream, text))
        return len(text)

    def writelines(self, lines: Iterable[str], /) -> None:
        """Take several pieces of text in."""
        self.write("".join(lines))

    def flush(self) -> None:
        """Let out what the stream keeps, unless it is held back."""
        if self._streams.waiting is None:
            self._stream.flush()

    def isatty(self) -> bool:
        """Whether a person reads this."""
        return self._stream.isatty()


class Report:
    """What a command says of one change, to be used in a ``with``: written at its end if it is true by then.

    ``streams`` is None where nothing is printed.
    """

    def __init__(self, streams: Streams | None) -> None:
        self._streams = streams
        self._is_true = False
        self._deferral: Deferral | None = None

    def __enter__(self) -> Report:
        if self._streams is not None:
            self._streams.waiting = []
        return self

    def saving(self) -> None:
        """From here on signals wait until the report is out."""
        from kubesim.cli.support.signals import Deferral

        self._deferral = Deferral()

    def is_saved(self) -> None:
        """All that was queued so far is true."""
        self._is_true = True

    def __exit__(self, *error: object) -> None:
        try:
            if self._deferral is not None:
                self._deferral.limit()
            if self._streams is not None and self._is_true:
                self._streams.release()
        finally:
            if self._streams is not None:
                self._streams.waiting = None
            if self._deferral is not None:
                self._deferral.end()
