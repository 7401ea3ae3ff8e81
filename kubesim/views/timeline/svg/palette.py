"""The colours of the picture: those of Okabe and Ito, which the colour-blind can distinguish, for light and dark.

What matters differs in its pattern as well: what is not ready is striped, what is missing is crossed out.  Rules name
colours outright, without variables, so that renderers that know little of CSS draw the light theme.
"""

from __future__ import annotations

from kubesim.views.timeline.model import PodState
from kubesim.views.timeline.svg.document import element

SANS_FONTS = 'system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif'
MONO_FONTS = 'ui-monospace,Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace'

BLUE, SKY, GREEN, VERMILLION, PURPLE, ORANGE = "#0072b2", "#56b4e9", "#009e73", "#d55e00", "#cc79a7", "#e69f00"

#: The class of the whole picture, and the beginning of every id.
ROOT = "timeline"

PAPER, INK, FAINT = "paper", "ink", "faint"
OLD, NEW, OTHER, WAITING, ALARM, CUT = "old", "new", "other", "waiting", "alarm", "cut"

#: Class, colour on light, colour on dark.
_FILLS = (
    (PAPER, "#ffffff", "#121212"),
    (INK, "#1a1a1a", "#ececec"),
    (FAINT, "#595959", "#a6a6a6"),
    (OLD, BLUE, SKY),
    (NEW, GREEN, GREEN),
    (OTHER, "#8c8c8c", "#7a7a7a"),
    ("orange", "#b87a00", ORANGE),
    (CUT, "#c8c8c8", "#4a4a4a"),
    ("failed", VERMILLION, VERMILLION),
    ("terminating", "#b0527f", PURPLE),
)
_STROKES = (
    ("rule", "#8c8c8c", "#7a7a7a"),
    ("limit", "#1a1a1a", "#ececec"),
    ("stripe", "#b87a00", ORANGE),
    ("cross", "#ffffff", "#121212"),
)
_SIZES = {"title": 18, "verdict": 14, "label": 12, "name": 12}

#: How a pod in a state that is not ready is drawn: class, and its height as a share of the lane's.
LANE_STYLES = {
    PodState.PENDING: (FAINT, 0.15),
    PodState.PULLING: ("orange", 0.25),
    PodState.STARTING: ("orange", 0.5),
    PodState.RUNNING: (WAITING, 1.0),
    PodState.TERMINATING: ("terminating", 0.4),
    PodState.FAILED: ("failed", 0.7),
}


def style_sheet() -> str:
    """The style element: shapes and light colours, then the dark ones for readers who prefer them."""
    rules = [
        f".{ROOT} text{{font-family:{SANS_FONTS}}}",
        _rule("name", f"font-family:{MONO_FONTS}"),
        _rule("title", "font-weight:600"),
        _rule("label", "font-weight:400"),
        _rule("number", "font-weight:600;font-size:11px"),
        *(_rule(name, f"font-size:{size}px") for name, size in _SIZES.items()),
        *(_rule(name, "fill:none") for name, *_ in _STROKES),
        _rule("limit", "stroke-width:1.5"),
        _rule("floor", "stroke-dasharray:7 4"),
        _rule("ceiling", "stroke-dasharray:2 4"),
        _rule("stripe", "stroke-width:2"),
        *(_rule(name, f"fill:url(#{ROOT}-{name})") for name in (WAITING, ALARM)),
    ]
    dark = f"@media(prefers-color-scheme:dark){{{''.join(_colours(2))}}}"
    return element("style", "".join([*rules, *_colours(1), dark]))


def _rule(name: str, declarations: str) -> str:
    """A rule for what is of that class; in a page it concerns this picture only."""
    return f".{ROOT} .{name}{{{declarations}}}"


def _colours(theme: int) -> list[str]:
    fills = [_rule(row[0], f"fill:{row[theme]}") for row in _FILLS]
    return fills + [_rule(row[0], f"stroke:{row[theme]}") for row in _STROKES]


def patterns() -> str:
    """Stripes for what is not ready, and crosses for what is missing."""
    waiting = element("rect", width=7, height=7, class_=PAPER)
    waiting += element("path", d="M-1 8L8 -1M-1 1L1 -1M6 8L8 6", class_="stripe")
    alarm = element("rect", width=7, height=7, class_="failed")
    alarm += element("path", d="M0 0L7 7M0 7L7 0", class_="cross", stroke_width=1)
    drawn = ((WAITING, waiting), (ALARM, alarm))
    return element("defs", "".join(_pattern(f"{ROOT}-{name}", content) for name, content in drawn))


def _pattern(name: str, content: str) -> str:
    return element("pattern", content, id=name, width=7, height=7, patternUnits="userSpaceOnUse")
