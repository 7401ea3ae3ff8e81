"""The time axis: where an instant is drawn, and which instants are labelled.

Several timelines share one: time counts from the zero of each.  A stretch in which nothing changes and that would take
up most of the width is cut short; a renderer marks it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from kubesim.api.meta import HOUR, MINUTE, SECOND
from kubesim.views.lengths import length_text
from kubesim.views.timeline.requests import slices_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kubesim.views.timeline.model import Lane, Timeline

SHORTEST_CUT = 20 * SECOND
MOST_CUTS = 4
#: How much of what is left when a stretch is cut is kept on both sides of it, so that what was before is seen.
MARGIN = 0.06

_SECONDS = (1, 2, 5, 10, 15, 30)
TICK_STEPS = tuple(number * unit for unit in (SECOND, MINUTE) for number in _SECONDS) + tuple(
    number * HOUR for number in (1, 2, 3, 6, 12, 24)
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of time (ms from zero) and where it is drawn (in units); a cut one is drawn shorter than it is."""

    begin: int
    end: int
    left: float
    right: float
    is_cut: bool = False

    def place(self, instant: int) -> float:
        if self.end == self.begin:
            return self.left
        return self.left + (self.right - self.left) * (instant - self.begin) / (self.end - self.begin)

    def instant(self, place: float) -> float:
        """The instant that is drawn there."""
        if self.right == self.left:
            return self.begin
        return self.begin + (self.end - self.begin) * (place - self.left) / (self.right - self.left)


@dataclass(frozen=True, slots=True)
class Label:
    """A text under the axis, from ``left`` to ``right``, about what is drawn at ``place``."""

    place: float
    left: float
    right: float
    text: str


@dataclass(frozen=True, slots=True)
class Axis:
    """The pieces of time, from left to right."""

    pieces: tuple[Piece, ...]

    @property
    def width(self) -> float:
        return self.pieces[-1].right

    @property
    def cuts(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.is_cut]

    def place(self, instant: int) -> float:
        """Where an instant (ms from zero) is drawn; what is beyond the ends is drawn at them."""
        for piece in self.pieces:
            if instant <= piece.end:
                return max(piece.left, piece.place(instant))
        return self.width

    def instant(self, place: float) -> float:
        """The instant (ms from zero) that is drawn there."""
        piece = next((piece for piece in self.pieces if place <= piece.right), self.pieces[-1])
        return piece.instant(place)

    def ticks(self, width_of: Callable[[str], float], gap: float) -> list[Label]:
        """Labels of whole seconds, ``gap`` apart at least; where two are too close the rounder number stays."""
        step = self._step(width_of, gap)
        instants = {at for piece in self.pieces if not piece.is_cut for at in _multiples(piece, step)}
        in_order = sorted(instants, key=lambda instant: (instant != 0, -_roundness(instant), instant))
        return self._labels(((self.place(instant), length_text(instant)) for instant in in_order), width_of, gap)

    def cut_labels(self, width_of: Callable[[str], float], gap: float) -> list[Label]:
        """The lengths of what is cut, in fewer words where there is little room."""
        places, lengths = [_middle(piece) for piece in self.cuts], [_length(piece) for piece in self.cuts]
        long = self._labels(zip(places, (f"{text} left out" for text in lengths), strict=True), width_of, gap)
        return long if len(long) == len(places) else self._labels(zip(places, lengths, strict=True), width_of, gap)

    def _labels(self, texts: Iterable[tuple[float, str]], width_of: Callable[[str], float], gap: float) -> list[Label]:
        """The texts at their places, less those that would lie over one before."""
        labels: list[Label] = []
        for place, text in texts:
            label = self._label(place, text, width_of(text))
            if all(label.right + gap <= other.left or other.right + gap <= label.left for other in labels):
                labels.append(label)
        return sorted(labels, key=lambda label: label.place)

    def _step(self, width_of: Callable[[str], float], gap: float) -> int:
        """The shortest time between two ticks that leaves room for their labels."""
        linear = [piece for piece in self.pieces if not piece.is_cut]
        duration = sum(piece.end - piece.begin for piece in linear)
        scale = sum(piece.right - piece.left for piece in linear) / max(1, duration)
        widest = max(width_of(length_text(instant)) for piece in self.pieces for instant in (piece.begin, piece.end))
        return next((step for step in TICK_STEPS if step * scale >= widest + gap), TICK_STEPS[-1])

    def _label(self, place: float, text: str, width: float) -> Label:
        """A label that is centred, as far as the ends of the axis let it."""
        left = max(0.0, min(place - width / 2, self.width - width))
        return Label(place, left, left + width, text)


