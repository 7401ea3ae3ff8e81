"""Scenes in lines, for a pipe: what differs from the scene before."""

from __future__ import annotations

from collections import Counter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.views.watch.scene import DeploymentPart, EventRow, Scene


def lines_of(scene: Scene, before: Scene | None, begin: int) -> Iterator[str]:
    """A line for each Deployment whose pods differ, and for each new event; seconds are counted from ``begin`` (ms)."""
    start = f"{(scene.instant - begin) / 1000:8.3f}s  "
    known = {} if before is None else {part.name: _sentence(part) for part in before.deployments}
    for part in scene.deployments:
        if known.get(part.name) != _sentence(part):
            yield f"{start}deployment/{part.name}  {_sentence(part)}"
    for name in known.keys() - {part.name for part in scene.deployments}:
        yield f"{start}deployment/{name}  deleted"
    if before is not None:
        seen = set(before.events)
        yield from (f"{start}{_event(event)}" for event in scene.events if event not in seen)


def _sentence(part: DeploymentPart) -> str:
    """``revision 1: 2 Ready, 1 Terminating; revision 2: 1 Pulling``."""
    rows = []
    for row in part.replica_sets:
        counts = Counter(cell.state.value for cell in row.pods)
        pods = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
        rows.append(f"revision {row.revision}: {pods or 'no pods'}")
    done = ["done"] if part.is_done else []
    return "; ".join([*(rows or ["no pods"]), *done])


def _event(event: EventRow) -> str:
    times = f" (x{event.count})" if event.count > 1 else ""
    return f"{event.type} {event.reason}  {event.about}  {event.message}{times}"
