"""A whole page: heads, charts, time axes, commands and lanes of one or two timelines, and one legend."""

from __future__ import annotations

from dataclasses import dataclass

from kubesim.kubectl.printers.style import WAITING
from kubesim.views.lengths import length_text
from kubesim.views.timeline.alike import widest_labels
from kubesim.views.timeline.axis import axis_of
from kubesim.views.timeline.model import MarkKind, PodState
from kubesim.views.timeline.requests import OTHER, outcomes_of, slices_of
from kubesim.views.timeline.terminal.canvas import BLANK, beside, filled, fitted, line_of, text_of, wrapped
from kubesim.views.timeline.terminal.chart import Chart, scale_of
from kubesim.views.timeline.terminal.columns import cut_columns
from kubesim.views.timeline.terminal.glyphs import (
    ALARM,
    BLOCKS,
    FAINT,
    LIMIT,
    NEW,
    OLD,
    STRONG,
    cell_of_answers,
    cell_of_state,
)
from kubesim.views.timeline.terminal.lanes import lane_rows, request_rows
from kubesim.views.timeline.verdict import sentences_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubesim.views.timeline.axis import Axis, Label
    from kubesim.views.timeline.model import Timeline
    from kubesim.views.timeline.terminal.canvas import Cell, Line
    from kubesim.views.timeline.terminal.chart import Scale
    from kubesim.views.timeline.terminal.glyphs import Glyphs

GAP = 4  # columns between two timelines side by side
CUT_WIDTH = 3
#: The least columns of a timeline, which a narrower terminal wraps, and of one beside another.
NARROWEST, NARROWEST_OF_SEVERAL = 24, 36
NAMES_SHARE = 4  # the full names of pods take a quarter of the width at most


@dataclass(frozen=True, slots=True)
class Layout:
    """What the panels of a page have in common; widths are in columns, the gutter is left of the time axis."""

    width: int
    gutter: int
    are_names_full: bool
    axis: Axis
    scale: Scale
    glyphs: Glyphs


def render(timelines: Sequence[Timeline], width: int, *, colour: bool, glyphs: Glyphs = BLOCKS) -> str:
    """One timeline, or several side by side, ``width`` columns wide at most; below each other where that is narrow."""
    many = len(timelines)
    panel_width = (width - GAP * (many - 1)) // many
    if many > 1 and panel_width < NARROWEST_OF_SEVERAL:
        return "\n".join(render([timeline], width, colour=colour, glyphs=glyphs) for timeline in timelines)
    layout = _layout(timelines, max(NARROWEST, panel_width), glyphs)
    panels = [Panel(timeline, layout).blocks() for timeline in timelines]
    widths = [layout.width] * many
    lines = [line for blocks in zip(*panels, strict=True) for line in beside(blocks, widths, GAP)]
    return text_of([*lines, [], *_legend(timelines, layout, max(NARROWEST, width))], colour)


def _layout(timelines: Sequence[Timeline], width: int, glyphs: Glyphs) -> Layout:
    scale = scale_of(timelines)
    full, short = (len(label) + 1 for label in widest_labels(timelines))
    are_full = NAMES_SHARE * full <= width
    outcomes = [len(outcome) + 1 for timeline in timelines for outcome in outcomes_of(timeline)]
    gutter = max(full if are_full else short, len(scale.widest_label) + 2, *outcomes)
    axis = axis_of(timelines, width - gutter, CUT_WIDTH, whole=True)
    return Layout(width, gutter, are_full, axis, scale, glyphs)


