"""The files of a container at any instant: what is where, behind which links, and who may see it."""

from __future__ import annotations

import posixpath
from bisect import bisect_right, insort_right

from kubesim.containers.capabilities import holds
from kubesim.containers.evaluation.found import (
    ABSENT,
    DENIED,
    DEVICE,
    FILE,
    FOLDER,
    IS_FOLDER,
    LINK,
    LOOP,
    NO_FOLDER,
    NOT_KNOWN,
    NOTHING,
    FileError,
    Found,
    Stretch,
    Value,
)
from kubesim.containers.evaluation.growing import Growing
from kubesim.containers.evaluation.origins import UNKNOWN_IMAGE, ImageFiles, Mount, in_mount, names_in
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from typing_extensions import Self

    from kubesim.containers.evaluation.origins import Source

READ, WRITE, SEARCH = 4, 2, 1
_MOST_LINKS = 40  # that are followed on the way to a file


class _Change(NamedTuple):
    """What came to lie at a path at an instant; the text of a file that was appended to is a version of ``grown``."""

    instant: int
    found: Found
    grown: Growing | None = None
    length: int = 0
    stretch: Stretch | None = None  # of the pieces that were added last, one after the other

    def whole(self, at: int) -> Found:
        """What lay there at an instant, with its text."""
        if self.grown is None:
            return self.found
        return self.found._replace(content=self.grown.version(self.length_at(at)))

    def length_at(self, at: int) -> int:
        """How long the text was at an instant."""
        if self.stretch is None:
            return self.length
        count = bisect_right(self.stretch.after, at - self.instant)
        return self.length - self.stretch.ends[-1] + (self.stretch.ends[count - 1] if count else 0)

    @property
    def instants(self) -> list[int]:
        """All instants at which it changed."""
        return [self.instant] if self.stretch is None else [self.instant + after for after in self.stretch.after]


def _instant_of(change: _Change) -> int:
    return change.instant


class Listing(NamedTuple):
    """What is in a folder, by names; ``is_whole``: nothing else is."""

    names: list[str]
    is_whole: bool


