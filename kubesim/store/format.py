"""The state file's text: one JSON object, a drawer a line.

    {"kubesim":{"schema":1,"seed":7,...,"drawers":{"Deployment/default":[2312,305419896,null],...}},
    "Deployment/default":{"objects":{"web":{...}}},
    "Pod/default/web-854998db69":{"shapes":[...],"rows":[...]},
    "end":2748187381}

The first line is the head.  Its ``drawers`` say of each line, in order, how many bytes it has, their CRC-32, and the
drawer's earliest wake-up (ms, or null), so that a command finds and checks the lines it wants without reading the
others, and copies them as they are when it saves.  The last line holds the head's own CRC-32: a file that was cut short
or garbled anywhere is noticed.

A file that a person or ``jq`` has reformatted is not in this layout any more; it is parsed as a whole instead, and
must still say what was saved, to the last value: the checksums are those of the lines it would have.
"""

from __future__ import annotations

from binascii import crc32

from kubesim.cluster.drawers import Drawer, DrawerName, Head
from kubesim.errors import StateError
from kubesim.startup.json_text import encoder, loads
from kubesim.startup.named_tuple import NamedTuple
from kubesim.store import migrations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from kubesim.store.file import HeldFile
    from kubesim.store.migrations import Document

_START = b'{"kubesim":'
_END = b'"end":'
_GLANCE = 64  # bytes at the beginning and at the end of every state file

# What the head has on disk besides what the cluster keeps in it.
_OWN = ("schema", "drawers")

_text_of = encoder(is_ascii=True, allow_nan=False)


class DamagedError(Exception):
    """The text is not a state that was saved whole; the message says why."""


class Line(NamedTuple):
    """The place of a drawer's line, with its checksum and earliest wake-up from the head."""

    start: int
    size: int
    checksum: int
    wake: int | None


class Snapshot:
    """A saved state: the head, and drawers that are parsed on demand."""

    def __init__(self, path: str, head: Head, checksum: int) -> None:
        self._path = path
        #: Of the whole state, as its last line has it.
        self.checksum = checksum
        #: What the cluster keeps besides drawers; the snapshot's own copy, free to be changed.
        self.head: Head = {key: value for key, value in head.items() if key not in _OWN}

    def drawers(self) -> Iterable[DrawerName]:
        raise NotImplementedError

    def wake(self, name: DrawerName) -> int | None:
        """The earliest instant (ms) at which anything in a drawer is due."""
        raise NotImplementedError

    def load(self, name: DrawerName) -> Drawer:
        """Parse the drawer of a name that ``drawers`` gave; StateError where its text is damaged."""
        try:
            drawer = _unpacked(self._stored(name))
        except DamagedError as error:
            raise damaged(self._path, str(error)) from None
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
            raise damaged(self._path, f"{text_of_name(name)} makes no sense") from None
        drawer.wake = self.wake(name)
        return drawer

    def line(self, name: DrawerName) -> tuple[bytes, int]:
        """The line that holds a drawer, and its checksum."""
        raise NotImplementedError

    def _stored(self, name: DrawerName) -> Any:
        raise NotImplementedError


class _Lines(Snapshot):
    """A file in our own layout."""

    def __init__(
        self, path: str, head: Head, checksum: int, data: bytes | HeldFile, lines: dict[DrawerName, Line]
    ) -> None:
        super().__init__(path, head, checksum)
        self._data = data
        self._lines = lines

    def drawers(self) -> Iterable[DrawerName]:
        return self._lines

    def wake(self, name: DrawerName) -> int | None:
        return self._lines[name].wake

    def line(self, name: DrawerName) -> tuple[bytes, int]:
        start, size, checksum, _ = self._lines[name]
        return self._data[start : start + size], checksum

    def _stored(self, name: DrawerName) -> Any:
        text, checksum = self.line(name)
        if crc32(text) != checksum:
            raise DamagedError(f"{text_of_name(name)} is garbled")
        return loads(b"{" + text[:-2] + b"}")[text_of_name(name)]


