"""Colour on a terminal: finished lines are painted as they pass; without the colour they are the very bytes.

The one module that knows rich, and it imports no more of it than turns a style into the terminal's codes, once there
is something to paint. Names and messages are data: nothing in them is read as markup.
"""

from __future__ import annotations

import os
import sys

from kubesim.startup.function_cache import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, Protocol, TextIO, TypeAlias

    class Terminal(Protocol):
        """What is asked of a stream to decide on colour, and to paint on it."""

        def write(self, text: str, /) -> Any: ...
        def flush(self) -> None: ...
        def isatty(self) -> bool: ...

    Paint: TypeAlias = Callable[[str, str], str]  # a text and a style make a text

    class Output(Protocol):
        """A stream to print on."""

        def write(self, text: str, /) -> int: ...
        def writelines(self, lines: Iterable[str], /) -> None: ...
        def flush(self) -> None: ...
        def isatty(self) -> bool: ...


HEADER = "dim"
HEADING = "bold"
WORD = "cyan"
COMMENT = "dim"
GOOD = "green"
WAITING = "yellow"
BAD = "red"
GOING = "magenta"

_STYLES = {
    GOOD: ("Active", "Bound", "Complete", "Completed", "Ready", "Running", "Succeeded"),
    WAITING: (
        "ContainerCreating",
        "NotReady",
        "Pending",
        "PodInitializing",
        "SchedulingDisabled",
        "Unknown",
        "Warning",
    ),
    BAD: ("ContainerStatusUnknown", "DeadlineExceeded", "Evicted", "Failed", "InvalidImageName", "Lost", "OOMKilled"),
    GOING: ("Released", "Terminating"),
}
_STYLE_OF_WORD = {word: style for style, words in _STYLES.items() for word in words}

# Patterns are text, which re compiles at first use: most commands paint nothing.
# A cell is what stands between runs of two blanks or more; a status is a word in one, as in "Init:ErrImagePull".
_CELL = r"(?:(?<=  )|^)[A-Z][A-Za-z:,/0-9]*(?=  | \(|$)"
_HEADER = r"(?:NAMESPACE|NAME|LAST SEEN|REVISION|CURRENT|KIND|TYPE)(?: +[A-Z][A-Z0-9()%/_ -]*)? *$"
_SENTENCES = {
    r"(?:error|Error from server(?: \(\w+\))?|Error|The \S+ \S+ is invalid)(?=:)": BAD,
    r"[Ww]arning(?=:)": WAITING,
    r".* successfully rolled out$": GOOD,
}


def wants_colour(stream: Terminal, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether lines on a stream are to be painted: on a terminal, unless NO_COLOR; anywhere under FORCE_COLOR.

    NO_COLOR wins. Mirrors printers.AllowsColorOutput.
    """
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environ.get("TERM") != "dumb" and _knows_colour()


if sys.platform == "win32":

    def _knows_colour() -> bool:
        """Have the console read the codes, which older ones print unless asked; False if it cannot."""
        import ctypes

        console = ctypes.windll.kernel32
        mode = ctypes.c_ulong()
        for number in (-11, -12):  # standard output and standard error
            handle = console.GetStdHandle(number)
            if console.GetConsoleMode(handle, ctypes.byref(mode)) and not console.SetConsoleMode(
                handle, mode.value | 4
            ):
                return False
        return True

else:

    def _knows_colour() -> bool:
        return True


def terminal_width(stream: Output) -> int:
    """How many columns a stream's terminal has; 0 for a stream without one."""
    if not stream.isatty():
        return 0
    from shutil import get_terminal_size

    return get_terminal_size().columns


def paint_for(stream: Terminal) -> Paint:
    """What paints for a stream: ``paint`` if lines on it are to be painted, else ``plain``."""
    return paint if wants_colour(stream) else plain


def dressed(stream: TextIO) -> Output:
    """The stream, or one in front of it that paints."""
    return Painted(stream) if wants_colour(stream) else stream


class Painted:
    """A stream in front of another that paints each line once it is finished.

    A line that is not finished when it is flushed, as a question is, goes out plain.
    """

    def __init__(self, stream: Terminal) -> None:
        self._stream = stream
        self._unfinished = ""
        self._torn = False

    def write(self, text: str, /) -> int:
        """Take text in; whole lines go on, painted."""
        *lines, self._unfinished = (self._unfinished + text).split("\n")
        if lines:
            first = lines[0] if self._torn else painted(lines[0])
            self._torn = False
            self._stream.write("\n".join([first, *map(painted, lines[1:]), ""]))
        return len(text)

    def writelines(self, lines: Iterable[str], /) -> None:
        """Take several pieces of text in."""
        self.write("".join(lines))

    def flush(self) -> None:
        """Let out what there is of an unfinished line."""
        if self._unfinished:
            self._stream.write(self._unfinished)
            self._unfinished = ""
            self._torn = True
        self._stream.flush()

    def isatty(self) -> bool:
        """Whether a person reads this."""
        return self._stream.isatty()


def painted(line: str) -> str:
    """A line with colour on it: a table's header, the cells of a status, how a sentence begins.

    A line that has control sequences of its own stays as it is.
    """
    if "\x1b" in line:
        return line
    import re

    if re.match(_HEADER, line):
        return paint(line, HEADER)
    for pattern, style in _SENTENCES.items():
        if match := re.match(pattern, line):
            return paint(match.group(), style) + line[match.end() :]
    return re.sub(_CELL, _painted_cell, line)


def _painted_cell(match: re.Match[str]) -> str:
    style = style_of_status(match.group())
    return paint(match.group(), style) if style else match.group()


def style_of_status(word: str) -> str:
    """The style of a status word, empty for a word that is none: red for all kinds of errors and back-offs."""
    status = word.removeprefix("Init:")
    if status.endswith(("Error", "BackOff")) or status.startswith(("Err", "Signal:", "ExitCode:")):
        return BAD
    if status != word and status[:1].isdigit():
        return WAITING
    return _STYLE_OF_WORD.get(status.rpartition(",")[2], "")


def paint(text: str, style: str) -> str:
    """Text in the codes of a style, and back to plain after it."""
    before, after = _codes(style)
    return before + text + after


def plain(text: str, _style: str) -> str:
    """Text as it is, for streams without colour."""
    return text


@lru_cache()
def _codes(style: str) -> tuple[str, str]:
    from rich.color import ColorSystem
    from rich.style import Style

    before, _, after = Style.parse(style).render("\0", color_system=ColorSystem.STANDARD).partition("\0")
    return before, after
