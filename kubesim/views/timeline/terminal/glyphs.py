"""The characters and colours of a timeline on a terminal.

Each thing has a character of its own, so that colour is not needed; the colours are the terminal's own sixteen, which
people set to suit a light or a dark background.
"""

from __future__ import annotations

from dataclasses import dataclass

from kubesim.kubectl.printers.style import BAD, GOING, GOOD, HEADER, WAITING
from kubesim.views.timeline import requests
from kubesim.views.timeline.model import PodState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.views.timeline.terminal.canvas import Cell


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters: one each, but for ``ellipsis``."""

    ready_new: str
    ready_old: str
    not_ready: str
    below_floor: str
    line: str
    mark: str
    cut: str
    axis: str
    tick: str
    ellipsis: str
    pending: str
    pulling: str
    starting: str
    running: str
    terminating: str
    failed: str
    other: str


BLOCKS = Glyphs(
    ready_new="█",
    ready_old="▒",
    not_ready="░",
    below_floor="╳",
    line="─",
    mark="╎",
    cut="╱",
    axis="─",
    tick="┬",
    ellipsis="…",
    pending="·",
    pulling="↓",
    starting="▁",
    running="▄",
    terminating="~",
    failed="!",
    other="▓",
)

ASCII = Glyphs(
    ready_new="#",
    ready_old="=",
    not_ready=":",
    below_floor="X",
    line="-",
    mark="|",
    cut="/",
    axis="-",
    tick="+",
    ellipsis="...",
    pending=".",
    pulling="v",
    starting="_",
    running="o",
    terminating="~",
    failed="!",
    other="%",
)

OLD = "bright_blue"
NEW = GOOD
ALARM = "reverse red"
LIMIT = "bold"
FAINT = HEADER
STRONG = "bold"
PULLING = "cyan"
OTHER = "magenta"


def cell_of_state(glyphs: Glyphs, state: PodState, is_new: bool) -> Cell:
    """How a pod in that state is drawn in its lane: a ready one as in the chart above it."""
    cells = {
        PodState.PENDING: (glyphs.pending, FAINT),
        PodState.PULLING: (glyphs.pulling, PULLING),
        PodState.STARTING: (glyphs.starting, WAITING),
        PodState.RUNNING: (glyphs.running, WAITING),
        PodState.READY: (glyphs.ready_new, NEW) if is_new else (glyphs.ready_old, OLD),
        PodState.TERMINATING: (glyphs.terminating, GOING),
        PodState.FAILED: (glyphs.failed, BAD),
    }
    return cells[state]


def cell_of_answers(glyphs: Glyphs, by: str) -> Cell:
    """How requests are drawn that were answered by pods of a template, see ``Slice.by``: as those pods are."""
    cells = {
        requests.NEW: (glyphs.ready_new, NEW),
        requests.OLD: (glyphs.ready_old, OLD),
        requests.OTHER: (glyphs.other, OTHER),
    }
    return cells[by]
