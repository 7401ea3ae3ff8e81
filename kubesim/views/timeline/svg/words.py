"""The picture in words, for screen readers: its title and its description."""

from __future__ import annotations

from kubesim.views.lengths import length_text
from kubesim.views.timeline.verdict import sentences_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.views.timeline.model import Timeline

MOST_INSTANTS = 12


def title_of(timelines: Sequence[Timeline]) -> str:
    """``Timeline of deployment/web (RollingUpdate)``."""
    names = (
        f"{timeline.title} ({timeline.strategy})" if timeline.strategy else timeline.title for timeline in timelines
    )
    return f"Timeline of {' and '.join(names)}"


def description_of(timelines: Sequence[Timeline]) -> str:
    """The verdict, the commands and the ready pods of each timeline, in sentences."""
    return " ".join(_description(timeline) for timeline in timelines)


def _description(timeline: Timeline) -> str:
    commands = [f"{_when(timeline, mark.instant)}: {mark.text}." for mark in timeline.marks]
    counts: list[tuple[str, str]] = []
    for step in timeline.steps:
        count = f"{step.ready} of {step.desired}"
        if not counts or counts[-1][1] != count:
            counts.append((_when(timeline, step.instant), count))
    shown = ", ".join(f"{count} at {when}" for when, count in counts[:MOST_INSTANTS])
    more = ", and so on" if len(counts) > MOST_INSTANTS else ""
    return " ".join(
        [f"{timeline.title}: {'. '.join(sentences_of(timeline))}.", *commands, f"Ready pods: {shown}{more}."]
    )


def _when(timeline: Timeline, instant: int) -> str:
    return length_text(instant - timeline.zero)
