"""A whole picture: one timeline, or two side by side, with their heads, commands and lanes, and one legend."""

from __future__ import annotations

from dataclasses import dataclass

from kubesim.views.lengths import length_text
from kubesim.views.timeline import requests
from kubesim.views.timeline.alike import widest_labels
from kubesim.views.timeline.axis import axis_of
from kubesim.views.timeline.model import PodState
from kubesim.views.timeline.requests import outcomes_of, slices_of
from kubesim.views.timeline.svg.chart import Chart, Frame
from kubesim.views.timeline.svg.document import (
    MONO,
    cut_to,
    element,
    escaped,
    gap,
    number,
    rectangles,
    text,
    width_of,
    wrapped,
)
from kubesim.views.timeline.svg.lanes import BAR, groups_of, height_of, lane_elements
from kubesim.views.timeline.svg.palette import (
    ALARM,
    CUT,
    LANE_STYLES,
    NEW,
    OLD,
    OTHER,
    PAPER,
    ROOT,
    WAITING,
    patterns,
    style_sheet,
)
from kubesim.views.timeline.svg.requests import request_elements, request_height
from kubesim.views.timeline.svg.words import description_of, title_of
from kubesim.views.timeline.verdict import sentences_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubesim.views.timeline.axis import Axis
    from kubesim.views.timeline.model import Timeline

WIDTH_OF_ONE, WIDTH_OF_MORE = 960, 640
MARGIN, GAP = 28, 36
LIMIT_WIDTH = 84  # right of the time axis, for the values of floor and ceiling
LEAST_GUTTER, NAMES_SHARE = 40, 0.3  # of the width, for the full names of pods
CHART_HEIGHT, MARKS_HEIGHT = 200, 44
CUT_WIDTH = 18
TITLE, VERDICT, NAME, LABEL = 18, 14, 12, 12  # sizes of text
VERDICT_LINE, MARK_LINE, LEGEND_LINE = 20, 20, 22
BOLD = 0.68  # the width of a bold character, as a share of its size


@dataclass(frozen=True, slots=True)
class Layout:
    """What the panels of a picture have in common, in pixels; the y of each part."""

    gutter: float
    are_names_full: bool
    axis: Axis
    pods: int
    chart_top: float
    list_top: float
    requests_top: float
    lanes_top: float
    legend_top: float


def render(timelines: Sequence[Timeline]) -> str:
    """The picture of one timeline or of several, as a document of its own."""
    panels = [Panel(timeline, len(timelines)) for timeline in timelines]
    layout = _layout(panels)
    width = 2 * MARGIN + len(panels) * panels[0].width + (len(panels) - 1) * GAP
    legend = list(_legend(timelines, layout, width - 2 * MARGIN))
    height = layout.legend_top + LEGEND_LINE * (len(legend) - 1) + MARGIN
    drawn = [element("title", escaped(title_of(timelines)), id=f"{ROOT}-title")]
    drawn += [element("desc", escaped(description_of(timelines)), id=f"{ROOT}-description")]
    drawn += [style_sheet(), patterns(), element("rect", width=width, height=height, class_=PAPER)]
    for index, panel in enumerate(panels):
        drawn += panel.elements(layout, MARGIN + index * (panels[0].width + GAP))
    drawn += [markup for line in legend for markup in line]
    content = "\n".join(filter(None, ["", *drawn, ""]))
    return _document(width, height, content)


def _document(width: float, height: float, content: str) -> str:
    whole = element(
        "svg",
        content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        class_=ROOT,
        role="img",
        aria_labelledby=f"{ROOT}-title {ROOT}-description",
    )
    return whole + "\n"


def _layout(panels: Sequence[Panel]) -> Layout:
    """Where the parts of the panels go: each as far down as the highest of those above it needs."""
    timelines = [panel.timeline for panel in panels]
    width = panels[0].width
    full, short = (12 + width_of(label, NAME, MONO) for label in widest_labels(timelines))
    are_full = full <= NAMES_SHARE * width
    outcomes = (12 + width_of(outcome, LABEL) for timeline in timelines for outcome in outcomes_of(timeline))
    gutter = max(LEAST_GUTTER, full if are_full else short, *outcomes)
    axis = axis_of(timelines, width - gutter - LIMIT_WIDTH, CUT_WIDTH)
    chart_top = MARGIN + 42 + max(len(panel.verdict) for panel in panels) * VERDICT_LINE - 6
    chart_top += MARKS_HEIGHT if any(timeline.marks for timeline in timelines) else 12
    list_top = chart_top + CHART_HEIGHT + (62 if axis.cuts else 45)
    requests_top = list_top + max(len(panel.mark_lines()) for panel in panels) * MARK_LINE
    lanes_top = requests_top + max(map(request_height, timelines))
    lanes_height = max(height_of(groups_of(timeline, axis)) for timeline in timelines)
    pods = max(1, *(max(step.pods, step.ceiling) for timeline in timelines for step in timeline.steps))
    return Layout(
        gutter, are_full, axis, pods, chart_top, list_top, requests_top, lanes_top, lanes_top + lanes_height + 28
    )


