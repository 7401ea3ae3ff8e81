"""The commands that the journal has: what was done, and what was taken back and may be done again."""

from __future__ import annotations

from itertools import groupby

from kubesim.errors import StateError
from kubesim.life.origin import CONFIGURED
from kubesim.startup.named_tuple import NamedTuple
from kubesim.store.format import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Head
    from kubesim.store import Snapshot
    from kubesim.store.home import Home


class Origin(NamedTuple):
    """What made a state.

    ``number`` grows from each origin to the next; it is an instant of the wall clock (ms), or a little later.  Origins
    of one command have the same ``entry``, the first one's number.  The command acted at the simulated instant ``at``
    (ms) in the state ``before``, and the state was at ``until`` when it was done; if the cluster lived on since,
    ``lived`` is the state of that instant, or empty if the command did nothing but wait.  ``more`` objects were changed
    than are listed.  ``anew`` is whether it is another cluster, or the same at another time, than the command found.
    """

    number: int
    entry: int
    command: tuple[str, ...]
    at: int
    until: int
    before: str
    changes: tuple[ObjectChange, ...]
    more: int
    lived: str | None
    anew: bool

    @classmethod
    def of(cls, head: Head) -> Origin | None:
        """The origin of a state, None if it has none: a new cluster's, or an older kubesim's."""
        kept = head.get("origin")
        if kept is None:
            return None
        return cls(
            number=kept["number"],
            entry=kept["entry"],
            command=tuple(kept["command"]),
            at=kept["at"],
            until=kept["until"],
            before=kept["before"],
            changes=tuple(ObjectChange(*change) for change in kept["changes"]),
            more=kept.get("more", 0),
            lived=kept.get("lived"),
            anew=kept.get("anew", False),
        )


class ObjectChange(NamedTuple):
    """What a command did to an object, whose revisions these were before and after, empty if it has none."""

    verb: str
    kind: str
    namespace: str
    name: str
    old_revision: str = ""
    new_revision: str = ""


class Entry(NamedTuple):
    """A command that was saved: its origins, the first of them first."""

    origins: tuple[Origin, ...]

    @property
    def number(self) -> int:
        """What the entry is called in the journal."""
        return self.origins[0].entry

    @property
    def command(self) -> tuple[str, ...]:
        """The command line, without the program's name."""
        return self.origins[0].command

    @property
    def at(self) -> int:
        """The simulated instant (ms) at which the command found the cluster."""
        return self.origins[0].at

    @property
    def before(self) -> str:
        """The name of the state that it found."""
        return self.origins[0].before

    @property
    def passed(self) -> int:
        """How long (simulated ms) the command let the cluster live."""
        return 0 if self.is_anew else self.origins[-1].until - self.at

    @property
    def is_anew(self) -> bool:
        """Whether it was another cluster afterwards, or the same at another time."""
        return any(origin.anew for origin in self.origins)

    @property
    def more(self) -> int:
        """How many more objects it changed than are listed."""
        return sum(origin.more for origin in self.origins)

    def changes(self) -> list[ObjectChange]:
        """What it did to objects, from its beginning to its end."""
        merged: dict[tuple[str, str, str], ObjectChange] = {}
        for change in [change for origin in self.origins for change in origin.changes]:
            place = change.kind, change.namespace, change.name
            first = merged.get(place, change)
            verb = first.verb if change.verb == CONFIGURED else change.verb
            merged[place] = change._replace(verb=verb, old_revision=first.old_revision)
        return list(merged.values())


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

    def origins(self, snapshot: Snapshot | None) -> Iterator[Origin]:
        """What led to a state, the latest first, as far back as the states that were found then are kept."""
        while snapshot is not None and (origin := Origin.of(snapshot.head)) is not None:
            snapshot = self.find(origin.before)
            if snapshot is not None:
                yield origin

    def done(self, snapshot: Snapshot | None) -> Iterator[Entry]:
        """The commands that led to a state, the latest first."""
        for _, origins in groupby(self.origins(snapshot), lambda origin: origin.entry):
            yield Entry(tuple(reversed(list(origins))))

    def undone(self, snapshot: Snapshot | None) -> list[Entry]:
        """The commands that were taken back from a state that is there now, the next to be done again first."""
        way = self._home.journal.way_back()
        last = None if way is None else self.find(way[0])
        if snapshot is None or last is None:
            return []
        here, entries = _place(snapshot.head), []
        if here[0] >= _place(last.head)[0]:
            return []
        for entry in self.done(last):
            entries.append(entry)
            before = self.find(entry.before)
            found = None if before is None else _place(before.head)
            if found == here:
                return entries[::-1]
            if found is None or found[0] < here[0]:
                break
        return []


def _place(head: Head) -> tuple[int, object, object]:
    """What tells apart what states come from: the number of the origin that was made last, and the cluster."""
    return (head.get("origin") or {}).get("number", 0), head["seed"], head.get("epoch")
