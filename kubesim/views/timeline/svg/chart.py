"""The chart of a timeline: areas of ready and other pods over time, the floor and the ceiling, and the time axis."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from kubesim.views.timeline.svg.document import element, gap, number, rectangles, text, width_of
from kubesim.views.timeline.svg.palette import ALARM, NEW, OLD, WAITING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kubesim.views.timeline.axis import Axis
    from kubesim.views.timeline.model import Step, Timeline

CLOSEST_ROWS = 18  # between the labels of two numbers of pods
THINNEST = 1.5  # what is below the floor is seen, however short
MARK_RADIUS = 9
SLANT = 4  # of what is cut
TICK_SIZE = 12

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a chart is: the left end of its time axis, its top and its bottom, and how many pods are that high."""

    left: float
    top: float
    bottom: float
    pods: int

    def height(self, pods: int) -> float:
        """The y of so many pods."""
        return self.bottom - (self.bottom - self.top) * pods / self.pods


class Chart:
    """Draws one timeline in a frame."""

    def __init__(self, timeline: Timeline, axis: Axis, frame: Frame) -> None:
        self._timeline, self._axis, self._frame = timeline, axis, frame

    def elements(self) -> Iterator[str]:
        """All of it, from the back to the front."""
        yield from self._rows()
        yield self._area(OLD, lambda step: (0, step.ready_old))
        yield self._area(NEW, lambda step: (step.ready_old, step.ready))
        yield self._area(WAITING, lambda step: (step.ready, step.pods))
        yield rectangles(self._missing(), ALARM)
        yield self._limit("ceiling", lambda step: step.ceiling)
        yield self._limit("floor", lambda step: step.floor)
        yield from self._marks()
        yield from self._time_axis()
        for cut in self._axis.cuts:
            left, right = self._frame.left + cut.left, self._frame.left + cut.right
            yield gap(left + SLANT, right - SLANT, self._frame.top - 6, self._frame.bottom + 4, SLANT)
        yield from self._limit_labels()

    def x(self, instant: int) -> float:
        """The x of an instant (ms)."""
        return self._frame.left + self._axis.place(instant - self._timeline.zero)

    @property
    def _right(self) -> float:
        return self._frame.left + self._axis.width

    def _rows(self) -> Iterator[str]:
        """The numbers of pods on the left."""
        frame = self._frame
        unit = (frame.bottom - frame.top) / frame.pods
        steps = (factor * 10**power for power in count() for factor in (1, 2, 5))
        step = next(step for step in steps if step * unit >= CLOSEST_ROWS)
        for pods in range(0, frame.pods + 1, step):
            yield text(frame.left - 8, frame.height(pods) + 4, str(pods), "label faint", "end")

    def _area(self, style: str, bounds: Callable[[Step], tuple[int, int]]) -> str:
        boxes = []
        for step, until in self._timeline.periods():
            lower, upper = bounds(step)
            boxes.append((self.x(step.instant), self._frame.height(upper), self.x(until), self._frame.height(lower)))
        return rectangles(boxes, style)

    def _missing(self) -> Iterator[Box]:
        """What is missing up to the floor."""
        for step, until in self._timeline.periods():
            if step.is_below_floor:
                left, right = self.x(step.instant), self.x(until)
                top, bottom = self._frame.height(step.floor), self._frame.height(step.ready)
                yield left, top, max(right, left + THINNEST), bottom

    def _limit(self, name: str, level: Callable[[Step], int]) -> str:
        """The floor or the ceiling, in steps; it has gaps where no pod is wanted."""
        path, reached = "", -1.0
        for step, until in self._timeline.periods():
            if step.desired:
                left, right, y = self.x(step.instant), self.x(until), self._frame.height(level(step))
                path += f"{'L' if left == reached else 'M'}{number(left)} {number(y)}H{number(right)}"
                reached = right
        return element("path", d=path, class_=f"limit {name}") if path else ""

    def _limit_labels(self) -> Iterator[str]:
        """The last values of the ceiling, above its line, and of the floor, below its own: they never meet."""
        wanted = [step for step in self._timeline.steps if step.desired]
        if wanted:
            x, last = self._right + 6, wanted[-1]
            yield text(x, self._frame.height(last.ceiling) - 3, f"ceiling {last.ceiling}", "label ink")
            yield text(x, self._frame.height(last.floor) + 13, f"floor {last.floor}", "label ink")

    def _marks(self) -> Iterator[str]:
        """A numbered disc for each mark, above the chart, and a line down from it."""
        y = self._frame.top - MARK_RADIUS - 10
        places = [self.x(mark.instant) for mark in self._timeline.marks]
        for index, (place, x) in enumerate(zip(places, spread(places, self._right), strict=True), 1):
            line = (
                f"M{number(x)} {number(y)}L{number(place)} {number(self._frame.top - 4)}V{number(self._frame.bottom)}"
            )
            yield element("path", d=line, class_="rule", stroke_dasharray="1 3")
            yield element("circle", cx=x, cy=y, r=MARK_RADIUS, class_="ink")
            yield text(x, y + 4, str(index), "number paper", "middle")

    def _time_axis(self) -> Iterator[str]:
        left, bottom = self._frame.left, self._frame.bottom
        yield element("path", d=f"M{number(left)} {number(bottom)}H{number(self._right)}", class_="rule")
        for tick in self._axis.ticks(lambda content: width_of(content, TICK_SIZE), 10):
            yield element("path", d=f"M{number(left + tick.place)} {number(bottom)}v5", class_="rule")
            yield text(left + (tick.left + tick.right) / 2, bottom + 19, tick.text, "label faint", "middle")
        for label in self._axis.cut_labels(lambda content: width_of(content, TICK_SIZE), 10):
            yield text(left + (label.left + label.right) / 2, bottom + 36, label.text, "label faint", "middle")


def spread(places: list[float], right: float) -> list[float]:
    """The places of discs that do not touch, as close to those asked for as the right end lets them be."""
    apart = 2 * MARK_RADIUS + 3
    found: list[float] = []
    for place in places:
        found.append(max(place, found[-1] + apart) if found else place)
    limit = right
    for index in range(len(found) - 1, -1, -1):
        found[index] = min(found[index], limit)
        limit = found[index] - apart
    return found