def _multiples(piece: Piece, step: int) -> range:
    """The multiples of ``step`` in a piece."""
    return range(-(-piece.begin // step) * step, piece.end + 1, step)


def _roundness(instant: int) -> int:
    """How many distances between labels an instant is a multiple of."""
    return sum(instant % step == 0 for step in TICK_STEPS)


def _middle(piece: Piece) -> float:
    return (piece.left + piece.right) / 2


def _length(piece: Piece) -> str:
    return length_text(round((piece.end - piece.begin) / SECOND) * SECOND)


def axis_of(timelines: Sequence[Timeline], width: float, cut_width: float, *, whole: bool = False) -> Axis:
    """The axis on which all these are drawn, ``width`` units long; ``whole`` ends pieces at whole units."""
    begin = min(timeline.begin - timeline.zero for timeline in timelines)
    end = max(begin + SECOND, *(timeline.end - timeline.zero for timeline in timelines))
    cuts = quiet_stretches(_instants(timelines), begin, end)
    linear = end - begin - sum(until - since for since, until in cuts)
    scale = (width - cut_width * len(cuts)) / linear
    pieces: list[Piece] = []
    left, reached = 0.0, begin
    for since, until in [*cuts, (end, end)]:
        right = left + (since - reached) * scale
        right = round(right) if whole else right
        pieces.append(Piece(reached, since, left, right if since < end else width))
        if since < end:
            pieces.append(Piece(since, until, right, right + cut_width, True))
        left, reached = right + cut_width, until
    return Axis(tuple(pieces))


def quiet_stretches(instants: Iterable[int], begin: int, end: int) -> list[tuple[int, int]]:
    """What to cut out between ``begin`` and ``end`` (ms), where something happens only at ``instants``.

    A stretch is cut that takes more than half of what is left, and is not short: the longest first.
    """
    known = sorted({begin, end, *(instant for instant in instants if begin < instant < end)})
    by_length = sorted(pairwise(known), key=lambda gap: gap[0] - gap[1])
    quiet, left = [], end - begin
    for since, until in by_length[:MOST_CUTS]:
        if until - since < SHORTEST_CUT or 2 * (until - since) <= left:
            break
        quiet.append((since, until))
        left -= until - since
    margin = max(SECOND, int(left * MARGIN))
    return sorted((since + margin, until - margin) for since, until in quiet)


def _instants(timelines: Iterable[Timeline]) -> set[int]:
    """The instants (ms from zero) at which what is drawn changes, a second and more between two being quiet."""
    found: set[int] = set()
    for timeline in timelines:
        zero = timeline.zero
        found.update(step.instant - zero for step in timeline.steps)
        found.update(mark.instant - zero for mark in timeline.marks)
        for part in slices_of(timeline):
            if part.answered < part.total:
                found.update((part.begin - zero, part.end - zero))
        for lane in timeline.lanes:
            found.update(instant - zero for instant in changes_of(lane))
    return found


def changes_of(lane: Lane) -> list[int]:
    """The instants at which a pod's lane looks different, whatever the reason that kubectl shows."""
    inner = [b.begin for a, b in pairwise(lane.spans) if (a.state, a.is_new) != (b.state, b.is_new)]
    return [lane.spans[0].begin, *inner, lane.spans[-1].end]
