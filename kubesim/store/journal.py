"""The journal: states that were replaced, so that commands can be taken back and their lives be led again.

A state that a save replaces is kept by another name of the same file: nothing is copied, and whenever the process is
killed the state is in its place, in the journal, or in both.  A kept state is never changed.  Its name says what it
holds: the number of the command that made it, and its checksum.

Alike states take up hardly more room than one: as soon as eight have come together they are packed, each line of theirs
once, and compressed.  What is kept is bounded; the oldest goes first.

Nothing here makes a command fail, and nothing is synced to the disk: what could not be kept, or was lost with the
power, is missed only by whoever wants to go back there.
"""

from __future__ import annotations

import os
from binascii import crc32

from kubesim.startup.context_manager import suppress
from kubesim.startup.json_text import encoder, loads
from kubesim.store import file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Protocol

    from kubesim.store.format import Snapshot

    class Shelf(Protocol):
        """Where a journal lies. OSError where something cannot be done."""

        def names(self) -> list[str]:
            """What is there."""

        def size(self, name: str) -> int:
            """How many bytes something has."""

        def get(self, name: str) -> bytes | None:
            """The content of that name, None where there is none."""

        def keep(self, name: str) -> None:
            """Keep the state that is in its place now, unless there is something of that name."""

        def put(self, name: str, content: bytes) -> None:
            """Put something there, whole or not at all."""

        def append(self, name: str, line: bytes) -> None:
            """Add a line to what is there."""

        def remove(self, name: str) -> None:
            """Take something away, if it is there."""


STATES = 200  # are kept, a few more before the oldest are dropped
BYTES = 64 << 20  # they have at most, but the last one is kept however large it is

BATCH = 8  # states that are packed together
LARGE = 1 << 20  # bytes of a state that is left as it is: to pack it would keep a command waiting
LEVEL = 1  # of zlib's compression: alike lines are alike at any

STATE, PACK = ".json", ".pack"
STATUSES, REDO = "statuses", "redo"
TEMPORARY = "tmp"  # what is not whole yet
MOST_STATUSES = 16 << 10  # bytes of exit statuses, of which half are given up then


def name_of(snapshot: Snapshot) -> str:
    """What a state is called in the journal."""
    number = (snapshot.head.get("origin") or {}).get("number", 0)
    return f"{number}-{snapshot.checksum:08x}"


class Journal:
    """The states that are kept on a shelf, how commands ended, and where a redo leads."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._unpacked: tuple[str, dict[str, bytes]] = ("", {})

    # states

    def keep(self, name: str) -> None:
        """Keep the state that is about to be replaced."""
        with suppress(OSError):
            self._shelf.keep(name + STATE)

    def find(self, name: str) -> bytes | None:
        """The content of a state, None if it is not kept any more, or is damaged."""
        with suppress(OSError):
            return self._shelf.get(name + STATE) or self._find_packed(name)
        return None

    def _find_packed(self, name: str) -> bytes | None:
        number = _number(name)
        for pack in self._kept(PACK):
            if number in _range(pack):
                if self._unpacked[0] != pack:
                    self._unpacked = (pack, _unpack(self._shelf.get(pack) or b""))
                if name in self._unpacked[1]:
                    return self._unpacked[1][name]
        return None

    def tidy(self) -> None:
        """Pack what has come together, and give up what is beyond the bounds."""
        with suppress(OSError):
            self._shelf.remove(TEMPORARY)  # of a process that was killed
            sizes = {name: self._shelf.size(name) for name in self._kept(STATE)}
            small = [name for name, size in sizes.items() if size <= LARGE]
            if len(small) >= BATCH:
                self._pack(sorted(small, key=_number))
            if len(sizes) >= BATCH or sum(sizes.values()) > BYTES:
                self._drop_oldest()

    def _pack(self, names: list[str]) -> None:
        """Put states into one pack, but for those that a process which was killed had packed already."""
        contents = {}
        for name in names:
            content = self._shelf.get(name)
            if content is not None and self._find_packed(name[: -len(STATE)]) is None:
                contents[name[: -len(STATE)]] = content
        if contents:
            numbers = [_number(name) for name in contents]
            self._shelf.put(f"{numbers[0]}-{numbers[-1]}.{len(contents)}{PACK}", _packed(contents))
        for name in names:
            self._shelf.remove(name)
        statuses = self._shelf.get(STATUSES) or b""
        if len(statuses) > MOST_STATUSES:
            self._shelf.put(STATUSES, statuses[len(statuses) // 2 :].partition(b"\n")[2])

    def _drop_oldest(self) -> None:
        kept = sorted(self._kept(STATE, PACK), key=_number)
        sizes = {name: self._shelf.size(name) for name in kept}
        while len(kept) > 1:
            oldest = kept[0]
            if sum(map(_count, kept[1:])) < STATES and sum(sizes[name] for name in kept) <= BYTES:
                return
            self._shelf.remove(oldest)
            del kept[0]

    def give_up(self) -> bool:
        """Give up every state, for the disk is full; whether there was one."""
        with suppress(OSError):
            kept = self._kept(STATE, PACK)
            for name in kept:
                self._shelf.remove(name)
            return bool(kept)
        return False

    def _kept(self, *suffixes: str) -> list[str]:
        """The states and packs; whatever else lies there is not ours."""
        return [name for name in self._shelf.names() if name.endswith(suffixes) and _is_ours(name)]

    # commands

    def note_status(self, entry: int, status: int) -> None:
        """Note with which exit status the command of an entry ended."""
        with suppress(OSError):
            self._shelf.append(STATUSES, b"%d %d\n" % (entry, status))

    def statuses(self) -> dict[int, int]:
        """The exit statuses of the commands that have ended, by their entries."""
        with suppress(OSError):
            return dict(_statuses((self._shelf.get(STATUSES) or b"").splitlines()))
        return {}

    def lead_back(self, name: str, instant: int) -> None:
        """Note the state to which redos lead, and the simulated instant (ms) at which it was left."""
        with suppress(OSError):
            self._shelf.put(REDO, b"%b %d\n" % (name.encode(), instant))

    def way_back(self) -> tuple[str, int] | None:
        """What ``lead_back`` noted last."""
        with suppress(OSError, ValueError):
            name, instant = (self._shelf.get(REDO) or b"").decode().split()
            return name, int(instant)
        return None


def _is_ours(name: str) -> bool:
    """Whether something is called as a state or a pack is: ``12-9af31c02.json``, ``12-19.8.pack``."""
    first, _, rest = name.partition("-")
    *parts, _ = rest.split(".")
    numbers, count = ([first, *parts], 2) if name.endswith(PACK) else ([first], 1)
    return len(parts) == count and all(map(str.isdecimal, numbers))


def _number(name: str) -> int:
    """The number of the command that made a state, or the first state of a pack."""
    return int(name.partition("-")[0])


def _range(pack: str) -> range:
    """The numbers between which those of a pack's states lie."""
    first, _, last = pack.partition(".")[0].partition("-")
    return range(int(first), int(last) + 1)


