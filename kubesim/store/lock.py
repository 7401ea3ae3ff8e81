"""The writers' lock: one at a time, released by the operating system when its holder dies.

It is held on a file of its own beside the state, which is never removed: a lock on the state itself would be lost
with every replacement, and removing a lock file lets two writers hold "the" lock at once.  The file says which process
holds it.
"""

from __future__ import annotations

import os
import stat
import sys
import time

from kubesim.errors import StateError
from kubesim.startup.context_manager import contextmanager, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    #: Called with the id of the process that holds the lock, None if unknown.
    OnWait = Callable[[int | None], None]

#: How long to wait for another writer before saying so, in seconds.
PATIENCE = 10.0

# Neither through a link that somebody else made nor into a pipe.
_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
_MODE = 0o600


class Lock:
    """The lock while it is held."""

    def __init__(self, path: str, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor

    def check(self) -> None:
        """StateError if the locked file is no longer at its path: other writers then lock another file."""
        if not _is_at(self._path, self._descriptor):
            folder = os.path.dirname(self._path)
            raise StateError(f"cannot write the state: {folder} was moved or replaced meanwhile; nothing was saved")


@contextmanager
def exclusive(path: str, on_wait: OnWait | None = None) -> Iterator[Lock]:
    """Hold the lock file ``path``, which is made if it is missing; wait while another process holds it.

    ``on_wait`` is called once if that takes longer than ``PATIENCE``.  StateError if the file cannot be made or
    locked.
    """
    while True:
        with _opened(path) as descriptor:
            _acquire(path, descriptor, on_wait)
            if _is_at(path, descriptor):
                _sign(descriptor)
                yield Lock(path, descriptor)
                return


@contextmanager
def exclusive_if_free(path: str) -> Iterator[Lock | None]:
    """Hold the lock file if it is free, else yield None; StateError as for ``exclusive``."""
    with _opened(path) as descriptor:
        is_free = _try(path, descriptor) and _is_at(path, descriptor)
        if is_free:
            _sign(descriptor)
        yield Lock(path, descriptor) if is_free else None


@contextmanager
def _opened(path: str) -> Iterator[int]:
    try:
        descriptor = os.open(path, _FLAGS, _MODE)
    except OSError as error:
        why = "it is a symbolic link" if os.path.islink(path) else error.strerror
        raise StateError(f"cannot write the state: {path}: {why}") from None
    try:
        _keep_private(path, descriptor)
        yield descriptor
    finally:
        os.close(descriptor)  # which releases the lock


def _keep_private(path: str, descriptor: int) -> None:
    """Make the lock file private; StateError for a file that was not made as a lock."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
        raise StateError(f"cannot write the state: {path}: it is not a file that was made to be a lock")
    if sys.platform != "win32" and stat.S_IMODE(status.st_mode) != _MODE:
        with suppress(PermissionError):  # the file of another user, in a shared folder
            os.fchmod(descriptor, _MODE)


def _sign(descriptor: int) -> None:
    """Write this process's id into the lock file, if possible."""
    with suppress(OSError):
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.ftruncate(descriptor, os.write(descriptor, b"%d\n" % os.getpid()))


def _holder(path: str) -> int | None:
    """The id of the process that holds the lock; None if unknown."""
    try:
        with open(path, "rb") as file:
            return int(file.read(32))
    except (OSError, ValueError):
        return None


def _acquire(path: str, descriptor: int, on_wait: OnWait | None) -> None:
    if _try(path, descriptor):
        return
    from threading import Timer

    notice = Timer(PATIENCE, lambda: on_wait and on_wait(_holder(path)))
    notice.daemon = True
    notice.start()
    try:
        _wait(descriptor)
    except OSError as error:
        raise _refusal(path, error) from None
    finally:
        notice.cancel()


def _try(path: str, descriptor: int) -> bool:
    """Take the lock if it is free."""
    try:
        return _lock_at_once(descriptor)
    except OSError as error:
        raise _refusal(path, error) from None


def _refusal(path: str, error: OSError) -> StateError:
    return StateError(f"cannot lock the state: {path}: {error.strerror}")


if sys.platform == "win32":
    import msvcrt

    _BYTE = 1 << 20  # the locked byte, behind the text: a locked byte cannot be read

    def _lock_at_once(descriptor: int) -> bool:
        os.lseek(descriptor, _BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    def _wait(descriptor: int) -> None:
        # LK_LOCK gives up after ten attempts a second apart, so the waiting is done here.
        while not _lock_at_once(descriptor):
            time.sleep(0.01)

    def _is_at(_path: str, _descriptor: int) -> bool:
        """Always: Windows neither moves nor removes an open file."""
        return True

else:
    import fcntl

    def _lock_at_once(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _wait(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)

    def _is_at(path: str, descriptor: int) -> bool:
        """Whether the open file is the one at the path."""
        try:
            return os.path.samestat(os.lstat(path), os.fstat(descriptor))
        except OSError:
            return False
