"""The lanes of the pods on a terminal, below the chart and on the same time axis."""

from __future__ import annotations

from kubesim.kubectl.printers.style import BAD
from kubesim.network.model import ANSWERED
from kubesim.views.timeline.alike import alike, left_out, shown
from kubesim.views.timeline.requests import heading_of, outcomes_of, slices_of
from kubesim.views.timeline.terminal.canvas import BLANK, line_of
from kubesim.views.timeline.terminal.columns import cut_columns, outcome_columns, span_columns
from kubesim.views.timeline.terminal.glyphs import FAINT, cell_of_answers, cell_of_state

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.views.timeline.axis import Axis
    from kubesim.views.timeline.model import Lane, Timeline
    from kubesim.views.timeline.requests import Slice
    from kubesim.views.timeline.terminal.canvas import Cell, Line
    from kubesim.views.timeline.terminal.glyphs import Glyphs


def lane_rows(timeline: Timeline, axis: Axis, glyphs: Glyphs, are_full: bool) -> list[tuple[str, Line]]:
    """A label and cells for each lane, under the heading of its revision; ``are_full`` labels them by full names."""
    groups = alike(timeline.lanes, lambda lane: tuple(_cells(lane, timeline.zero, axis, glyphs)))
    rows: list[tuple[str, Line]] = []
    for heading, lanes in shown(groups):
        rows += [("", line_of(heading, FAINT))] if heading else []
        for group in lanes:
            cells = _cells(group.lane, timeline.zero, axis, glyphs)
            rows.append((group.full_label if are_full else group.short_label, cells))
    rest = left_out(groups)
    return [*rows, ("", line_of(rest, FAINT))] if rest else rows


def request_rows(timeline: Timeline, axis: Axis, glyphs: Glyphs) -> list[tuple[str, Line]]:
    """A heading, and a label and cells for each outcome of requests; none where there are no requests."""
    slices, outcomes = slices_of(timeline), outcomes_of(timeline)
    rows = [(outcome, _request_cells(slices, outcome, timeline.zero, axis, glyphs)) for outcome in outcomes]
    return [("", line_of(heading_of(timeline), FAINT)), *rows] if rows else []


def _request_cells(slices: Sequence[Slice], outcome: str, zero: int, axis: Axis, glyphs: Glyphs) -> Line:
    """Who answered the requests of a column; where others had that outcome, that some did."""
    return _cut(
        [
            BLANK if part is None else cell_of_answers(glyphs, part.by) if outcome == ANSWERED else (glyphs.failed, BAD)
            for part in outcome_columns(slices, outcome, zero, axis)
        ],
        axis,
        glyphs,
    )


def _cells(lane: Lane, zero: int, axis: Axis, glyphs: Glyphs) -> Line:
    cells: Line = [
        BLANK if span is None else cell_of_state(glyphs, span.state, span.is_new)
        for span in span_columns(lane, zero, axis)
    ]
    return _cut(cells, axis, glyphs)


def _cut(cells: Line, axis: Axis, glyphs: Glyphs) -> Line:
    """The cells with a mark where time is left out."""
    cut: Cell = (glyphs.cut, FAINT)
    for column in cut_columns(axis):
        cells[column] = cells[column] if cells[column] == BLANK else cut
    return cells
