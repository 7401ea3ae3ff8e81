"""Columns of text, aligned: cells divided by tabs, padded to the widest of their neighbours.

Mirrors text/tabwriter as kubectl uses it (left aligned, padded with blanks): a column is a block of consecutive
lines that have a cell there which a tab ends, so a line's last cell neither is padded nor widens anything.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Rows = Sequence[Sequence[str]]


class TabWriter:
    """Lays out blocks of lines one after another.

    ``min_width`` is the least width of a column, ``padding`` (blanks after the widest cell) included.  With
    ``remembers_widths`` no later block's column is narrower than an earlier one's: what a watch prints lines up.
    """

    def __init__(self, min_width: int, padding: int, *, remembers_widths: bool = False) -> None:
        self.min_width = min_width
        self.padding = padding
        self.remembers_widths = remembers_widths
        self._remembered: list[int] = []

    def layout(self, rows: Rows) -> list[str]:
        """The lines of one block, without their newlines."""
        if not rows:
            return []
        ended = len(rows[0]) - 1
        if all(len(row) - 1 == ended for row in rows):
            widths = [self._width(column, (row[column] for row in rows)) for column in range(ended)]
            return [_padded(row, widths) for row in rows]
        return [_padded(row, widths) for row, widths in zip(rows, self._ragged_widths(rows), strict=True)]

    def write(self, text: str) -> str:
        """A block of whole lines as text: a tab or ``\\v`` ends a cell, a form feed a line and its block."""
        blocks = text.replace("\v", "\t").split("\f")
        lines = [line for block in blocks for line in self.layout([row.split("\t") for row in _lines(block)])]
        return "".join(f"{line}\n" for line in lines)

    def _ragged_widths(self, rows: Rows) -> list[list[int]]:
        """For each row the widths of its ended cells, where rows differ in length."""
        widths: list[list[int]] = [[] for _ in rows]
        column = 0
        while block := [at for at, row in enumerate(rows) if len(row) - 1 > column]:
            for run in _consecutive(block):
                width = self._width(column, (rows[at][column] for at in run))
                for at in run:
                    widths[at].append(width)
            column += 1
        return widths

    def _width(self, column: int, cells: Iterable[str]) -> int:
        width = max(self.min_width, max(map(len, cells)) + self.padding)
        if not self.remembers_widths:
            return width
        if column == len(self._remembered):
            self._remembered.append(width)
        self._remembered[column] = max(width, self._remembered[column])
        return self._remembered[column]


def _lines(text: str) -> list[str]:
    """The lines of a block, the last of which a newline may end."""
    return text.removesuffix("\n").split("\n")


def _consecutive(numbers: list[int]) -> list[list[int]]:
    """Ascending numbers as runs without a gap."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _padded(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
    return "".join(cells) + row[-1]


CONTROLS = {
    **{code: f"^{chr(code ^ 64)}" for code in (*range(9), *range(14, 32), 127)},
    **{code: f"\\x{code:02x}" for code in range(128, 160)},
    **{code: f"\\u{code:04x}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))},
    ord("\r"): "\\r",
}
"""What steers a terminal, and how it is shown: ``^[``, ``\\x9b``, ``\\u202e`` (text from right to left)."""


def escape_terminal(text: str) -> str:
    """``text`` with what would steer a terminal made visible.

    Mirrors cli-runtime's printers.EscapeTerminal, which knows of escape and carriage return alone.
    """
    return text if text.isascii() and text.isprintable() else text.translate(CONTROLS)
