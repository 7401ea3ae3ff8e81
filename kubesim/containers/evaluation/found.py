"""What may lie at a path: files, folders, links, devices; and the kernel's words where something cannot be done."""

from __future__ import annotations

import base64
from itertools import accumulate

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    #: What came to lie at a path: the instant (ms), the path, and what ``row_of`` gives.
    Row = list[Any]

#: A text; None if it is not known.  It stands for bytes in UTF-8; those that are none are surrogates, as Python has it.
Value = str | None

MOST_TEXT = 1 << 16  # characters of a text that is put together: scripts can double theirs with every round
MOST_WRITTEN = 1 << 20  # characters of all texts that a container's programs have written

FILE, FOLDER, LINK, DEVICE = "file", "folder", "link", "device"

# The kernel's words, as strerror has them.
NOTHING = "No such file or directory"
EXISTS = "File exists"
IS_FOLDER = "Is a directory"
NO_FOLDER = "Not a directory"
NOT_EMPTY = "Directory not empty"
DENIED = "Permission denied"
REFUSED = "Operation not permitted"
READ_ONLY = "Read-only file system"
NO_SPACE = "No space left on device"
BUSY = "Device or resource busy"
NAME_TOO_LONG = "File name too long"
LOOP = "Too many levels of symbolic links"


class FileError(Exception):
    """Something cannot be done with a file; its text is why, in the kernel's words."""


def bounded(text: Value) -> Value:
    """A text that was put together; None for a very long one."""
    return None if text is None or len(text) > MOST_TEXT else text


class Found(NamedTuple):
    """What lies at a path at an instant.

    ``exists`` is None if unknown.  ``content`` is a file's text or a link's target, None if unknown; then ``size`` is
    how many bytes a file has, if that is known.  ``mode`` are its permissions, None if unknown; ``owner`` and ``group``
    are numbers.
    """

    exists: bool | None
    content: Value = None
    kind: str = FILE
    mode: int | None = None
    owner: int = 0
    group: int = 0
    size: int | None = None

    @property
    def length(self) -> int | None:
        """The size in bytes; None if unknown."""
        return self.size if self.content is None else len(bytes_of(self.content))


NOT_KNOWN = Found(None)
ABSENT = Found(False)


def bytes_of(text: str) -> bytes:
    """The bytes that a text stands for."""
    return text.encode("utf-8", "surrogateescape")


def row_of(found: Found) -> dict[str, Any] | None:
    """What lies at a path in a form that JSON can hold; None for nothing."""
    if found.exists is False:
        return None
    row = {name: value for name, value in zip(Found._fields[2:], found[2:], strict=True) if value not in (None, 0)}
    if found.content is not None:
        row |= _text_row(found.content)
    return row


def piece_row(piece: str) -> dict[str, Any]:
    """A piece that was added to a text, in such a form."""
    return {f"more_{name}": text for name, text in _text_row(piece).items()}


class Stretch(NamedTuple):
    """Many pieces that were added to a text: when, after the first one (ms), and where each ends in their text."""

    after: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, pieces: list[tuple[int, str]]) -> Stretch:
        """That of pieces with their instants."""
        begun = pieces[0][0]
        return cls(tuple(at - begun for at, _ in pieces), tuple(accumulate(len(text) for _, text in pieces)))

    def pieces(self, begun: int, text: str) -> list[tuple[int, str]]:
        """The pieces of a text with their instants, if the first was added at ``begun``."""
        starts = (0, *self.ends)
        return [(begun + after, text[starts[at] : end]) for at, (after, end) in enumerate(zip(*self, strict=True))]


def stretch_row(piece: str, stretch: Stretch) -> dict[str, Any]:
    """Pieces that were added to a text, in a form that JSON can hold."""
    return {**piece_row(piece), "more_after": [*stretch.after], "more_ends": [*stretch.ends]}


def stretch_in(row: dict[str, Any] | None) -> Stretch | None:
    """The instants and ends of the pieces that a row is of; None if it is of one alone."""
    return (
        Stretch(tuple(row["more_after"]), tuple(row["more_ends"]))
        if row is not None and row.get("more_after")
        else None
    )


def is_piece(row: dict[str, Any] | None) -> bool:
    """Whether a row is of a piece."""
    return row is not None and ("more_text" in row or "more_base64" in row)


_PIECES = ("more_text", "more_base64")


def piece_in(row: dict[str, Any] | None) -> str:
    """The piece that a row is of."""
    return _text_in({name.removeprefix("more_"): text for name, text in (row or {}).items() if name in _PIECES}) or ""


def _text_row(content: str) -> dict[str, str]:
    if not any("\ud800" <= character <= "\udfff" for character in content):
        return {"text": content}
    return {"base64": base64.b64encode(content.encode("utf-8", "surrogatepass")).decode()}


def _text_in(row: dict[str, Any]) -> Value:
    if "base64" in row:
        return base64.b64decode(row["base64"]).decode("utf-8", "surrogatepass")
    text: Value = row.get("text")
    return text


def found_in(row: dict[str, Any] | None) -> Found:
    """What such a row says."""
    if row is None:
        return ABSENT
    fields = {name: value for name, value in row.items() if name in Found._fields}
    return Found(True, _text_in(row), **fields)