class _Parsed(Snapshot):
    """A file that had to be parsed as a whole: reformatted, or of an older schema."""

    def __init__(self, path: str, document: Document, *, is_older: bool) -> None:
        super().__init__(path, document["kubesim"], document["end"])
        self._is_older = is_older  # its checksums belong to lines of an older layout
        self._index = document["kubesim"]["drawers"]
        if {"kubesim", "end", *self._index} != document.keys():
            raise DamagedError("it does not hold what its head tells of")
        self._values = {name_of_text(text): document[text] for text in self._index}

    def drawers(self) -> Iterable[DrawerName]:
        return self._values

    def wake(self, name: DrawerName) -> int | None:
        wake: int | None = self._index[text_of_name(name)][2]
        return wake

    def line(self, name: DrawerName) -> tuple[bytes, int]:
        text = _line(name, self._values[name])
        return text, crc32(text) if self._is_older else self._index[text_of_name(name)][1]

    def _stored(self, name: DrawerName) -> Any:
        text, checksum = self.line(name)
        if crc32(text) != checksum:
            raise DamagedError(f"{text_of_name(name)} is not as it was saved")
        return self._values[name]


def text_of_name(name: DrawerName) -> str:
    """``Pod/default/web-854998db69``, ``Deployment/default``, ``Node``."""
    return "/".join(name).rstrip("/")


def name_of_text(text: str) -> DrawerName:
    kind, _, rest = text.partition("/")
    namespace, _, group = rest.partition("/")
    return DrawerName(kind, namespace, group)


# reading


def parse(path: str, data: bytes | HeldFile) -> Snapshot:
    """The state that a file's content holds; StateError where it is damaged, foreign or of a newer schema."""
    try:
        return _parse_lines(path, data) or _parse_whole(path, data[:])
    except DamagedError as error:
        raise damaged(path, str(error)) from None


def _parse_lines(path: str, data: bytes | HeldFile) -> Snapshot | None:
    """A snapshot of a file in the present layout, None for any other; only the head is parsed."""
    if data[: len(_START)] != _START:
        return None
    head_size = data.find(b"\n") + 1
    try:
        head = loads(data[len(_START) : head_size - 2])
        lines, end = _index(head, head_size)
        checksum = _checksum_at(data, end)
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return None
    if head.get("schema") != migrations.SCHEMA:
        return None
    if crc32(data[:head_size]) != checksum:
        raise DamagedError("its first line is garbled")
    return _Lines(path, head, checksum, data, lines)


def _index(head: Head, position: int) -> tuple[dict[DrawerName, Line], int]:
    """The lines that the head lists, from ``position`` on, and where they end."""
    lines = {}
    for text, (size, checksum, wake) in head["drawers"].items():
        lines[name_of_text(text)] = Line(position, size, checksum, wake)
        position += size
    return lines, position


def _checksum_at(data: bytes | HeldFile, position: int) -> int:
    """The checksum that the last line holds, if that is at ``position``; ValueError if not."""
    last = data[position:].rstrip()
    if not last.startswith(_END) or not last.endswith(b"}"):
        raise ValueError("the file ends elsewhere")
    return int(last[len(_END) : -1])


def _parse_whole(path: str, data: bytes) -> Snapshot:
    if not data.strip():
        raise DamagedError("it is empty")
    import json

    try:
        document = json.loads(data)
    except (RecursionError, ValueError) as error:
        if not _was_a_state(data):
            raise _foreign(path) from None
        is_deep = isinstance(error, RecursionError)
        raise DamagedError("it is nested too deeply" if is_deep else "it is garbled or was cut short") from None
    if not isinstance(document, dict) or not isinstance(document.get("kubesim"), dict):
        raise _foreign(path)
    schema = _schema(path, document)
    is_older = schema != migrations.SCHEMA
    try:
        snapshot = _Parsed(path, migrations.migrate(document, schema), is_older=is_older)
        is_whole = is_older or crc32(_first_line(document["kubesim"])) == document["end"]
    except (AttributeError, LookupError, TypeError, ValueError):  # a number too large is not JSON when it is written
        raise DamagedError("its head makes no sense") from None
    if not is_whole:
        raise DamagedError("its head is not as it was saved")
    return snapshot


