"""Draws scenes in place on a terminal; beside the colours of lines, the one module that knows rich."""

from __future__ import annotations

import time

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from kubesim.api.meta import rfc3339_micro
from kubesim.kubectl.printers.style import BAD, GOOD, HEADER, HEADING, WAITING, style_of_status
from kubesim.views.lengths import length_text
from kubesim.views.timeline.model import PodState
from kubesim.views.timeline.terminal.glyphs import BLOCKS, cell_of_state
from kubesim.views.watch.keyboard import actions_in, keys
from kubesim.views.watch.player import LEAVE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.views.watch.player import Player
    from kubesim.views.watch.scene import DeploymentPart, EventRow, ReplicaSetRow, Scene

FRAME = 0.1  # seconds
PRESENT = 250  # ms by which the clock may differ from now and still be called now
MOST_CELL_LINES = 4
LEAST_EVENTS = 3
KEYS = "q leave   space hold   ←/→ change by change   +/- speed"


def play(player: Player) -> None:
    """Show what is on until the watcher leaves."""
    console = Console()
    with keys() as read, Live(console=console, screen=True, auto_refresh=False) as live:
        last = time.monotonic()
        while True:
            live.update(picture(player, console.width, console.height), refresh=True)
            actions = list(actions_in(read(FRAME)))
            if LEAVE in actions:
                return
            for action in actions:
                player.act(action)
            now = time.monotonic()
            player.pass_time(now - last)
            last = now


def picture(player: Player, width: int, height: int) -> Group:
    """The whole screen, so many columns wide and lines high: what does not fit is left out from the middle on."""
    scene = player.scene
    head = _head(player, scene)
    foot = [_legend(scene), _line(KEYS, HEADER)]
    room = height - len(head) - len(foot)
    body = [line for part in scene.deployments for line in _part(part, width)]
    if not body:
        body = [Text(), _line("no Deployments", HEADER)]
    body = _cut(body, room - LEAST_EVENTS - 2)
    events = _events(scene, room - len(body))
    blank = [Text() for _ in range(room - len(body) - len(events))]
    lines = [*head, *body, *events, *blank, *foot]
    for line in lines:
        line.truncate(width, overflow="ellipsis")
    return Group(*lines)


def _line(text: str, style: str = "") -> Text:
    """A line that begins with a text in a style; what is appended to it has its own."""
    return Text(no_wrap=True).append(text, style)


def _head(player: Player, scene: Scene) -> list[Text]:
    """The clock, how it runs, and the last command."""
    day, _, clock = rfc3339_micro(round(player.instant)).partition("T")
    line = _line(f"{day} ", HEADER)
    line.append(clock[:10], HEADING)
    line.append(f"  {_when(player.ahead)}")
    line.append(f"  {player.rate:g}x", HEADER)
    if player.is_held:
        line.append("  held", WAITING)
    if player.remark:
        line.append(f"  {player.remark}", WAITING)
    return [line, _line(f"$ {scene.command}" if scene.command else "", HEADER)]


def _when(ahead: float) -> str:
    """``now``, ``2.4 s ago`` or ``12 s ahead``."""
    if abs(ahead) <= PRESENT:
        return "now"
    length = length_text(round(abs(ahead) / 100) * 100)
    return f"{length} ahead of the clock" if ahead > 0 else f"{length} ago"


def _part(part: DeploymentPart, width: int) -> list[Text]:
    """A Deployment: its numbers, its rollout, its ReplicaSets and conditions."""
    title = _line("deployment/", HEADER)
    title.append(part.name, HEADING)
    title.append(f"  {part.strategy}", HEADER)
    for name, count in (("ready", part.ready), ("updated", part.updated), ("available", part.available)):
        style = GOOD if count >= part.desired else WAITING if count else BAD
        title.append("   ")
        title.append(f"{count}/{part.desired}", style)
        title.append(f" {name}")
    message = _line(part.message, GOOD if part.is_done else WAITING)
    lines = [Text(), title, message]
    names = max((len(row.name) for row in part.replica_sets), default=0)
    for row in part.replica_sets:
        lines += _replica_set(row, names, width)
    return [*lines, *_conditions(part)]


def _replica_set(row: ReplicaSetRow, names: int, width: int) -> list[Text]:
    """A ReplicaSet with a cell for each pod, on as many lines as they need."""
    start = f"  revision {row.revision:<3} {row.name:{names}} {f'{row.ready}/{row.desired}':>7}  "
    per_line = max(1, (width - len(start)) // 2)
    lines = []
    for at in range(0, max(1, len(row.pods)), per_line):
        line = _line(start if not at else " " * len(start), "" if row.is_new else HEADER)
        for cell in row.pods[at : at + per_line]:
            glyph, style = cell_of_state(BLOCKS, cell.state, cell.is_new)
            line.append(glyph, style)
            line.append(" ")
        lines.append(line)
    hidden = len(row.pods) - MOST_CELL_LINES * per_line
    return [*lines[:MOST_CELL_LINES], _line(f"{' ' * len(start)}and {hidden} more", HEADER)] if hidden > 0 else lines


def _conditions(part: DeploymentPart) -> list[Text]:
    lines = []
    for kind, status, reason in part.conditions:
        line = _line(f"  {kind:15}")
        is_bad = (status == "True") == (kind == "ReplicaFailure")
        line.append(f"{status:8}", BAD if is_bad else GOOD)
        line.append(reason, HEADER)
        lines.append(line)
    return lines


def _cut(lines: list[Text], room: int) -> list[Text]:
    """As many lines as there is room for, the last of them about the rest."""
    if len(lines) <= room:
        return lines
    kept = max(0, room - 1)
    return [*lines[:kept], _line(f"and {len(lines) - kept} more lines: a higher terminal shows them", HEADER)]


def _events(scene: Scene, room: int) -> list[Text]:
    """The latest events in columns, as many as there is room for."""
    if room < LEAST_EVENTS or not scene.events:
        return []
    events = scene.events[-(room - 2) :]
    reasons, abouts = max(len(event.reason) for event in events), max(len(event.about) for event in events)
    return [Text(), *(_event(event, reasons, abouts) for event in events), Text()][:room]


def _event(event: EventRow, reasons: int, abouts: int) -> Text:
    line = _line(rfc3339_micro(event.instant)[11:19], HEADER)
    style = WAITING if event.type == "Warning" else style_of_status(event.reason)
    line.append(f"  {event.reason:{reasons}}", style)
    line.append(f"  {event.about:{abouts}}  ", HEADER)
    line.append(f"{event.message} x{event.count}" if event.count > 1 else event.message)
    return line


def _legend(scene: Scene) -> Text:
    """What the cells mean, of those that are there."""
    cells = {(cell.state, cell.is_new) for part in scene.deployments for row in part.replica_sets for cell in row.pods}
    line = _line("")
    for state in PodState:
        for is_new in (True, False):
            if (state, is_new) not in cells or (state is not PodState.READY and not is_new and (state, True) in cells):
                continue
            glyph, style = cell_of_state(BLOCKS, state, is_new)
            line.append(glyph, style)
            word = state.value.lower()
            age = (", newest template" if is_new else ", older template") if state is PodState.READY else ""
            line.append(f" {word}{age}   ", HEADER)
    return line