def _count(name: str) -> int:
    """How many states a file has."""
    return int(name.split(".")[1]) if name.endswith(PACK) else 1


def _statuses(lines: list[bytes]) -> Iterator[tuple[int, int]]:
    for line in lines:
        with suppress(ValueError):  # of a line that was cut short
            entry, status = map(int, line.split())
            yield entry, status


def _packed(contents: dict[str, bytes]) -> bytes:
    """States as one text: which lines each has, and behind that every line once, compressed.

    Versions of one drawer lie side by side, for zlib sees only what was shortly before.
    """
    from zlib import compress

    states = {name: content.split(b"\n") for name, content in contents.items()}
    different = {line: None for lines in states.values() for line in lines}
    ordered = sorted(different, key=lambda line: line[: line.find(b'":')])
    numbers = {line: number for number, line in enumerate(ordered)}
    body = compress(b"\n".join(ordered), LEVEL)
    listed = {name: [numbers[line] for line in lines] for name, lines in states.items()}
    index = encoder(is_ascii=True, allow_nan=False)({"states": listed, "checksum": crc32(body)})
    return b"%b\n%b" % (index.encode(), body)


def _unpack(pack: bytes) -> dict[str, bytes]:
    """The states of a pack, none of a damaged one."""
    from zlib import decompress

    first, _, body = pack.partition(b"\n")
    try:
        index: Any = loads(first)
        if crc32(body) != index["checksum"]:
            return {}
    except (LookupError, TypeError, ValueError):
        return {}
    lines = decompress(body).split(b"\n")
    return {name: b"\n".join([lines[number] for number in numbers]) for name, numbers in index["states"].items()}


class Folder:
    """A folder beside the state, for its owner alone, which is made when something is put into it.

    ``sync`` is whether what is put there has to be on the disk.
    """

    def __init__(self, path: str, state: str, *, sync: bool = False) -> None:
        self._path = path
        self._state = state
        self._sync = sync

    def _at(self, name: str) -> str:
        return os.path.join(self._path, name)

    def names(self) -> list[str]:
        """What is there."""
        try:
            return os.listdir(self._path)
        except (FileNotFoundError, NotADirectoryError):
            return []

    def size(self, name: str) -> int:
        """How many bytes something has."""
        return os.stat(self._at(name)).st_size

    def get(self, name: str) -> bytes | None:
        """The content of that name, None where there is none."""
        try:
            with open(self._at(name), "rb", buffering=0) as content:
                return content.readall()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def keep(self, name: str) -> None:
        """Keep the state by a hard link; by a copy where the system or the file system makes none."""
        try:
            self._link(name)
        except FileExistsError:
            return
        except (AttributeError, OSError):
            content = file.read(self._state)
            if content is not None:
                self.put(name, content)

    def _link(self, name: str) -> None:
        try:
            os.link(self._state, self._at(name))
        except FileNotFoundError:
            os.mkdir(self._path, 0o700)
            os.link(self._state, self._at(name))

    def put(self, name: str, content: bytes) -> None:
        """Put something there, whole or not at all."""
        temporary = self._at(TEMPORARY)
        if not os.path.isdir(self._path):
            os.mkdir(self._path, 0o700)
        try:
            file.write(temporary, [content], sync=self._sync)
            os.replace(temporary, self._at(name))
        except OSError:
            with suppress(OSError):
                os.unlink(temporary)
            raise

    def append(self, name: str, line: bytes) -> None:
        """Add a line to what is there."""
        descriptor = os.open(self._at(name), os.O_WRONLY | os.O_CREAT | os.O_APPEND | file.BINARY, 0o600)
        try:
            os.write(descriptor, line)
        finally:
            os.close(descriptor)

    def remove(self, name: str) -> None:
        """Take something away, if it is there."""
        with suppress(FileNotFoundError):
            os.unlink(self._at(name))