def _was_a_state(data: bytes) -> bool:
    """Whether a text that cannot be read begins or ends as a state does, or is what a power cut leaves: zeros."""
    return not data.strip(b"\0") or b'"kubesim"' in data[:_GLANCE] or _END in data[-_GLANCE:]


def _foreign(path: str) -> StateError:
    return StateError(f"{path} is not a state of kubesim; name another file in KUBESIM_STATE")


def _schema(path: str, document: Document) -> int:
    schema = document["kubesim"].get("schema")
    if type(schema) is not int:
        raise DamagedError("it has no schema version")
    if schema > migrations.SCHEMA:
        raise StateError(
            f"{path} was written by a newer kubesim (schema {schema}, this one knows {migrations.SCHEMA}); "
            "upgrade kubesim, or name another file in KUBESIM_STATE"
        )
    return schema


def damaged(path: str, why: str) -> StateError:
    return StateError(
        f"the state file {path} is damaged: {why}; it was left as it is. "
        'Run "kubesim sim reset" to start anew; that keeps a backup of it'
    )


def _unpacked(value: Any) -> Drawer:
    """A drawer of its stored form: objects as they are, or rows beside their shapes."""
    if "rows" in value:
        from kubesim.store.row_reader import unpack

        return unpack(value)
    objects, memory = value["objects"], value.get("memory", {})
    for name, obj in objects.items():
        if obj["metadata"]["name"] != name:
            raise DamagedError(f"{name} lies in another object's place")
    for record in memory.values():
        if type(record) is not dict:
            raise DamagedError("a private record is not an object")
    return Drawer(objects, memory)


# writing


def render(
    head: Head,
    before: Snapshot | None,
    changes: Mapping[DrawerName, Drawer | None],
    wakes: Mapping[DrawerName, int | None],
) -> list[bytes]:
    """The text of a state, in pieces: ``before``'s lines as they are but for ``changes`` (None: the drawer is gone).

    ``wakes`` are earliest wake-ups of drawers that did not change otherwise.
    """
    names = set(before.drawers()) if before else set()
    names.update(changes)
    index, lines = {}, []
    for name in sorted(names):
        if name in changes:
            drawer = changes[name]
            if drawer is None:
                continue
            text = _line(name, _packed(drawer, head))
            checksum, wake = crc32(text), drawer.wake
        else:
            assert before is not None
            text, checksum = before.line(name)
            wake = wakes[name] if name in wakes else before.wake(name)
        index[text_of_name(name)] = (len(text), checksum, wake)
        lines.append(text)
    first = _first_line({"schema": migrations.SCHEMA, **head, "drawers": index})
    return [first, *lines, _END + b"%d}\n" % crc32(first)]


def _first_line(head: Head) -> bytes:
    return _START + _text_of(head).encode() + b",\n"


def _line(name: DrawerName, value: Any) -> bytes:
    return f"{_text_of(text_of_name(name))}:{_text_of(value)},\n".encode()


def _packed(drawer: Drawer, head: Head) -> Document:
    """The stored form of a drawer."""
    if len(drawer.objects) > 1:
        from kubesim.store.row_writer import pack

        return pack(drawer, head["seed"])
    return plain(drawer)


def plain(drawer: Drawer) -> Document:
    """The stored form of a drawer in which every object is written as itself."""
    return {"objects": drawer.objects, "memory": drawer.memory} if drawer.memory else {"objects": drawer.objects}
