"""What requests came to, below a chart and on the same time axis: a row for each outcome.

A bar is as high as the share of the requests that had the outcome.
"""

from __future__ import annotations

from kubesim.network.model import ANSWERED
from kubesim.views.timeline import requests
from kubesim.views.timeline.requests import heading_of, outcomes_of, slices_of
from kubesim.views.timeline.svg.document import gap, rectangles, text
from kubesim.views.timeline.svg.lanes import BAR, HEADING, PITCH, SLANT
from kubesim.views.timeline.svg.palette import NEW, OLD, OTHER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubesim.views.timeline.axis import Axis
    from kubesim.views.timeline.model import Timeline
    from kubesim.views.timeline.requests import Slice

    Box = tuple[float, float, float, float]

STYLES = {requests.OLD: OLD, requests.NEW: NEW, requests.OTHER: OTHER}
FAILED = "failed"
THINNEST = 1.5  # what failed is seen, however short
LEAST = 3  # pixels: and however few


def request_height(timeline: Timeline) -> float:
    """How high all rows are, with what keeps them from the lanes below."""
    rows = len(outcomes_of(timeline))
    return HEADING + rows * PITCH if rows else 0


def request_elements(timeline: Timeline, axis: Axis, left: float, top: float) -> Iterator[str]:
    """The rows from ``top`` on; time begins at ``left``."""
    slices = slices_of(timeline)
    y = top + HEADING
    if slices:
        yield text(left, y - 7, heading_of(timeline), "name faint")
    for outcome in outcomes_of(timeline):
        row = _Row(slices, timeline.zero, axis, left, y)
        yield text(left - 8, y + 9.5, outcome, "label ink", "end")
        yield from row.answers() if outcome == ANSWERED else row.failures(outcome)
        yield from row.gaps(outcome)
        y += PITCH


class _Row:
    """Draws one row, the top of which is at ``top``."""

    def __init__(self, slices: Sequence[Slice], zero: int, axis: Axis, left: float, top: float) -> None:
        self._slices, self._zero, self._axis, self._left = slices, zero, axis, left
        self._top, self._bottom = top, top + BAR

    def answers(self) -> Iterator[str]:
        """Bars of those that answered, upon each other."""
        for by, style in STYLES.items():
            yield rectangles((box for part in self._slices for box in self._answer(part, by)), style)

    def failures(self, outcome: str) -> Iterator[str]:
        yield rectangles((box for part in self._slices for box in self._failure(part, outcome)), FAILED)

    def gaps(self, outcome: str) -> Iterator[str]:
        """Where time is left out of what is drawn."""
        there = [self._ends(part) for part in self._slices if part.of(outcome)]
        for cut in self._axis.cuts:
            left, right = self._left + cut.left, self._left + cut.right
            if any(begin < right and end > left for begin, end in there):
                yield gap(left + SLANT, right - SLANT, self._top - 1, self._bottom + 1, SLANT)

    def _ends(self, part: Slice) -> tuple[float, float]:
        begin, end = (self._left + self._axis.place(instant - self._zero) for instant in (part.begin, part.end))
        return begin, end

    def _answer(self, part: Slice, by: str) -> Iterator[Box]:
        below = 0
        for other in STYLES:
            if other == by and part.counts.get(by):
                left, right = self._ends(part)
                low, high = (self._bottom - BAR * count / part.total for count in (below, below + part.counts[by]))
                yield left, high, right, low
            below += part.counts.get(other, 0)

    def _failure(self, part: Slice, outcome: str) -> Iterator[Box]:
        if part.of(outcome):
            left, right = self._ends(part)
            height = max(LEAST, BAR * part.of(outcome) / part.total)
            yield left, self._bottom - height, max(right, left + THINNEST), self._bottom
