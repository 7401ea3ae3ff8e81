"""The plot of docs/performance.md: curves over powers of ten, as SVG text."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Curve = tuple[str, Sequence[tuple[float, float]]]

WIDTH, HEIGHT = 500, 330  # of a panel
LEFT, RIGHT, TOP, BOTTOM = 72, 136, 58, 48  # around the panel's axes
INK, FAINT, GRID = "#1f2328", "#656d76", "#e4e7eb"
COLOURS = ("#326ce5", "#d1642a", "#2a8f68")
STEPS = (1, 2, 5)
LINE_HEIGHT = 15


class Panel(NamedTuple):
    """Curves of seconds over sizes. The sizes stand at equal distances."""

    title: str
    x_label: str
    curves: Sequence[Curve]

    @property
    def sizes(self) -> list[float]:
        return sorted({size for _, points in self.curves for size, _ in points})

    @property
    def ticks(self) -> list[float]:
        """1, 2 and 5 times powers of ten around the seconds, the ends included."""
        seconds = [second for _, points in self.curves for _, second in points]
        low, high = math.floor(math.log10(min(seconds))), math.ceil(math.log10(max(seconds)))
        ticks = [step * 10.0**power for power in range(low, high + 1) for step in STEPS]
        first = max(tick for tick in ticks if tick <= min(seconds))
        last = min(tick for tick in ticks if tick >= max(seconds))
        return [tick for tick in ticks if first <= tick <= last]

    def x(self, size: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * self.sizes.index(size) / max(len(self.sizes) - 1, 1)

    def y(self, seconds: float) -> float:
        low, high = math.log(self.ticks[0]), math.log(self.ticks[-1])
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (math.log(seconds) - low) / (high - low or 1)


def svg(title: str, panels: Sequence[Panel]) -> str:
    """The panels side by side."""
    width = WIDTH * len(panels)
    shapes = [shape for index, panel in enumerate(panels) for shape in _group(panel, WIDTH * index)]
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" width="{width}" height="{HEIGHT}"'
            f' font-family="system-ui, -apple-system, Segoe UI, Helvetica, Arial, DejaVu Sans, sans-serif" font-size="12">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{width}" height="{HEIGHT}" rx="6" fill="#ffffff"/>',
            *shapes,
            "</svg>\n",
        )
    )


def _group(panel: Panel, left: int) -> Iterator[str]:
    yield f'<g transform="translate({left} 0)">'
    yield _text(LEFT, 28, panel.title, size=14, weight=600)
    yield from _axes(panel)
    for (_, points), colour in zip(panel.curves, COLOURS):
        yield _line([(panel.x(size), panel.y(seconds)) for size, seconds in points], colour)
        yield from (_dot(panel.x(size), panel.y(seconds), colour) for size, seconds in points)
    yield from _names(panel)
    yield "</g>"


def _axes(panel: Panel) -> Iterator[str]:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    for tick in panel.ticks:
        height = panel.y(tick)
        yield f'<path d="M{LEFT} {height:.1f}H{right}" stroke="{GRID}"/>'
        yield _text(LEFT - 10, height + 4, _seconds(tick), anchor="end", colour=FAINT)
    for size in panel.sizes:
        yield _text(panel.x(size), bottom + 20, f"{size:,.0f}", anchor="middle", colour=FAINT)
    yield _text((LEFT + right) / 2, bottom + 38, panel.x_label, anchor="middle", colour=FAINT)


def _names(panel: Panel) -> Iterator[str]:
    """Each curve's name at its end, no two over each other."""
    ends = sorted((panel.y(points[-1][1]), name, colour) for (name, points), colour in zip(panel.curves, COLOURS))
    before = -math.inf
    for height, name, colour in ends:
        before = max(height, before + LINE_HEIGHT)
        yield _text(WIDTH - RIGHT + 10, before + 4, name, colour=colour, weight=600)


def _seconds(value: float) -> str:
    return f"{value:g} s" if value >= 1 else f"{value * 1000:g} ms"


def _line(points: Sequence[tuple[float, float]], colour: str) -> str:
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2.5" stroke-linejoin="round"/>'


def _dot(x: float, y: float, colour: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}" stroke="#ffffff" stroke-width="1.5"/>'


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", colour: str = INK, size: int = 12, weight: int = 400
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" font-size="{size}"'
        f' font-weight="{weight}">{escape(text)}</text>'
    )
