"""Lanes that are drawn alike: a thousand pods have a few dozen lives."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from kubesim.views.words import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from kubesim.views.timeline.model import Lane, Timeline

MOST_LANES = 24


@dataclass(frozen=True, slots=True)
class Alike:
    """Pods of one revision with the same lane, which is that of the first."""

    lane: Lane
    pods: tuple[str, ...]

    @property
    def heading(self) -> str:
        """``revision 2, web-64b9d6585b``; empty where the owner has no revisions."""
        return f"revision {self.lane.revision}, {self.lane.owner}" if self.lane.revision else ""

    @property
    def full_label(self) -> str:
        """The name of the first pod, and how many more there are: ``web-64b9d6585b-cvn7z +3``."""
        more = len(self.pods) - 1
        return f"{self.pods[0]} +{more}" if more else self.pods[0]

    @property
    def short_label(self) -> str:
        """The same with the end of the name only: ``cvn7z +3``."""
        return self.full_label.rpartition("-")[2]


def alike(lanes: Sequence[Lane], look_of: Callable[[Lane], Hashable]) -> list[Alike]:
    """The lanes in their order, those of one revision that are drawn alike as one."""
    found: dict[tuple[int, str, Hashable], list[Lane]] = {}
    for lane in lanes:
        found.setdefault((lane.revision, lane.owner, look_of(lane)), []).append(lane)
    return [Alike(same[0], tuple(lane.pod for lane in same)) for same in found.values()]


def widest_labels(timelines: Sequence[Timeline]) -> tuple[str, str]:
    """A label as wide as any that lanes may have, with full names and with short ones."""
    names = [lane.pod for timeline in timelines for lane in timeline.lanes]
    more = f" +{max((len(timeline.lanes) for timeline in timelines), default=0)}"
    short = (name.rpartition("-")[2] for name in names)
    return max(names, key=len, default="") + more, max(short, key=len, default="") + more


def shown(groups: Sequence[Alike]) -> list[tuple[str, list[Alike]]]:
    """What there is room for, by heading: of each revision as many lanes as of another, if it has them."""
    by_heading = [(heading, list(same)) for heading, same in groupby(groups, key=lambda group: group.heading)]
    share = MOST_LANES if len(groups) <= MOST_LANES else max(1, MOST_LANES // len(by_heading))
    return [(heading, same[:share]) for heading, same in by_heading]


def left_out(groups: Sequence[Alike]) -> str:
    """A line about the pods for which there is no room; empty if there are none."""
    drawn = [group for _, same in shown(groups) for group in same]
    pods = sum(len(group.pods) for group in groups) - sum(len(group.pods) for group in drawn)
    return f"and {counted(pods, 'more pod')}" if pods else ""
