"""The lanes of the pods below a chart, on the same time axis."""

from __future__ import annotations

from itertools import groupby

from kubesim.views.timeline.alike import MOST_LANES, Alike, alike, left_out, shown
from kubesim.views.timeline.model import PodState
from kubesim.views.timeline.svg.document import gap, rectangles, text
from kubesim.views.timeline.svg.palette import LANE_STYLES, NEW, OLD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubesim.views.timeline.axis import Axis
    from kubesim.views.timeline.model import Lane, Span, Timeline

PITCH, BAR, HEADING = 17, 11, 22
SLANT = 1.5  # of what is cut

#: How many pixels lanes may differ by and be drawn as one, the more lanes there are.
TOLERANCES = (1, 4, 16)

#: The class of a bar and its height as a share of the lane's; its left and its right end.
Bar = tuple[tuple[str, float], float, float]


def groups_of(timeline: Timeline, axis: Axis) -> list[Alike]:
    """The lanes of a timeline, those that are drawn alike as one."""
    tried = (_groups(timeline, axis, pixels) for pixels in TOLERANCES)
    return next((groups for groups in tried if len(groups) <= MOST_LANES), _groups(timeline, axis, TOLERANCES[-1]))


def _groups(timeline: Timeline, axis: Axis, pixels: int) -> list[Alike]:
    return alike(timeline.lanes, lambda lane: _look(lane, timeline.zero, axis, pixels))


def _look(lane: Lane, zero: int, axis: Axis, pixels: int) -> tuple[object, ...]:
    return tuple((style, left // pixels, right // pixels) for style, left, right in bars_of(lane, zero, axis))


def bars_of(lane: Lane, zero: int, axis: Axis) -> list[Bar]:
    """The bars of a lane: what looks the same, one after the other, is one."""
    bars = []
    for style, same in groupby(lane.spans, key=style_of):
        spans = list(same)
        bars.append((style, axis.place(spans[0].begin - zero), axis.place(spans[-1].end - zero)))
    return bars


def style_of(span: Span) -> tuple[str, float]:
    """The class of a span, and its height as a share of the lane's."""
    if span.state is PodState.READY:
        return (NEW if span.is_new else OLD), 1.0
    return LANE_STYLES[span.state]


def height_of(groups: Sequence[Alike]) -> float:
    """How high the lanes are together."""
    lanes = shown(groups)
    headings = sum(bool(heading) for heading, _ in lanes)
    rest = HEADING if left_out(groups) else 0
    return sum(len(same) for _, same in lanes) * PITCH + headings * HEADING + rest


def lane_elements(
    timeline: Timeline, axis: Axis, groups: Sequence[Alike], left: float, top: float, are_full: bool
) -> Iterator[str]:
    """The lanes from ``top`` on; time begins at ``left``, and ``are_full`` labels the lanes with full names."""
    y = top
    for heading, same in shown(groups):
        if heading:
            y += HEADING
            yield text(left, y - 7, heading, "name faint")
        for group in same:
            yield text(left - 8, y + 9.5, group.full_label if are_full else group.short_label, "name ink", "end")
            yield from _bars(bars_of(group.lane, timeline.zero, axis), axis, left, y)
            y += PITCH
    if rest := left_out(groups):
        yield text(left, y + HEADING - 7, rest, "label faint")


def _bars(bars: Sequence[Bar], axis: Axis, left: float, top: float) -> Iterator[str]:
    """The bars, which all stand on the lane's base, and the gaps in them."""
    bottom = top + BAR
    for (style, share), begin, end in bars:
        yield rectangles([(left + begin, bottom - share * BAR, left + max(end, begin + 1), bottom)], style)
    for cut in axis.cuts:
        if any(begin < cut.right and end > cut.left for _, begin, end in bars):
            yield gap(left + cut.left + SLANT, left + cut.right - SLANT, top - 1, bottom + 1, SLANT)