class Panel:
    """One timeline on a page."""

    def __init__(self, timeline: Timeline, layout: Layout) -> None:
        self._timeline, self._layout = timeline, layout
        self._axis, self._glyphs = layout.axis, layout.glyphs
        self._width, self._gutter = layout.width, layout.gutter
        self._chart = Chart(timeline, layout.axis, layout.scale, layout.glyphs)

    def blocks(self) -> Iterator[list[Line]]:
        """The parts of the panel from the top; those of panels side by side begin on the same line."""
        yield self._head()
        yield [[], self._row("", self._chart.marks())] if self._timeline.marks else [[]]
        yield [self._row(label, cells, FAINT if label.isdigit() else LIMIT) for label, cells in self._chart.rows()]
        yield self._time_axis()
        yield _apart(self._mark_list())
        yield _apart(self._requests())
        yield _apart(self._lanes())

    def _head(self) -> list[Line]:
        title = line_of(self._timeline.title, STRONG)
        strategy = line_of(f"  {self._timeline.strategy}", FAINT) if self._timeline.strategy else []
        texts = sentences_of(self._timeline)
        return [self._fitted([*title, *strategy]), *(line for text in texts for line in wrapped(text, self._width))]

    def _row(self, label: str, cells: Line, style: str = "") -> Line:
        """A label in the gutter, and what is right of it."""
        return [*line_of(label.rjust(self._gutter - 1)[: self._gutter - 1], style), BLANK, *cells]

    def _time_axis(self) -> list[Line]:
        glyphs = self._glyphs
        ticks, cuts = self._axis.ticks(len, 2), self._axis.cut_labels(len, 2)
        line = line_of(glyphs.axis * int(self._axis.width), FAINT)
        for tick in ticks:
            line[min(int(tick.place), len(line) - 1)] = (glyphs.tick, FAINT)
        for column in cut_columns(self._axis):
            line[column] = (glyphs.cut, FAINT)
        rows = [self._row("0", line, FAINT), self._row("", self._labels(ticks))]
        return [*rows, self._row("", self._labels(cuts))] if cuts else rows

    def _labels(self, labels: Sequence[Label]) -> Line:
        line: Line = [BLANK] * int(self._axis.width)
        for label in labels:
            line[int(label.left) : int(label.left) + len(label.text)] = line_of(label.text, FAINT)
        return line

    def _mark_list(self) -> list[Line]:
        marks = self._timeline.marks
        whens = [length_text(mark.instant - self._timeline.zero) for mark in marks]
        widths = len(str(len(marks))), max(map(len, whens), default=0)
        lines: list[Line] = []
        for number, (mark, when) in enumerate(zip(marks, whens, strict=True), 1):
            style = WAITING if mark.kind is MarkKind.CONDITION else ""
            start = [*line_of(f"{number:>{widths[0]}} ", STRONG), *line_of(f"{when:>{widths[1]}}  ", FAINT)]
            texts = wrapped(mark.text, self._width - len(start), style)
            starts = [start, *[[BLANK] * len(start)] * len(texts)]
            lines += [[*before, *text] for before, text in zip(starts, texts, strict=False)]
        return lines

    def _requests(self) -> list[Line]:
        rows = request_rows(self._timeline, self._axis, self._glyphs)
        return [self._fitted(self._row(*row)) for row in rows]

    def _lanes(self) -> list[Line]:
        rows = lane_rows(self._timeline, self._axis, self._glyphs, self._layout.are_names_full)
        return [self._fitted(self._row(*row)) for row in rows]

    def _fitted(self, line: Line) -> Line:
        return fitted(line, self._width, self._glyphs.ellipsis) if len(line) > self._width else line


def _apart(lines: list[Line]) -> list[Line]:
    """The lines below an empty one, if there are any."""
    return [[], *lines] if lines else []


def _legend(timelines: Sequence[Timeline], layout: Layout, width: int) -> list[Line]:
    """What the characters mean, of those that are there."""
    glyphs = layout.glyphs
    steps = [step for timeline in timelines for step, _ in timeline.periods()]
    failed = any(part.total > part.answered for timeline in timelines for part in slices_of(timeline))
    spans = [span for timeline in timelines for lane in timeline.lanes for span in lane.spans]
    entries: list[tuple[bool, Cell, str]] = [
        (any(step.ready_new for step in steps), (glyphs.ready_new, NEW), "ready, newest template"),
        (any(step.ready_old for step in steps), (glyphs.ready_old, OLD), "ready, older template"),
        (any(step.not_ready for step in steps), (glyphs.not_ready, WAITING), "not ready"),
        (any(step.is_below_floor for step in steps), (glyphs.below_floor, ALARM), "below the floor"),
        (bool(layout.axis.cuts), (glyphs.cut, FAINT), "time left out"),
    ]
    answers = {part.by for timeline in timelines for part in slices_of(timeline) if part.answered}
    entries.append((OTHER in answers, cell_of_answers(glyphs, OTHER), "answered by another workload"))
    for state in PodState:
        cell = cell_of_state(glyphs, state, True)
        is_there = state is not PodState.READY and any(span.state is state for span in spans)
        is_there |= state is PodState.FAILED and failed
        entries.append((is_there, cell, state.value.lower()))
    items = [[cell, *line_of(f" {text}")] for is_there, cell, text in entries if is_there]
    return filled(items, width, 3)
