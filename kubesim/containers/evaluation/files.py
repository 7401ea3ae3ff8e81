"""The files of a container as programs change them: made, written, moved, removed, or not, if the kernel refuses."""

from __future__ import annotations

import posixpath

from kubesim.containers.evaluation.file_tree import SEARCH, WRITE, FileTree
from kubesim.containers.evaluation.found import (
    ABSENT,
    BUSY,
    DENIED,
    DEVICE,
    EXISTS,
    FILE,
    FOLDER,
    IS_FOLDER,
    LINK,
    MOST_WRITTEN,
    NAME_TOO_LONG,
    NO_FOLDER,
    NO_SPACE,
    NOT_EMPTY,
    NOT_KNOWN,
    NOTHING,
    READ_ONLY,
    REFUSED,
    FileError,
    Found,
    Stretch,
    Value,
    bytes_of,
    found_in,
    is_piece,
    piece_in,
    piece_row,
    stretch_in,
)
from kubesim.containers.evaluation.found import (
    bounded as bounded,
)
from kubesim.containers.evaluation.origins import Mount
from kubesim.containers.evaluation.recorded import Written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from kubesim.containers.evaluation.found import Row

__all__ = ("FileError", "Files", "Found", "Mount", "Value", "bounded")

_MOST_PATH, _MOST_NAME = 4096, 255  # bytes of a path and of a name in it, as the kernel has it
_STICKY = 0o1000
MOST_IN_TURN = 8 << 20  # characters that a loop adds to a file, as far as they are kept
_KERNELS = ("/proc/", "/sys/")


def _check_length(path: str) -> None:
    """FileError if a path, or a name in it, is too long."""
    if len(path) * 4 > _MOST_NAME:  # most are not
        raw = bytes_of(path)
        if len(raw) >= _MOST_PATH or max(map(len, raw.split(b"/"))) > _MOST_NAME:
            raise FileError(NAME_TOO_LONG)


