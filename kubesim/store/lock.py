"""The writers' lock: one at a time, released by the operating system when its holder dies.

It is held on a file of its own beside the state, which is never removed: a lock on the state itself would be lost
with every replacement, and removing a lock file lets two writers hold "the" lock at once.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kubesim.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: How long to wait for another writer before saying so, in seconds.
PATIENCE = 10.0


@contextmanager
def exclusive(path: str, on_wait: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the lock file ``path``, made if need be, waiting for whoever holds it.

    ``on_wait`` is called once if that takes more than ``PATIENCE``.  StateError where the file cannot be made or
    locked.
    """
    with _opened(path) as descriptor:
        try:
            _acquire(descriptor, on_wait)
        except OSError as error:
            raise _refusal(path, error) from None
        yield


@contextmanager
def exclusive_if_free(path: str) -> Iterator[bool]:
    """Hold the lock file if nobody else does, and tell whether; StateError as for ``exclusive``."""
    with _opened(path) as descriptor:
        try:
            is_free = _try(descriptor)
        except OSError as error:
            raise _refusal(path, error) from None
        yield is_free


def _refusal(path: str, error: OSError) -> StateError:
    return StateError(f"cannot lock the state: {path}: {error.strerror}")


@contextmanager
def _opened(path: str) -> Iterator[int]:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    except OSError as error:
        raise StateError(f"cannot write the state: {path}: {error.strerror}") from None
    try:
        yield descriptor
    finally:
        os.close(descriptor)  # which releases the lock


def _acquire(descriptor: int, on_wait: Callable[[], None] | None) -> None:
    if _try(descriptor):
        return
    from threading import Timer

    notice = Timer(PATIENCE, on_wait or _say_nothing)
    notice.daemon = True
    notice.start()
    try:
        _wait(descriptor)
    finally:
        notice.cancel()


def _say_nothing() -> None:
    """What is told of a long wait to somebody who did not ask."""


if sys.platform == "win32":
    import msvcrt

    def _try(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    def _wait(descriptor: int) -> None:
        # LK_LOCK gives up after ten attempts a second apart, so the waiting is done here.
        while not _try(descriptor):
            time.sleep(0.01)

else:
    import fcntl

    def _try(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _wait(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
