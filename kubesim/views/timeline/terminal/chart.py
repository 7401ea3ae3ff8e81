"""The chart of a timeline on a terminal: ready and other pods over time, with the floor and the ceiling.

A row is a pod, or several where there are many.  The floor and the ceiling lie between two rows, and so have rows of
their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from math import ceil

from kubesim.kubectl.printers.style import WAITING
from kubesim.views.timeline.terminal.canvas import BLANK, line_of
from kubesim.views.timeline.terminal.columns import column_of, cut_columns, step_columns
from kubesim.views.timeline.terminal.glyphs import ALARM, FAINT, LIMIT, NEW, OLD, STRONG

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kubesim.views.timeline.axis import Axis
    from kubesim.views.timeline.model import Step, Timeline
    from kubesim.views.timeline.terminal.canvas import Cell, Line
    from kubesim.views.timeline.terminal.glyphs import Glyphs

MOST_ROWS = 16
FLOOR, CEILING = "floor", "ceiling"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the chart: of pods, numbered from 1, or with ``limit`` the line above that row."""

    number: int
    limit: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """The rows of the charts of several timelines, from the top; ``pods_per_row`` of them a row."""

    pods_per_row: int
    rows: tuple[Row, ...]

    @property
    def widest_label(self) -> str:
        """The longest label that a row may have."""
        top = max(row.number for row in self.rows) * self.pods_per_row
        return CEILING if self.pods_per_row == 1 else f"{CEILING} {top}"

    def row_of(self, pods: int) -> int:
        """The highest row that so many pods reach."""
        return ceil(pods / self.pods_per_row)


def scale_of(timelines: Iterable[Timeline]) -> Scale:
    """The scale that these have in common."""
    steps = [step for timeline in timelines for step in timeline.steps]
    top = max(1, *(max(step.pods, step.ceiling) for step in steps))
    per_row = next(pods for pods in _pods_per_row() if pods * MOST_ROWS >= top)
    limits = {Row(ceil(step.floor / per_row), FLOOR) for step in steps if step.desired}
    limits |= {Row(ceil(step.ceiling / per_row), CEILING) for step in steps if step.desired}
    pods = {Row(number) for number in range(1, ceil(top / per_row) + 1)}
    order = {CEILING: 0, FLOOR: 1, "": 2}
    return Scale(per_row, tuple(sorted(limits | pods, key=lambda row: (-row.number, order[row.limit]))))


def _free_place(line: Line, width: int, wanted: int) -> int | None:
    """The place closest to ``wanted`` that has so many blanks and one on each side, rather to its right."""
    ends = range(len(line) - width + 1)
    free = [at for at in ends if all(cell == BLANK for cell in line[max(0, at - 1) : at + width + 1])]
    return min(free, key=lambda at: (abs(at - wanted), at < wanted), default=None)


def _pods_per_row() -> Iterator[int]:
    """1, 2, 5, 10, 20, 50, ..."""
    return (number * 10**power for power in count() for number in (1, 2, 5))


class Chart:
    """Draws one timeline."""

    def __init__(self, timeline: Timeline, axis: Axis, scale: Scale, glyphs: Glyphs) -> None:
        self._timeline, self._axis, self._scale, self._glyphs = timeline, axis, scale, glyphs
        self._columns = step_columns(timeline, axis)
        self._cut = cut_columns(axis)
        self._marked = {column_of(axis, mark.instant - timeline.zero) for mark in timeline.marks}

    def rows(self) -> Iterator[tuple[str, Line]]:
        """Each row from the top: its label, and its cells."""
        for row in self._scale.rows:
            label = self._limit(row) if row.limit else str(row.number * self._scale.pods_per_row)
            yield label, [self._cell(row, column) for column in range(len(self._columns))]

    def marks(self) -> Line:
        """The numbers of the marks, each at its instant or as close to it as there is room."""
        line: Line = [BLANK] * len(self._columns)
        for number, mark in enumerate(self._timeline.marks, 1):
            text = str(number)
            column = column_of(self._axis, mark.instant - self._timeline.zero)
            at = _free_place(line, len(text), column)
            if at is not None:
                line[at : at + len(text)] = line_of(text, STRONG)
        return line

    def _limit(self, row: Row) -> str:
        """The name of a line, if this timeline has it at that height: another beside it may.

        With its number, where a row is several pods.
        """
        found = (step for step in self._columns if step is not None and self._has_line(step, row))
        step = next(found, None)
        if step is None or self._scale.pods_per_row == 1:
            return row.limit if step else ""
        return f"{row.limit} {step.floor if row.limit == FLOOR else step.ceiling}"

    def _cell(self, row: Row, column: int) -> Cell:
        step = self._columns[column]
        if column in self._cut:
            return self._glyphs.cut, FAINT
        if step is None:
            return BLANK
        if not row.limit:
            return self._body(step, row.number) or self._background(column)
        between = self._between(step, row.number)
        if self._has_line(step, row) and column % 2 == 0:
            return self._glyphs.line, f"{LIMIT} on {NEW}" if between == (self._glyphs.ready_new, NEW) else LIMIT
        return between or self._background(column)

    def _has_line(self, step: Step, row: Row) -> bool:
        level = step.floor if row.limit == FLOOR else step.ceiling
        return bool(step.desired) and self._scale.row_of(level) == row.number

    def _between(self, step: Step, number: int) -> Cell | None:
        """What is drawn between a row and the one above it: what reaches from the one into the other."""
        above = self._body(step, number + 1)
        return above if number == 0 or self._body(step, number) else None

    def _background(self, column: int) -> Cell:
        return (self._glyphs.mark, FAINT) if column in self._marked else BLANK

    def _body(self, step: Step, number: int) -> Cell | None:
        """What a row shows of a step: too few pods before all, else what its middle pod is."""
        lowest, highest = (number - 1) * self._scale.pods_per_row + 1, number * self._scale.pods_per_row
        if step.is_below_floor and highest > step.ready and lowest <= step.floor:
            return self._glyphs.below_floor, ALARM
        return self._pod(step, (lowest + highest + 1) // 2)

    def _pod(self, step: Step, number: int) -> Cell | None:
        """What the pod of that number is, counted from those that are ready."""
        parts: Sequence[tuple[int, Cell]] = (
            (step.ready_old, (self._glyphs.ready_old, OLD)),
            (step.ready, (self._glyphs.ready_new, NEW)),
            (step.pods, (self._glyphs.not_ready, WAITING)),
        )
        return next((cell for count, cell in parts if number <= count), None)
