"""Files on their way into a container and out of it, as tar carries them.

Mirrors kubectl pkg/cmd/cp (cp.go, filespec.go).  Of the host no path is touched but the one that is named, and what is
below it.
"""

from __future__ import annotations

import io
import os
import posixpath
import stat
import tarfile

from kubesim.cli.command import PROGRAM
from kubesim.cli.support.container_streams import ContainerStreams
from kubesim.containers.evaluation.found import MOST_WRITTEN, bytes_of
from kubesim.errors import UserError, reason_of
from kubesim.golang.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.command import Invocation
    from kubesim.cli.support.output_queue import Held
    from kubesim.life.follower import Follower


class PipedStreams(ContainerStreams):
    """A command that reads what it is given, and whose output is taken; what it complains goes to ``errors``."""

    def __init__(self, inv: Invocation, follower: Follower, given: bytes = b"", errors: Held | None = None) -> None:
        super().__init__(inv, follower, reads=True, is_terminal=False)
        self._given = iter(given.splitlines(keepends=True))
        self._errors = errors
        self._output: list[str] = []

    @property
    def output(self) -> bytes:
        """What it has printed."""
        return bytes_of("".join(self._output))

    def write(self, descriptor: int, text: str) -> None:
        """Take what is printed."""
        if descriptor == 1:
            self._output.append(text)
        elif self._errors is not None:
            self._errors.write(text)

    def read(self) -> str | None:
        """The next line of what the command was given."""
        line = next(self._given, None)
        return None if line is None else line.decode("utf-8", "surrogateescape")


# into a container


def packed(source: str, name: str) -> bytes:
    """An archive of a file or folder of the host, under a name in it; links are kept as they are, and not followed.

    UserError for what cannot be read, or is too much. Mirrors makeTar.
    """
    into = io.BytesIO()
    with tarfile.open(fileobj=into, mode="w", format=tarfile.GNU_FORMAT) as archive:
        try:
            _pack(archive, os.path.normpath(source), name, [MOST_WRITTEN])
        except OSError as error:
            raise UserError(f"open {error.filename}: {reason_of(error)}") from error
    return into.getvalue()


def _pack(archive: tarfile.TarFile, path: str, name: str, room: list[int]) -> None:
    """Add a path; ``room`` is how many bytes there may still be."""
    found = os.lstat(path)
    entry = archive.gettarinfo(path, name)
    if stat.S_ISDIR(found.st_mode):
        inner = sorted(os.listdir(path))
        if not inner:
            archive.addfile(entry)
        for each in inner:
            _pack(archive, os.path.join(path, each), posixpath.join(name, each), room)
        return
    if stat.S_ISLNK(found.st_mode):
        archive.addfile(entry)
        return
    if not stat.S_ISREG(found.st_mode):
        raise UserError(f"{path} is neither a file nor a folder")
    room[0] -= found.st_size
    if room[0] < 0:
        raise UserError(f"{path}: kubesim keeps {MOST_WRITTEN} bytes at most of what is written in a container")
    entry.type, entry.size, entry.linkname = tarfile.REGTYPE, found.st_size, ""
    with open(path, "rb") as file:
        archive.addfile(entry, file)


# out of a container


class Unpacking:
    """Writes what an archive has to a place on the host. ``source`` is the path in the container."""

    def __init__(self, inv: Invocation, pod: tuple[str, str], source: str, target: str) -> None:
        self._inv = inv
        self._pod = pod
        self._source = source
        self._target = target
        self._prefix = without_shortcuts(posixpath.normpath(source.strip("/")))
        self._has_explained = False

    def unpack(self, archive: bytes) -> None:
        """Write all that is in an archive below the target; UserError where that cannot be. Mirrors untarAll."""
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:") as opened:
            for entry in opened:
                if not entry.name.startswith(self._prefix):
                    raise UserError("tar contents corrupted")
                try:
                    self._take(opened, entry)
                except OSError as error:
                    raise UserError(f"open {error.filename}: {reason_of(error)}") from error

    def _take(self, archive: tarfile.TarFile, entry: tarfile.TarInfo) -> None:
        rest = entry.name[len(self._prefix) :].lstrip("/")
        target = os.path.normpath(os.path.join(self._target, *rest.split("/"))) if rest else self._target
        if not self._is_inside(target):
            self._inv.err.write(f"warning: file {quote(target)} is outside target destination, skipping\n")
            return
        folder = os.path.dirname(target)
        if folder:
            os.makedirs(folder, exist_ok=True)
        if entry.isdir():
            os.makedirs(target, exist_ok=True)
        elif entry.issym():
            self._skip(target, entry.linkname)
        elif entry.isfile():
            content = archive.extractfile(entry)
            with open(target, "wb") as file:
                file.write(content.read() if content is not None else b"")

    def _is_inside(self, target: str) -> bool:
        """Whether a path is the target or below it, links on the way taken into account."""
        if target == self._target:
            return True
        base = os.path.realpath(self._target)
        return os.path.realpath(target).startswith(base.rstrip(os.sep) + os.sep)

    def _skip(self, target: str, link: str) -> None:
        told = f"warning: skipping symlink: {quote(target)} -> {quote(link)}"
        if not self._has_explained:
            self._has_explained = True
            namespace, name = self._pod
            command = f"{PROGRAM} exec -n {quote(namespace)} {quote(name)} -- tar cf - {quote(self._source)} | tar xf -"
            told += f' (consider using "{command}")'
        self._inv.err.write(f"{told}\n")


def without_shortcuts(path: str) -> str:
    """A path without what leads upwards at its beginning. Mirrors stripPathShortcuts."""
    while path.startswith("../"):
        path = path[3:]
    return "" if path in (".", "..") else path.removeprefix("/")
