"""The commands that the journal has: what was done, and what was taken back and may be done again."""

from __future__ import annotations

from itertools import groupby

from kubesim.errors import StateError
from kubesim.life.records import Record
from kubesim.named_tuple import NamedTuple
from kubesim.store.format import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Head
    from kubesim.store import Snapshot
    from kubesim.store.home import Home


class Entry(NamedTuple):
    """A command that was saved: its records, the first of them first."""

    records: tuple[Record, ...]

    @property
    def number(self) -> int:
        """What the entry is called in the journal."""
        return self.records[0].entry

    @property
    def command(self) -> tuple[str, ...]:
        """The command line, without the program's name."""
        return self.records[0].command

    @property
    def at(self) -> int:
        """The simulated instant (ms) at which the command found the cluster."""
        return self.records[0].at

    @property
    def before(self) -> str:
        """The name of the state that it found."""
        return self.records[0].before


class History:
    """The commands that led to the state of a home, and those that were taken back."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def find(self, name: str) -> Snapshot | None:
        """A state that is kept; None if it is not kept any more, or is damaged."""
        content = self._home.journal.find(name)
        if content is not None:
            try:
                return parse(f"{self._home.path}.journal/{name}", content)
            except StateError:
                return None
        return None

    def records(self, snapshot: Snapshot | None) -> Iterator[Record]:
        """What led to a state, the latest first, as far back as the states that were found then are kept."""
        while snapshot is not None and (record := Record.of(snapshot.head)) is not None:
            snapshot = self.find(record.before)
            if snapshot is not None:
                yield record

    def done(self, snapshot: Snapshot | None) -> Iterator[Entry]:
        """The commands that led to a state, the latest first."""
        for _, records in groupby(self.records(snapshot), lambda record: record.entry):
            yield Entry(tuple(reversed(list(records))))

    def undone(self, snapshot: Snapshot | None) -> list[Entry]:
        """The commands that were taken back from a state that is there now, the next to be done again first."""
        way = self._home.journal.way_back()
        last = None if way is None else self.find(way[0])
        if snapshot is None or last is None or _origin(last.head) == _origin(snapshot.head):
            return []
        here = _origin(snapshot.head)
        entries = []
        for entry in self.done(last):
            entries.append(entry)
            before = self.find(entry.before)
            if before is not None and _origin(before.head) == here:
                return entries[::-1]
        return []


def _origin(head: Head) -> tuple[object, ...]:
    """What tells apart what states come from: their cluster, and the record that was made of it last."""
    return head["seed"], head.get("epoch"), (head.get("journal") or {}).get("number")
