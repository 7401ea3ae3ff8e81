"""``kubesim sim log``: the commands that changed the cluster, and what each of them did."""

from __future__ import annotations

import shlex
from itertools import islice

from kubesim.api.human_duration import human_duration
from kubesim.api.meta import Key, rfc3339
from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.change_lines import cell_line, field_lines, name_line, verb_of
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.sim.undo import count_of, line_of
from kubesim.errors import UserError
from kubesim.golang.tabwriter import TabWriter
from kubesim.life.history import History
from kubesim.life.replay import Mark, recorded
from kubesim.sim.rest import RESTLESS_KINDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from kubesim.cluster import Change, Kinds
    from kubesim.life.history import Entry, ObjectChange
    from kubesim.life.replay import Replay

OBJECTS = 3  # of a command that are named in a table


def run(
    inv: Invocation,
    *,
    limit: Annotated[int, Option(help="How many commands, the latest; 0 for all that are kept.")] = 20,
    output: Annotated[str, Option("o", help="The output format: json.", choices=("json",))] = "",
) -> None:
    if output not in ("", "json"):
        raise UserError("--output must be 'json'")
    if limit < 0:
        raise inv.usage_error("--limit must be at least 0")
    session = Session.of(inv)
    if inv.args:
        inv.out.write(_life_after(session, count_of(inv)))
        return
    history, snapshot = History(session.state), session.state.read()
    done = list(islice(history.done(snapshot), limit or None))
    undone = history.undone(snapshot)
    statuses = session.state.journal.statuses()
    if output:
        inv.out.write_data(_json(done, undone, statuses))
    elif not done and not undone:
        inv.out.write("No commands are kept.\n")
    else:
        table = _Table(session.kinds(), statuses, session.wall())
        inv.out.write(table.text("UNDO", done[::-1], range(len(done), 0, -1)))
        if undone:
            inv.out.write("\n" + table.text("REDO", undone, range(1, len(undone) + 1)))


def _life_after(session: Session, count: int) -> str:
    """What happened from one of the last commands to the next, as it is led again."""
    history = History(session.state)
    entry = next(islice(history.done(session.state.read()), count - 1, None), None)
    if entry is None or entry.is_anew:
        raise UserError(f"there is no command {count} whose life can be led again")
    return "".join(
        f"{line}\n" for line in _lines(recorded(session.simulation, entry.number), session.kinds(), entry.at)
    )


def _lines(replay: Replay, kinds: Kinds, begin: int) -> Iterator[str]:
    """The first command and what changed until the second, each with how long (s) after the first it was."""
    marks = 0
    for happened in replay:
        if isinstance(happened, Mark):
            marks += 1
            if marks == 2:
                return
            yield shlex.join(happened.command)
        elif marks and happened.key.kind not in RESTLESS_KINDS:
            yield from _change_lines(happened, kinds, begin)


def _change_lines(change: Change, kinds: Kinds, begin: int) -> Iterator[str]:
    """A change as ``get`` would show it, or by the fields that it does not show; none of bookkeeping."""
    cells = cell_line(kinds, change)
    details = [cells] if cells else list(field_lines(change, status=False))
    if details or change.old is None or change.new is None:
        yield f"{(change.instant - begin) / 1000:8.3f}s  {name_line(kinds, change.key)} {verb_of(change)}"
        yield from (f"{'':11}{line}" for line in details)


class _Table:
    """Commands with what they did under each."""

    def __init__(self, kinds: Kinds, statuses: dict[int, int], wall: int) -> None:
        self._kinds = kinds
        self._statuses = statuses
        self._wall = wall

    def text(self, title: str, entries: Iterable[Entry], numbers: Iterable[int]) -> str:
        """The entries, each with how many are to be taken back to be rid of it, or to have it again."""
        rows = [[title, "AGE", "COMMAND"]]
        for entry, number in zip(entries, numbers, strict=True):
            rows.append([str(number), human_duration(self._wall - entry.number), line_of(entry)])
            rows += [["", "", line] for line in self._outcome(entry)]
        return "".join(f"{line.rstrip()}\n" for line in TabWriter(0, 3).layout(rows))

    def _outcome(self, entry: Entry) -> Iterator[str]:
        """What a command did, in a line, and how it ended if not well."""
        changes = entry.changes()
        named = [self._sentence(change) for change in changes[:OBJECTS]]
        more = len(changes) - len(named) + entry.more
        if more:
            named.append(f"{more} more")
        if entry.passed:
            named.append(f"{_length(entry.passed)} passed")
        if not named:
            named.append("the whole cluster replaced" if entry.is_anew else "settings configured")
        yield "; ".join(named)
        status = self._statuses.get(entry.number)
        if status is None:
            yield "it has not ended, or was killed"
        elif status:
            yield f"exit status {status}"

    def _sentence(self, change: ObjectChange) -> str:
        name = name_line(self._kinds, Key(change.kind, change.namespace, change.name))
        return f"{name} {change.verb}{_revisions(change)}"


def _revisions(change: ObjectChange) -> str:
    old, new = change.old_revision, change.new_revision
    if not new or old == new:
        return ""
    return f", revision {new} after {old}" if old else f", revision {new}"


def _length(ms: int) -> str:
    return human_duration(ms) if ms >= 10_000 else f"{ms / 1000:g}s"


def _json(done: Sequence[Entry], undone: Sequence[Entry], statuses: dict[int, int]) -> str:
    from kubesim.golang import json

    listed = [_item(entry, {"undo": number}, statuses) for number, entry in enumerate(done, 1)][::-1]
    listed += [_item(entry, {"redo": number}, statuses) for number, entry in enumerate(undone, 1)]
    return json.dumps(listed, indent=2, sort_keys=False) + "\n"


def _item(entry: Entry, number: dict[str, int], statuses: dict[int, int]) -> dict[str, Any]:
    return {
        **number,
        "command": list(entry.command),
        "time": rfc3339(entry.number),
        "clusterTime": rfc3339(entry.at),
        "passedSeconds": entry.passed / 1000,
        "status": statuses.get(entry.number),
        "isAnotherCluster": entry.is_anew,
        "changes": [_change(change) for change in entry.changes()],
        "moreChanges": entry.more,
    }


def _change(change: ObjectChange) -> dict[str, str]:
    named = {"change": change.verb, "kind": change.kind, "namespace": change.namespace, "name": change.name}
    revisions = {"oldRevision": change.old_revision, "newRevision": change.new_revision}
    return {name: value for name, value in {**named, **revisions}.items() if value}


COMMAND = Command(
    name="log",
    use="sim log [N]",
    short="List the commands that changed the cluster, and what each did",
    long=(
        "List the commands that changed the cluster, the latest last: how many to undo to take each back, how long ago "
        "it was given, and what it changed. Commands that were undone follow, with how many to redo.\n\n"
        "With the number of a command, show all that happened from there to the next one, controllers and kubelets "
        "included, with how long it was after the command."
    ),
    examples=(
        ("The latest commands", "sim log"),
        ("All of them, for a program", "sim log --limit 0 -o json"),
        ("All that came of the last one but one", "sim log 2"),
    ),
    run=run,
)
