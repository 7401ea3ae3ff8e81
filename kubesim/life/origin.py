"""What a state says of the command that made it: its origin, kept in the state's head.

States that are kept (see ``kubesim.store.journal``) are linked by their origins to a chain: each names the one that its
command found.  So a command that was saved is in the journal, whenever its process is killed.

A command that saves several times is an origin each time that it has changed something.  Where it only waited, or a
reader kept what it had lived through, the state is as it would have become by itself: its origin stays, and says by
what name the state is kept that the command left.
"""

from __future__ import annotations

from itertools import islice

from kubesim.api.meta import is_terminating
from kubesim.api.well_known import REVISION_ANNOTATION
from kubesim.store.journal import name_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from kubesim.api.meta import Key, Obj
    from kubesim.cluster import Change, Cluster, Head
    from kubesim.life.live_cluster import LiveCluster
    from kubesim.store import Transaction
    from kubesim.store.journal import Journal

CREATED, CONFIGURED, DELETED = "created", "configured", "deleted"

WORD = 200  # characters of a word of a command line that are kept,
WORDS = 50  # so many words of it,
CHANGES = 20  # and so many of the objects that it changed


class Author:
    """A command as the journal knows it: its words, without the program's name, and its entry, once it has one."""

    def __init__(self, command: Sequence[str] = ()) -> None:
        self._command = command
        self._entry: int | None = None
        self._journal: Journal | None = None

    @property
    def has_entry(self) -> bool:
        """Whether something that the command did was saved."""
        return self._entry is not None

    def continues(self, origin: dict[str, Any] | None) -> bool:
        """Whether a state's origin is this command's."""
        return self.has_entry and origin is not None and bool(origin["entry"] == self._entry)

    def abridged(self) -> list[str]:
        """The command line as it is kept."""
        words = [word if len(word) <= WORD else f"{word[:WORD]}..." for word in self._command[:WORDS]]
        return [*words, "..."] if len(self._command) > WORDS else words

    def begin(self, entry: int, journal: Journal) -> None:
        """What the command did is saved under that entry of the journal."""
        self._entry, self._journal = entry, journal

    def end(self, status: int) -> None:
        """The command ended with that exit status."""
        if self._entry is not None and self._journal is not None:
            self._journal.note_status(self._entry, status)


class OriginWriter:
    """Writes the origin of what comes of one opening of a cluster, at a simulated and a wall clock's instant (ms).

    ``waits`` is whether the command only lets the cluster live.
    """

    def __init__(self, author: Author, journal: Journal, instant: int, wall: int, *, waits: bool = False) -> None:
        self._author = author
        self._journal = journal
        self._instant = instant
        self._wall = wall
        self._waits = waits
        self._changes: Sequence[Change] = ()
        self._has_acted = False

    def see(self, life: LiveCluster) -> None:
        """Note what the command has done, before controllers answer it."""
        self._changes = life.cluster.changes
        has_moved = life.cluster.now != self._instant
        self._has_acted = not self._waits and (bool(self._changes) or life.cluster.head_changed or has_moved)

    def write(self, life: LiveCluster, transaction: Transaction) -> str | None:
        """Write what was seen; gives the name by which to keep the state that is replaced, if it is to be kept."""
        if self._waits:
            return self.write_wait(life, transaction)
        if not self._has_acted:
            return write_life(life, transaction)
        verbs = dict(_verbs(self._changes))
        listed = [
            [verb, *key, *_revisions(key, self._changes, life.cluster)] for key, verb in islice(verbs.items(), CHANGES)
        ]
        more = {"more": len(verbs) - len(listed)} if len(verbs) > len(listed) else {}
        return self._write(life.cluster.head, transaction, life.cluster.now, changes=listed, **more)

    def write_wait(self, life: LiveCluster, transaction: Transaction) -> str | None:
        """As ``write``, of a command that lets the cluster live and has not changed it yet."""
        head, now = life.cluster.head, life.cluster.now
        if not self._author.has_entry:
            return self._write(head, transaction, now, changes=[], lived="")
        name = write_life(life, transaction)
        if self._author.continues(head.get("origin")):
            head["origin"] = {**head["origin"], "until": now}
        return name

    def write_jump(self, head: Head, transaction: Transaction, until: int) -> str | None:
        """As ``write``, where it is another cluster now, or the same at another time."""
        return self._write(head, transaction, until, changes=[], anew=True)

    def _write(self, head: Head, transaction: Transaction, until: int, **rest: Any) -> str | None:
        replaced = transaction.replaced
        if replaced is None:
            return None
        last = replaced.head.get("origin")
        number = max(self._wall, last["number"] + 1) if last else self._wall
        entry = last["entry"] if last is not None and self._author.continues(last) else number
        self._author.begin(entry, self._journal)
        name = name_of(replaced)
        head["origin"] = {
            "number": number,
            "entry": entry,
            "command": self._author.abridged(),
            "at": self._instant,
            "until": until,
            "before": name,
            **rest,
        }
        return name


def write_life(life: LiveCluster, transaction: Transaction) -> str | None:
    """Write that the cluster only lived on; gives the name by which to keep what is replaced, if it is to be kept."""
    last, replaced = life.cluster.head.get("origin"), transaction.replaced
    if last is None or "lived" in last or replaced is None:
        return None
    name = name_of(replaced)
    life.cluster.head["origin"] = {**last, "lived": name}
    return name


def _verbs(changes: Sequence[Change]) -> Iterator[tuple[Key, str]]:
    """What became of each object in the course of some changes."""
    olds = {change.key: change.old for change in reversed(changes)}
    news = {change.key: change.new for change in changes}
    for key, new in news.items():
        verb = _verb(olds[key], new)
        if verb:
            yield key, verb


def _verb(old: Obj | None, new: Obj | None) -> str:
    """What became of an object; empty if it came and went."""
    if new is None:
        return "" if old is None else DELETED
    if old is None:
        return CREATED
    return DELETED if is_terminating(new) and not is_terminating(old) else CONFIGURED


def _revisions(key: Key, changes: Sequence[Change], cluster: Cluster) -> tuple[str, ...]:
    """The revision that a Deployment had before the changes, and the one that controllers have given it since."""
    if key.kind != "Deployment":
        return ()
    old = next(change.old for change in changes if change.key == key)
    return _revision(old), _revision(cluster.find(*key))


def _revision(obj: Obj | None) -> str:
    return "" if obj is None else str((obj["metadata"].get("annotations") or {}).get(REVISION_ANNOTATION, ""))
