"""What each column of a terminal shows of a stretch of time in which several things may happen."""

from __future__ import annotations

from math import ceil, floor

from kubesim.views.timeline.model import PodState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeVar

    from kubesim.views.timeline.axis import Axis
    from kubesim.views.timeline.model import Lane, Span, Step, Timeline
    from kubesim.views.timeline.requests import Slice

    T = TypeVar("T")


def step_columns(timeline: Timeline, axis: Axis) -> list[Step | None]:
    """The step of each column: the one furthest below its floor if any is, else the one that holds longest."""
    periods = ((step, step.instant, until) for step, until in timeline.periods())
    return _columns(periods, timeline.zero, axis, lambda step: max(0, step.floor - step.ready))


def span_columns(lane: Lane, zero: int, axis: Axis) -> list[Span | None]:
    """The span of each column: a failure if there is any, else the longest; None where there is no pod."""
    periods = ((span, span.begin, span.end) for span in lane.spans)
    return _columns(periods, zero, axis, lambda span: span.state is PodState.FAILED)


def outcome_columns(slices: Sequence[Slice], outcome: str, zero: int, axis: Axis) -> list[Slice | None]:
    """The requests of each column of which some had an outcome, those that were sent for longest."""
    periods = ((part, part.begin, part.end) for part in slices if part.of(outcome))
    return _columns(periods, zero, axis, lambda _: 0)


def column_of(axis: Axis, instant: int) -> int:
    """The column in which an instant (ms from zero) is."""
    return min(floor(axis.place(instant)), int(axis.width) - 1)


def cut_columns(axis: Axis) -> set[int]:
    """The column in the middle of each cut, which is drawn as one."""
    return {int(piece.left + piece.right) // 2 for piece in axis.cuts}


def _columns(periods: Iterable[tuple[T, int, int]], zero: int, axis: Axis, alarm: Callable[[T], int]) -> list[T | None]:
    """Of what holds in a column, what has the greatest ``alarm``, and of these what takes most of the column."""
    found: list[T | None] = [None] * int(axis.width)
    ranks = [(-1, 0.0)] * len(found)
    for value, begin, end in periods:
        left, right = axis.place(begin - zero), axis.place(end - zero)
        for column in range(floor(left), min(len(found), ceil(right))):
            rank = (int(alarm(value)), min(right, column + 1) - max(left, column))
            if rank > ranks[column]:
                found[column], ranks[column] = value, rank
    return found