class FileTree:
    """What mounts and images bring, and what programs changed of it, each change at its instant (ms)."""

    def __init__(
        self,
        mounts: Iterable[Mount] = (),
        image: ImageFiles = UNKNOWN_IMAGE,
        images: Mapping[Source, ImageFiles] | None = None,
    ) -> None:
        self._image = image
        #: The files of images and nodes that are mounted.
        self._images = images or {}
        self._mounts: list[Mount] = []
        self._changes: dict[str, list[_Change]] = {}
        self._touches: dict[str, list[int]] = {}
        self._has_links = image.has_links
        self._parents: set[str] = set()  # all folders in which something was changed or mounted, however deep
        self._removed: set[str] = set()
        self._version = 0
        self._shape = 0
        #: Since when an unknown program runs, which may have made any file.
        self.opaque_since: int | None = None
        #: Whose programs use the files; somebody unknown is let do everything, and root by its capabilities.
        self.user: int | None = None
        self.group = 0
        self.groups: frozenset[int] = frozenset()
        self.overrides = self.owns = self.gives = True
        for mount in sorted(mounts, key=lambda mount: len(mount.path)):
            self._mount(mount)

    def run_as(self, user: int, group: int, groups: Iterable[int], capabilities: int) -> None:
        """Let a user's programs use the files; only root has ``capabilities``."""
        self.user, self.group, self.groups = user, group, frozenset(groups)
        held = 0 if user else capabilities
        self.overrides, self.owns, self.gives = (holds(held, name) for name in ("DAC_OVERRIDE", "FOWNER", "CHOWN"))

    def _mount(self, mount: Mount) -> None:
        mount = mount._replace(path=self.resolve(mount.path, 0))
        self._mounts.insert(0, mount)
        self._has_links = self._has_links or bool(mount.stamp or mount.image)
        self._parents.update(_above(mount.path))

    def copy(self) -> Self:
        """A copy of the files, so that changes to it are forgotten."""
        copied = self.__class__.__new__(self.__class__)
        copied.__dict__.update(self.__dict__)
        copied._changes = {path: list(changes) for path, changes in self._changes.items()}
        copied._touches = {path: list(instants) for path, instants in self._touches.items()}
        copied._parents, copied._removed = set(self._parents), set(self._removed)
        return copied

    # looking

    def find(self, path: str, at: int, *, follows: bool = True) -> Found:
        """What lies at a path at an instant, behind links if it ``follows`` the last one."""
        try:
            return self._at(self.resolve(path, at, follows=follows), at)
        except FileError:
            return ABSENT

    def look(self, path: str, at: int, *, follows: bool = True) -> Found:
        """What lies at a path at an instant; FileError if there is nothing, or the user may not get there."""
        real = self.resolve(path, at, follows=follows)
        self._search(real, at)
        found = self._at(real, at)
        if found.exists is False:
            raise FileError(NOTHING)
        return found

    def read(self, path: str, at: int) -> Value:
        """A file's text, None if unknown; FileError if it cannot be read."""
        found = self.look(path, at)
        if found.kind == FOLDER:
            raise FileError(IS_FOLDER)
        if not self.may(found, READ):
            raise FileError(DENIED)
        return found.content

    def resolve(self, path: str, at: int, *, follows: bool = True) -> str:
        """The path behind all links; FileError if they go round in a circle."""
        if not self._has_links or not path.startswith("/"):
            return path
        done, left, count = "/", path.split("/"), 0
        while left:
            name = left.pop(0)
            if name in ("", "."):
                continue
            here = posixpath.join(done, name) if name != ".." else posixpath.dirname(done)
            found = self._at(here, at) if left or follows else NOT_KNOWN
            if found.exists is False and ".." not in left:  # nor is anything below it
                return posixpath.join(here, *(part for part in left if part not in ("", ".")))
            if found.kind != LINK or found.content is None:
                done = here
                continue
            count += 1
            if count > _MOST_LINKS:
                raise FileError(LOOP)
            done = "/" if found.content.startswith("/") else done
            left = found.content.split("/") + left
        return done

    def may(self, found: Found, wanted: int) -> bool:
        """Whether the user may read, write or search (READ, WRITE, SEARCH) what lies there."""
        if self.overrides or found.mode is None:
            return True
        shift = 6 if found.owner == self.user else 3 if found.group in (self.group, *self.groups) else 0
        return found.mode >> shift & wanted == wanted

    def listing(self, folder: str, at: int) -> Listing:
        """The names in a folder, sorted; FileError if it is none, or cannot be read."""
        found = self.look(folder, at)
        if found.kind != FOLDER:
            raise FileError(NO_FOLDER)
        if not self.may(found, READ):
            raise FileError(DENIED)
        start = self.resolve(folder, at).rstrip("/") + "/"
        return Listing(self.names(folder, at), self._at(start + "\0", at).exists is False)

    def names(self, folder: str, at: int) -> list[str]:
        """The names in a folder that are known, sorted, whoever may read it."""
        start = self.resolve(folder, at).rstrip("/") + "/"
        names = {path[len(start) :].partition("/")[0] for path in self._named(start)} - {""}
        return sorted(name for name in names if self._at(start + name, at).exists)

    def under(self, folder: str, at: int) -> list[str]:
        """The known paths below a folder, at any depth."""
        start = self.resolve(folder, at).rstrip("/") + "/"
        given = folder.rstrip("/") + "/"
        return sorted(given + path[len(start) :] for path in set(self._named(start)) if self._at(path, at).exists)

    def _named(self, start: str) -> Iterator[str]:
        """All paths that begin so and of which something is known."""
        for path in (*self._changes, *self._parents, *self._image.entries):
            if path.startswith(start):
                yield path
        for mount in self._mounts:
            if mount.path.startswith(start) or start.startswith(mount.path.rstrip("/") + "/"):
                yield from (path for path in self._names_in(mount) if path.startswith(start))

    def _names_in(self, mount: Mount) -> Iterable[str]:
        """The paths of which something is known in a mount."""
        if not mount.image:
            return names_in(mount)
        entries = self._images[mount.source].entries
        inside = (path for path in entries if path == (mount.folder or "/") or path.startswith(f"{mount.folder}/"))
        return (mount.path + path[len(mount.folder) :].rstrip("/") for path in inside)

    def _in_mount(self, mount: Mount, path: str) -> Found:
        if not mount.image:
            return in_mount(mount, path)
        found = self._images[mount.source].find(mount.folder + path[len(mount.path) :] or "/")
        return Found(True, kind=FOLDER) if found.exists is None and path == mount.path else found

    def mount_of(self, path: str) -> Mount | None:
        """The mount in which a path without links lies."""
        for mount in self._mounts:
            if path == mount.path or path.startswith(mount.path.rstrip("/") + "/"):
                return mount
        return None

    @property
    def mounts(self) -> list[Mount]:
        return self._mounts[::-1]

    def modified(self, path: str, at: int) -> int | None:
        """When (ms) what lies at a path without links was changed last; None: before the container began."""
        instants = [instant for instant in self._touches.get(path, ()) if instant <= at]
        for other, changes in self._changes.items():
            if posixpath.dirname(other) == path and other != path:
                instants += [instant for change in changes for instant in change.instants if instant <= at]
        return max(instants, default=None)

    @property
    def made(self) -> int:
        """When the image was made (s since the epoch)."""
        return self._image.made

    def additions(self, path: str, after: int) -> Iterator[tuple[int, Value]]:
        """What is added to a file after an instant, each piece with its own; of one that is written anew all of it."""
        grown: Growing | None = None
        length = 0
        text: Value = self._at_first(path, after).content
        for change in self._changes.get(path, ()):
            for instant in change.instants:
                now = change.length_at(instant)
                if instant > after and change.grown is not None and change.grown is grown:
                    yield instant, grown.between(length, now)
                elif instant > after:
                    before = text if grown is None else grown.version(length)
                    yield instant, _added(before, change.whole(instant).content)
                grown, length, text = change.grown, now, change.found.content

    def next_change(self, after: int) -> int | None:
        """The first instant after that one at which any file changes."""
        instants = (instant for changes in self._changes.values() for change in changes for instant in change.instants)
        return min((instant for instant in instants if instant > after), default=None)

    def version(self) -> int:
        """A number that grows with each change."""
        return self._version

    def _at(self, path: str, at: int) -> Found:
        changes = self._changes.get(path, ())
        count = bisect_right(changes, at, key=_instant_of)
        if count:
            return changes[count - 1].whole(at)
        found = self._at_first(path, at)
        if not found.exists and path in self._parents and self._holds(path, at):
            return Found(True, kind=FOLDER, mode=0o755)
        if found.exists is False and self.opaque_since is not None and self.opaque_since <= at:
            return NOT_KNOWN
        return found

    def _holds(self, folder: str, at: int) -> bool:
        """Whether something is in a folder by a change or a mount."""
        start = folder + "/"
        if any(mount.path.startswith(start) for mount in self._mounts):
            return True
        inside = (path for path in self._changes if path.startswith(start))
        return any(bool(self._at(path, at).exists) for path in inside)

    def _at_first(self, path: str, at: int) -> Found:
        """What mounts and image bring, unless a folder on the way was removed."""
        if self._changes and self._is_cut_off(path, at):
            return ABSENT
        mount = self.mount_of(path)
        return self._image.find(path) if mount is None else self._in_mount(mount, path)

    def _is_cut_off(self, path: str, at: int) -> bool:
        parent = posixpath.dirname(path)
        changes = self._changes.get(parent, ())
        count = bisect_right(changes, at, key=_instant_of)
        if count and changes[count - 1].found.kind == FILE:
            return True
        for above in _above(path) if self._removed else ():
            if above in self._removed and any(
                change.found.exists is False and change.instant <= at for change in self._changes[above]
            ):
                return True
        return False

    def _search(self, path: str, at: int) -> None:
        """FileError if something on the way is no folder, or may not be searched."""
        parent = posixpath.dirname(path)
        found = self._at(parent, at) if parent else NOT_KNOWN
        if found.exists and found.kind in (FILE, DEVICE) and found.mode is not None:
            raise FileError(NO_FOLDER)
        if not self.overrides and not all(self.may(self._at(above, at), SEARCH) for above in _above(path)):
            raise FileError(DENIED)

    def _change(self, path: str, at: int, found: Found) -> None:
        before = self._at(path, at)
        if before == found:
            return
        self._add_parents(path)
        if found.exists is False:
            self._removed.add(path)
        insort_right(self._changes.setdefault(path, []), _Change(at, found), key=_instant_of)
        self._version += 1
        self._shape += not (before.exists and found.exists and before.kind == found.kind == FILE)

    def _add_parents(self, path: str) -> None:
        for above in _above(path):
            if above in self._parents:  # so are those above it
                return
            self._parents.add(above)

    def _append(self, path: str, at: int, piece: str, stretch: Stretch | None = None) -> None:
        """Add to the end of a file whose text is known: a piece, or those of a ``stretch`` that begins then."""
        changes = self._changes.setdefault(path, [])
        count = bisect_right(changes, at, key=_instant_of)
        last = changes[count - 1] if count else None
        grown = None if last is None else last.grown
        if last is None or grown is None or grown.length != last.length_at(at):
            grown = Growing(self._at(path, at).content or "")
        found = self._at(path, at)._replace(content=None, size=None)
        changes.insert(count, _Change(at, found, grown, grown.add(piece), stretch))
        self._add_parents(path)
        self._version += 1

    def _changes_after(self, path: str, at: int) -> bool:
        """Whether something is known to lie at a path from a later instant on."""
        return any(change.instants[-1] > at for change in self._changes.get(path, ())[-1:])

    @property
    def shape(self) -> int:
        """A number that grows with each change, but where an existing file has another text."""
        return self._shape


def _added(before: Value, after: Value) -> Value:
    """What a text has more than before, if it begins so."""
    return after[len(before) :] if before is not None and after is not None and after.startswith(before) else after


def _above(path: str) -> Iterator[str]:
    """The folders above a path, the nearest first."""
    while path not in ("/", "", "."):
        path = posixpath.dirname(path)
        yield path
