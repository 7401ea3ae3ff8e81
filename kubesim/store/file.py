"""Reading and replacing a whole file: what is there is always the old content or the new, never a part.

The new content is written to a temporary file of a fixed name beside it, so that a killed writer leaves at most one
behind, which the next writer removes.  Only a writer that holds the lock may call ``replace``.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import time

from kubesim.errors import StateError
from kubesim.startup.context_manager import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: For every file that is opened: what is read and written are bytes, and programs that are started do not get it.
BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_TO_READ = os.O_RDONLY | BINARY | getattr(os, "O_NONBLOCK", 0)  # a named pipe would make us wait

# Windows refuses to replace or open a file at the instants at which another process opens or replaces it.
_ATTEMPTS = 200 if sys.platform == "win32" else 1
_PAUSE = 0.01

_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))

_BLOCK = 64 * 1024
_LARGE = 1024 * 1024  # bytes from which on it takes longer to read a file than to read parts of it

_TAIL = 32  # bytes at the end of a state, which hold its checksum


class NoRoomError(StateError):
    """The disk is full, or as full as its owner may make it."""


class HeldFile:
    """The content of a file that is held open, read where it is asked for.

    What replaces the file is another file, so this one stays as it is.
    """

    def __init__(self, path: str, descriptor: int, size: int) -> None:
        self._path = path
        self._descriptor = descriptor
        self._size = size

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(self._size)
        try:
            return os.pread(self._descriptor, max(stop - start, 0), start)
        except OSError as error:
            raise StateError(f"cannot read the state: {self._path}: {error.strerror}") from None

    def find(self, sought: bytes) -> int:
        """Where a byte is first; -1 where it is nowhere."""
        for start in range(0, self._size, _BLOCK):
            at = self[start : start + _BLOCK].find(sought)
            if at >= 0:
                return start + at
        return -1

    def __del__(self) -> None:
        os.close(self._descriptor)


def read_in_part(path: str) -> bytes | HeldFile | None:
    """As ``read``, but of a large file only what is asked for, where the system lets a file be replaced meanwhile."""
    if sys.platform != "win32":
        with suppress(OSError):
            descriptor = _open_to_read(path)
            status = os.fstat(descriptor)
            if stat.S_ISREG(status.st_mode) and status.st_size >= _LARGE:
                return HeldFile(path, descriptor, status.st_size)
            os.close(descriptor)
    return read(path)


def read(path: str) -> bytes | None:
    """The content of a file, None where there is none; StateError where it cannot be read."""
    try:
        descriptor = _open_to_read(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StateError(f"cannot read the state: {path}: {error.strerror}") from None
    try:
        _require_regular(path, os.fstat(descriptor))
        with open(descriptor, "rb", buffering=0, closefd=False) as file:
            return file.readall()
    except OSError as error:
        raise StateError(f"cannot read the state: {path}: {error.strerror}") from None
    finally:
        os.close(descriptor)


def _require_regular(path: str, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        what = "is a directory" if stat.S_ISDIR(status.st_mode) else "is not a regular file"
        raise StateError(f"cannot read the state: {path} {what}")


def _open_to_read(path: str) -> int:
    """Open without waiting; PermissionError is tried again on Windows."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return os.open(path, _TO_READ)
        except PermissionError:
            if attempt == _ATTEMPTS or os.path.isdir(path):
                raise
            time.sleep(_PAUSE)
    raise AssertionError("unreachable")


def stamp(path: str) -> tuple[int, int, bytes] | None:
    """What differs whenever the file's content does, None where there is none.

    Its times and size alone would not do: two saves may come within one tick of the file system's clock.
    """
    try:
        with open(os.open(path, _TO_READ), "rb", buffering=0) as file:
            status = os.fstat(file.fileno())
            file.seek(max(0, status.st_size - _TAIL))
            return status.st_mtime_ns, status.st_size, file.read(_TAIL)
    except OSError:
        return None


def prepare(path: str) -> None:
    """Make the folder in which ``path`` is to lie, and those above it, for their owner alone.

    StateError where that fails, or where something else than a file is in its place.
    """
    folder = os.path.dirname(path)
    try:
        _make_folder(folder)
    except OSError as error:
        raise StateError(f"cannot make the folder of the state: {folder}: {error.strerror}") from None
    with suppress(OSError):
        _require_regular(path, os.stat(path))


def _make_folder(folder: str) -> None:
    if os.path.isdir(folder):
        return
    try:
        os.mkdir(folder, 0o700)
    except FileNotFoundError:
        _make_folder(os.path.dirname(folder))
        _make_folder(folder)
    except FileExistsError:
        if not os.path.isdir(folder):
            raise


def replace(
    path: str, pieces: Iterable[bytes], check: Callable[[], None], on_replaced: Callable[[], None] | None = None
) -> None:
    """Put a new content, given in pieces, in the place of a file's old one, for its owner alone, and on the disk.

    StateError where that fails (read-only folder, file-size limit; NoRoomError: disk full, quota), or where ``check``,
    which is called last before the old content is gone, raises it; the old content stays.  ``on_replaced`` is called
    first once the new content is there, whatever else may happen.
    """
    temporary = path + ".tmp"
    try:
        write(temporary, pieces)
        check()
        _move(temporary, path)
    except BaseException as error:
        with suppress(OSError):
            os.unlink(temporary)
        if isinstance(error, OSError):
            sort = NoRoomError if error.errno in _FULL else StateError
            raise sort(f"cannot write the state: {path}: {error.strerror}; it was left as it was") from None
        raise
    if on_replaced is not None:
        on_replaced()
    _sync_folder(path)


def keep(path: str, backup: str, check: Callable[[], None]) -> bool:
    """Copy a file to ``backup``, in the place of an older one, if it is there; StateError where that fails."""
    content = read(path)
    if content is None:
        return False
    replace(backup, [content], check)
    return True


def write(path: str, pieces: Iterable[bytes], *, sync: bool = True) -> None:
    """Write a new file for its owner alone, and put it on the disk if ``sync``; OSError."""
    with suppress(FileNotFoundError):
        os.unlink(path)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, 0o600)
    try:
        for piece in pieces:
            rest = memoryview(piece)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        if sync:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _move(source: str, target: str) -> None:
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            os.replace(source, target)
            break
        except PermissionError:
            if attempt == _ATTEMPTS or os.path.isdir(target):
                raise
            time.sleep(_PAUSE)


def _sync_folder(path: str) -> None:
    """Flush the renaming to the disk. If a file system cannot, a power cut leaves the old content or the new."""
    if sys.platform != "win32":  # which opens no folders
        with suppress(OSError):
            descriptor = os.open(os.path.dirname(path), os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