class Panel:
    """One timeline in the picture, one of ``many``."""

    def __init__(self, timeline: Timeline, many: int) -> None:
        self.timeline = timeline
        self.width = WIDTH_OF_ONE - 2 * MARGIN if many == 1 else WIDTH_OF_MORE
        self.verdict = [line for sentence in sentences_of(timeline) for line in wrapped(sentence, self.width, VERDICT)]

    def mark_lines(self) -> list[tuple[str, str, str]]:
        """The number, the instant and the text of each mark; a long text goes on in lines of its own."""
        lines = []
        for index, (mark, when) in enumerate(zip(self.timeline.marks, self._whens(), strict=True), 1):
            texts = wrapped(mark.text, self.width - self._indent(), NAME, MONO)
            lines += [(str(index), when, texts[0]), *(("", "", more) for more in texts[1:])]
        return lines

    def _whens(self) -> list[str]:
        return [length_text(mark.instant - self.timeline.zero) for mark in self.timeline.marks]

    def _indent(self) -> float:
        """The room before a command, for its number and its instant."""
        return 36 + max(width_of(when, LABEL) for when in self._whens())

    def elements(self, layout: Layout, left: float) -> Iterator[str]:
        """All of the panel; its left edge is at ``left``."""
        yield from self._head(left)
        plot = left + layout.gutter
        frame = Frame(plot, layout.chart_top, layout.chart_top + CHART_HEIGHT, layout.pods)
        yield from Chart(self.timeline, layout.axis, frame).elements()
        yield from self._mark_list(left, layout.list_top)
        yield from request_elements(self.timeline, layout.axis, plot, layout.requests_top)
        groups = groups_of(self.timeline, layout.axis)
        yield from lane_elements(self.timeline, layout.axis, groups, plot, layout.lanes_top, layout.are_names_full)

    def _head(self, left: float) -> Iterator[str]:
        name = cut_to(self.timeline.title, self.width - 160, TITLE, BOLD)
        strategy = element("tspan", escaped(f" {self.timeline.strategy}"), dx=6, class_="label faint")
        yield element("text", escaped(name) + strategy, x=left, y=MARGIN + 14, class_="title ink")
        for index, line in enumerate(self.verdict):
            yield text(left, MARGIN + 38 + index * VERDICT_LINE, line, "verdict ink")

    def _mark_list(self, left: float, top: float) -> Iterator[str]:
        for index, (number_text, when, content) in enumerate(self.mark_lines()):
            y = top + index * MARK_LINE
            if number_text:
                yield element("circle", cx=left + 8, cy=y - 4, r=8, class_="ink")
                yield text(left + 8, y, number_text, "number paper", "middle")
                yield text(left + self._indent() - 10, y, when, "label faint", "end")
            yield text(left + self._indent(), y, content, "name ink")


def _legend(timelines: Sequence[Timeline], layout: Layout, width: float) -> Iterator[list[str]]:
    """The lines of the legend: what is there, from left to right."""
    x, y, line = float(MARGIN), layout.legend_top, list[str]()
    for swatch, content in _entries(timelines, bool(layout.axis.cuts)):
        needed = 24 + width_of(content, LABEL)
        if line and x + needed > MARGIN + width:
            yield line
            x, y, line = float(MARGIN), y + LEGEND_LINE, []
        line.append(element("g", _swatch(*swatch), transform=f"translate({number(x)} {number(y)})"))
        line.append(text(x + 24, y, content, "label ink"))
        x += needed + 16
    yield line


def _swatch(style: str, share: float) -> str:
    """A piece of what is drawn, 18 pixels wide on the base line."""
    bar = rectangles([(0, -share * BAR, 18, 0)], style)
    return bar + gap(6, 12, -BAR - 1, 1, 1.5) if style == CUT else bar


def _entries(timelines: Sequence[Timeline], is_cut: bool) -> Iterator[tuple[tuple[str, float], str]]:
    """Class and height of a swatch, and what it stands for."""
    steps = [step for timeline in timelines for step, _ in timeline.periods()]
    slices = [part for timeline in timelines for part in slices_of(timeline)]
    states = {span.state for timeline in timelines for lane in timeline.lanes for span in lane.spans}
    areas = (
        (NEW, "ready, newest template", any(step.ready_new for step in steps)),
        (OLD, "ready, older template", any(step.ready_old for step in steps)),
        (WAITING, "not ready", any(step.not_ready for step in steps)),
        (ALARM, "below the floor", any(step.is_below_floor for step in steps)),
        (OTHER, "answered by another workload", any(part.counts.get(requests.OTHER) for part in slices)),
    )
    yield from (((style, 1.0), content) for style, content, is_there in areas if is_there)
    if any(part.answered < part.total for part in slices):
        states.add(PodState.FAILED)
    yield from ((LANE_STYLES[state], state.value.lower()) for state in PodState if state in states & LANE_STYLES.keys())
    if is_cut:
        yield (CUT, 1.0), "time left out"
