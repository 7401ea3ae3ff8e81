"""Text with styles, put together line by line: without the styles it reads the same."""

from __future__ import annotations

from itertools import groupby

from kubesim.kubectl.printers.style import paint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: A character and its style, empty for none; and a line of them.
Cell = tuple[str, str]
Line = list[Cell]

BLANK: Cell = (" ", "")


def line_of(text: str, style: str = "") -> Line:
    return [(character, style) for character in text]


def fitted(line: Sequence[Cell], width: int, ellipsis: str) -> Line:
    """The line at exactly that width: filled up with blanks, or cut and ended by ``ellipsis``."""
    if len(line) <= width:
        return [*line, *[BLANK] * (width - len(line))]
    kept = max(0, width - len(ellipsis))
    return [*line[:kept], *line_of(ellipsis[:width])]


def wrapped(text: str, width: int, style: str = "") -> list[Line]:
    """Text broken between words into lines; a word that is too long is broken anywhere."""
    from textwrap import wrap

    return [line_of(line, style) for line in wrap(text, width, break_on_hyphens=False)]


def filled(items: Iterable[Line], width: int, gap: int) -> list[Line]:
    """Items side by side, ``gap`` blanks apart, in as many lines as they need."""
    lines: list[Line] = []
    for item in items:
        if lines and len(lines[-1]) + gap + len(item) <= width:
            lines[-1] = [*lines[-1], *[BLANK] * gap, *item]
        else:
            lines.append(list(item))
    return lines


def beside(blocks: Sequence[Sequence[Line]], widths: Sequence[int], gap: int) -> list[Line]:
    """Blocks of lines next to each other, each at its width."""
    height = max(map(len, blocks), default=0)
    lines = []
    for row in range(height):
        parts = [block[row] if row < len(block) else [] for block in blocks]
        cells = [fitted(part, width, "") for part, width in zip(parts, widths, strict=True)]
        lines.append([cell for at, part in enumerate(cells) for cell in [*[BLANK] * (gap if at else 0), *part]])
    return lines


def text_of(lines: Iterable[Sequence[Cell]], colour: bool) -> str:
    """The lines as text, without blanks at their ends."""
    return "".join(f"{_painted(line) if colour else _plain(line)}\n" for line in map(_stripped, lines))


def _stripped(line: Sequence[Cell]) -> Sequence[Cell]:
    end = len(line)
    while end and line[end - 1] == BLANK:
        end -= 1
    return line[:end]


def _plain(line: Sequence[Cell]) -> str:
    return "".join(character for character, _ in line)


def _painted(line: Sequence[Cell]) -> str:
    runs = ((style, "".join(character for character, _ in run)) for style, run in groupby(line, lambda cell: cell[1]))
    return "".join(paint(text, style) if style else text for style, text in runs)
