"""The files of a container and their texts, at any instant."""

from __future__ import annotations

import posixpath
from bisect import bisect_right, insort_right

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

Value = str | None

MOST_TEXT = 1 << 16  # characters of a text that is put together: scripts can double theirs with every round


def bounded(text: Value) -> Value:
    """A text that was put together; None for a very long one."""
    return None if text is None or len(text) > MOST_TEXT else text


class Found(NamedTuple):
    """Whether a file exists, and its text; None if unknown."""

    exists: bool | None
    content: Value = None


class Mount(NamedTuple):
    """A volume in a container: its path, and its files where they are known. ``is_empty``: it begins with none."""

    path: str
    files: tuple[tuple[str, Value], ...] | None = None
    is_empty: bool = False


class _Change(NamedTuple):
    instant: int
    found: Found


def _instant_of(change: _Change) -> int:
    return change.instant


NOT_KNOWN = Found(None)
ABSENT = Found(False)

# Folders that are empty in a new container.
_SCRATCH = ("/tmp/", "/var/tmp/", "/run/", "/var/run/", "/dev/shm/")
_ALWAYS = frozenset(
    (
        *("/", "/tmp", "/etc", "/dev", "/dev/null", "/dev/stdout", "/dev/stderr", "/proc", "/sys", "/bin", "/usr"),
        *("/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/etc/passwd", "/etc/group", "/run", "/var/run", "/var"),
        *("/bin/sh", "/proc/1/cmdline", "/dev/zero", "/dev/urandom", "/dev/random", "/dev/shm", "/var/log"),
    )
)


class Files:
    """What mounts and images bring, and what a program changes of it, each change at its instant (ms)."""

    def __init__(self, mounts: Iterable[Mount] = ()) -> None:
        self._mounts = sorted(mounts, key=lambda mount: -len(mount.path))
        self._changes: dict[str, list[_Change]] = {}
        #: Since when an unknown program runs, which may have made any file.
        self.opaque_since: int | None = None

    def copy(self) -> Files:
        """A copy of the files, so that changes to it are forgotten."""
        copied = Files(self._mounts)
        copied._changes = {path: list(changes) for path, changes in self._changes.items()}
        copied.opaque_since = self.opaque_since
        return copied

    def find(self, path: str, at: int) -> Found:
        """A file at an instant."""
        changes = self._changes.get(path, ())
        count = bisect_right(changes, at, key=_instant_of)
        if count:
            return changes[count - 1].found
        found = self._at_first(path)
        if found.exists is False and self.opaque_since is not None and self.opaque_since <= at:
            return NOT_KNOWN
        return found

    def _at_first(self, path: str) -> Found:
        for mount in self._mounts:
            if path == mount.path:
                return Found(True, dict(mount.files or ()).get(""))
            if path.startswith(mount.path.rstrip("/") + "/"):
                return _in_mount(mount, path[len(mount.path.rstrip("/")) + 1 :])
        if path in _ALWAYS:
            return Found(True)
        return ABSENT if path.startswith(_SCRATCH) else NOT_KNOWN

    def write(self, path: str, at: int, content: Value, *, appends: bool = False) -> None:
        """Write a text, at the end of the file if ``appends``; None for an unknown text."""
        if appends:
            before = self.find(path, at)
            start = "" if before.exists is False else before.content
            content = None if start is None or content is None else bounded(start + content)
        self._change(path, at, Found(True, content))

    def touch(self, path: str, at: int) -> None:
        """Make a file; an existing one keeps its text."""
        if not self.find(path, at).exists:
            self._change(path, at, Found(True, ""))

    def remove(self, path: str, at: int, *, recursive: bool = False) -> None:
        """Remove a file."""
        self._change(path, at, ABSENT)
        if recursive:
            for other in self.under(path, at):
                self._change(other, at, ABSENT)

    def _change(self, path: str, at: int, found: Found) -> None:
        if self.find(path, at) != found:
            insort_right(self._changes.setdefault(path, []), _Change(at, found), key=_instant_of)

    def under(self, folder: str, at: int) -> list[str]:
        """The known files below a folder, from programs and mounts."""
        start = folder.rstrip("/") + "/"
        mounted = [posixpath.join(m.path, name) for m in self._mounts for name, _ in m.files or ()]
        known = {path for path in (*self._changes, *mounted) if path.startswith(start)}
        return sorted(path for path in known if self.find(path, at).exists)

    def history(self, path: str, after: int) -> list[tuple[int, Found]]:
        """How a file changes after an instant."""
        return [(change.instant, change.found) for change in self._changes.get(path, ()) if change.instant > after]

    def next_change(self, after: int) -> int | None:
        """The first instant after that one at which any file changes."""
        instants = (change.instant for changes in self._changes.values() for change in changes)
        return min((instant for instant in instants if instant > after), default=None)

    def version(self) -> int:
        """A number that grows with each change."""
        return sum(len(changes) for changes in self._changes.values())


def _in_mount(mount: Mount, name: str) -> Found:
    if mount.files is None:
        return ABSENT if mount.is_empty else NOT_KNOWN
    known = dict(mount.files)
    if name in known:
        return Found(True, known[name])
    return Found(any(other.startswith(name + "/") for other in known))