class Files(FileTree):
    """Files that programs change.

    What cannot be done raises FileError, and changes nothing.  What is not known keeps nothing from being done.
    """

    _written = 0  # characters of the texts that were written, as they are now
    _record: list[Written] | None = None
    #: The commands that a program was at when its walk ended, from the inmost, and whether each took the place of the
    #: shell around it.
    under_way: tuple[tuple[tuple[Value, ...], bool], ...] = ()
    #: Whether only mounts can be written.
    is_read_only = False

    def copy(self) -> Files:
        """A copy of the files, so that changes to it are forgotten; it keeps a record of them."""
        copied = super().copy()
        copied._record = []
        return copied

    def rows(self) -> list[Row]:
        """What was changed since this copy was made: the last change of each path as a row that JSON can hold.

        A row is the instant, the path, and what is there then (see ``found.row_of``).  What was removed and made again
        has two rows, for nothing is left of what was in it.
        """
        last: dict[str, Written] = {}
        removed: list[Written] = []
        for change in self._record or ():
            if change.found.exists is False and change.path in last:
                removed = [other for other in removed if other.path != change.path]
            elif change.found.exists and not last.get(change.path, change).found.exists:
                removed.append(last[change.path])
            last[change.path] = change
        whole = [one if one.piece is None else Written(one.last, one.path, self._last(one)) for one in last.values()]
        return [one.row for one in [*removed, *whole]]

    def _last(self, change: Written) -> Found:
        """What lies where something was added last."""
        return self._at(change.path, change.last)

    @property
    def has_changes(self) -> bool:
        """Whether anything was changed since this copy was made."""
        return bool(self._record)

    def record_anew(self) -> None:
        """Forget what was changed so far: it is kept."""
        self._record = []

    def become(self, other: Files) -> None:
        """Be what others are: theirs were looked up later, and those who use these go on with them."""
        version, shape = self._version, self._shape
        self.__dict__.update(other.__dict__)
        self._version, self._shape = version + other._version + 1, shape + other._shape + 1

    def changes(self) -> list[Row]:
        """All that was changed since this copy was made, each change as a row."""
        return [change.row for change in self._record or ()]

    def shorten(self, at: int) -> None:
        """Empty the files whose last change added to them: rounds of a loop are skipped that would have added more."""
        for path in [path for path, changes in self._changes.items() if changes[-1].grown is not None]:
            self.write(path, at, "")

    def take(self, rows: Iterable[Row], *, records: bool = False) -> None:
        """Take in rows that ``rows`` or ``changes`` gave; only if it ``records`` them, they are changes of its own."""
        record = self._record
        self._record = record if records else None
        for at, path, row in rows:
            if is_piece(row):
                self._take_piece(path, at, row or {})
                continue
            found, before = found_in(row), self._at(path, at)
            self._has_links = self._has_links or found.kind == LINK
            self._written += len(found.content or "") - len(before.content or "")
            self._keep(path, at, found)
        self._record = record

    def _take_piece(self, path: str, at: int, row: dict[str, Any]) -> None:
        """Take in what another program added to a file, which whoever uses these files need not be let do."""
        before, piece, stretch = self._at(path, at), piece_in(row), stretch_in(row)
        if stretch is not None and not self._stretch(path, stretch.pieces(at, piece)):
            for instant, one in stretch.pieces(at, piece):
                self._take_piece(path, instant, {**row, **piece_row(one), "more_after": None})
        if stretch is not None:
            return
        has_room = self._written + len(piece) <= MOST_WRITTEN
        if before.exists and before.content is not None and has_room:
            self._grow(path, at, before, piece)
            return
        found = before if before.exists else found_in(row)
        text = piece if before.exists is False and has_room else None
        self._written += len(text or "") - len(before.content or "")
        self._keep(path, at, found._replace(content=text, size=None), None if text is None else piece)

    def _keep(self, path: str, at: int, found: Found, piece: str | None = None) -> None:
        """Change what is at a path, at an instant that counts as that of its modification."""
        if self._record is not None:
            self._record.append(Written(at, path, found, piece))
        self._change(path, at, found)
        if found.exists:
            self._touches.setdefault(path, []).append(at)

    def write(self, path: str, at: int, content: Value, *, appends: bool = False, size: int | None = None) -> None:
        """Write a text, at the end of the file if ``appends``; None for an unknown text, of ``size`` bytes."""
        real = self.resolve(path, at)
        before = self._open(real, at)
        if before.kind == DEVICE:
            return
        if appends and before.exists and before.content is not None and content is not None:
            self._grow(real, at, before, content)
            return
        piece = content if appends and before.exists is False else None
        if appends and piece is None:
            content = None
        self._reserve(before, content)
        after = before if before.exists else self._new(path, FILE, 0o644)
        self._keep(real, at, after._replace(content=content, size=size), piece)

    def write_in_turn(self, path: str, pieces: list[tuple[int, str]]) -> None:
        """Add pieces to the end of a file, each at its instant, in their order; of very much text the last."""
        real = self.resolve(path, pieces[0][0])
        length, first = 0, len(pieces)
        while first and length + len(pieces[first - 1][1]) <= MOST_IN_TURN:
            first -= 1
            length += len(pieces[first][1])
        if first:
            self.write(real, pieces[first][0], "")
        if not self._stretch(real, pieces[first:]):
            for at, piece in pieces[first:]:
                self.write(real, at, piece, appends=True)

    def _stretch(self, path: str, pieces: list[tuple[int, str]]) -> bool:
        """Add pieces to a text at once, if nothing comes between them; whether that could be done."""
        at = pieces[0][0]
        before = self._at(path, at)
        if not before.exists or before.kind != FILE or before.content is None or self._changes_after(path, at):
            return False
        text, stretch = "".join(piece for _, piece in pieces), Stretch.of(pieces)
        if self._record is not None:
            self._record.append(Written(at, path, before._replace(content=None), text, stretch))
        self._append(path, at, text, stretch)
        self._touches.setdefault(path, []).extend(instant for instant, _ in pieces)
        return True

    def _grow(self, path: str, at: int, before: Found, piece: str) -> None:
        """Add to the end of a file."""
        if piece and self._written + len(piece) > MOST_WRITTEN:
            raise FileError(NO_SPACE)
        self._written += len(piece)
        if self._record is not None:
            self._record.append(Written(at, path, before._replace(content=None), piece))
        if piece:
            self._append(path, at, piece)
        self._touches.setdefault(path, []).append(at)

    def _open(self, path: str, at: int) -> Found:
        """What lies where a file is to be written; FileError if it cannot be."""
        self._search(path, at)
        before = self._at(path, at)
        if before.exists and before.kind == FOLDER:
            raise FileError(IS_FOLDER)
        if before.kind == DEVICE:
            return before
        self._check_writable(path)
        if before.exists and not self.may(before, WRITE):
            raise FileError(DENIED)
        if not before.exists:
            self._check_parent(path, at)
        return before

    def _reserve(self, before: Found, content: Value) -> None:
        grown = self._written + len(content or "") - len(before.content or "")
        if grown > MOST_WRITTEN and grown > self._written:
            raise FileError(NO_SPACE)
        self._written = max(0, grown)

    def _new(self, path: str, kind: str, mode: int, content: Value = None) -> Found:
        """What is made there: of its user's group, but in a volume of an fsGroup, whose folders hand on theirs."""
        mount = self.mount_of(path)
        group = mount.group if mount is not None and mount.group else self.group
        return Found(True, content, kind, mode, self.user or 0, group)

    def is_sealed(self, path: str, at: int) -> bool:
        """Whether what lies at a path, behind links, is on a file system that nobody can write."""
        return self._is_sealed(self.resolve(path, at))

    def _is_sealed(self, real: str) -> bool:
        mount = self.mount_of(real)
        return (self.is_read_only if mount is None else mount.is_read_only) or real.startswith(_KERNELS)

    def _check_writable(self, path: str) -> None:
        if self._is_sealed(path):
            raise FileError(READ_ONLY)

    def _check_parent(self, path: str, at: int) -> None:
        """FileError if nothing can be made or removed beside a path."""
        _check_length(path)
        parent = posixpath.dirname(path)
        found = self._at(parent, at) if parent else NOT_KNOWN
        if found.exists is False:
            raise FileError(NOTHING)
        if found.exists and found.kind == FILE and found.mode is not None:
            raise FileError(NO_FOLDER)
        self._check_writable(path)
        if not self.may(found, WRITE | SEARCH):
            raise FileError(DENIED)

    def touch(self, path: str, at: int) -> None:
        """Make a file; an existing one keeps its text."""
        real = self.resolve(path, at)
        found = self._at(real, at)
        if not found.exists:
            self.write(real, at, "")
            return
        self._check_writable(real)
        if not self.may(found, WRITE):
            raise FileError(DENIED)
        if found.kind == FILE and found.content is not None:
            self._grow(real, at, found, "")
        else:
            self._keep(real, at, found)

    def make_folder(self, path: str, at: int, mode: int = 0o755, *, with_parents: bool = False) -> None:
        """Make a folder; ``with_parents``: it may be there, and so may its parents."""
        real = self.resolve(path, at, follows=with_parents)
        _check_length(real)
        for above in reversed(list(self._missing(posixpath.dirname(real), at)) if with_parents else []):
            self._make_folder(above, at, 0o755, with_parents=True)
        self._make_folder(real, at, mode, with_parents=with_parents)

    def _missing(self, folder: str, at: int) -> Iterator[str]:
        """A folder and those above it, as far up as they are not there for certain."""
        while folder not in ("", "/", ".") and not self._at(folder, at).exists:
            yield folder
            folder = posixpath.dirname(folder)

    def _make_folder(self, real: str, at: int, mode: int, *, with_parents: bool) -> None:
        self._search(real, at)
        before = self._at(real, at)
        if before.exists:
            if with_parents and before.kind == FOLDER:
                return
            raise FileError(EXISTS)
        self._check_parent(real, at)
        if before.exists is None and not with_parents:
            self._keep(real, at, ABSENT)  # so nothing is in it
        self._keep(real, at, self._new(real, FOLDER, mode))

    def link(self, path: str, at: int, target: Value) -> None:
        """Make a symbolic link."""
        real = self.resolve(path, at, follows=False)
        if self._at(real, at).exists:
            raise FileError(EXISTS)
        self._check_parent(real, at)
        self._has_links = True
        self._keep(real, at, self._new(real, LINK, 0o777, target))

    def remove(self, path: str, at: int, *, recursive: bool = False) -> None:
        """Remove a file, or ``recursive`` a folder with all that is in it."""
        real = self.resolve(path, at, follows=False)
        self._search(real, at)
        before = self._at(real, at)
        if before.exists and before.kind == FOLDER and not recursive:
            raise FileError(IS_FOLDER)
        self._check_removable(real, before, at)
        if recursive:
            for other in reversed(self.under(real, at)):
                self._check_removable(other, self._at(other, at), at)
                self._forget(other, at)
        self._forget(real, at)

    def remove_folder(self, path: str, at: int) -> None:
        """Remove an empty folder."""
        real = self.resolve(path, at, follows=False)
        found = self.look(real, at, follows=False)
        if found.exists and found.kind != FOLDER:
            raise FileError(NO_FOLDER)
        self._check_removable(real, found, at)
        if self.under(real, at):
            raise FileError(NOT_EMPTY)
        self._forget(real, at)

    def _check_removable(self, path: str, found: Found, at: int) -> None:
        if any(mount.path == path or mount.path.startswith(path + "/") for mount in self._mounts):
            raise FileError(BUSY)
        self._check_parent(path, at)
        parent = self._at(posixpath.dirname(path), at)
        owners = (found.owner, parent.owner)
        if not self.owns and parent.mode is not None and parent.mode & _STICKY and self.user not in owners:
            raise FileError(REFUSED)

    def _forget(self, path: str, at: int) -> None:
        self._written = max(0, self._written - len(self._at(path, at).content or ""))
        self._keep(path, at, ABSENT)

    def put(self, path: str, at: int, found: Found) -> None:
        """Put something where nothing is, as it is elsewhere: its kind, text and mode."""
        real = self.resolve(path, at, follows=False)
        self._check_parent(real, at)
        self._reserve(self._at(real, at), found.content)
        self._has_links = self._has_links or found.kind == LINK
        self._keep(real, at, found)

    def change(self, path: str, at: int, *, mode: int | None = None, owner: int = -1, group: int = -1) -> None:
        """Change a file's mode, or its owner and group (-1: as it is)."""
        real = self.resolve(path, at)
        found = self.look(real, at)
        self._check_writable(real)
        gives = owner not in (-1, found.owner) or group not in (-1, found.group, self.group, *self.groups)
        if (gives and not self.gives) or (found.owner != self.user and not self.owns and self.user is not None):
            raise FileError(REFUSED)
        changed = found._replace(
            mode=found.mode if mode is None else mode,
            owner=found.owner if owner == -1 else owner,
            group=found.group if group == -1 else group,
        )
        if self._record is not None:
            self._record.append(Written(at, real, changed))
        self._change(real, at, changed)

    def move(self, source: str, target: str, at: int) -> None:
        """Move a file, or a folder with all that is in it, to a path at which nothing else is but a file."""
        old, new = (self.resolve(path, at, follows=False) for path in (source, target))
        found = self.look(old, at, follows=False)
        self._check_removable(old, found, at)
        below = [(path, self._at(path, at)) for path in self.under(old, at)]
        self.put(new, at, found)
        for path, inner in below:
            self._keep(new + path[len(old) :], at, inner)
        for path, _ in reversed(below):
            self._forget(path, at)
        self._forget(old, at)
