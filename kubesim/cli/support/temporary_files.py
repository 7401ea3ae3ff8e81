"""Temporary files and folders where Go puts them, with the names that it gives: a prefix and digits.

Mirrors os.CreateTemp and os.MkdirTemp. UserError, in the words of Go's os package, where there is no room for them.
"""

from __future__ import annotations

import os
import sys

from kubesim.errors import UserError, reason_of
from kubesim.startup.context_manager import suppress


def new_file(prefix: str, suffix: str, text: str) -> str:
    """Write a file for this user alone; its path. One that cannot be written whole is removed again."""
    while True:
        path = _name(prefix, suffix)
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            continue
        except OSError as error:
            raise refusal("open", path, error) from error
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
                file.write(text)
        except OSError as error:
            with suppress(OSError):
                os.unlink(path)
            raise refusal("write", path, error) from error
        return path


def new_folder(prefix: str) -> str:
    """Make a folder for this user alone; its path."""
    while True:
        path = _name(prefix, "")
        try:
            os.mkdir(path, 0o700)
        except FileExistsError:
            continue
        except OSError as error:
            raise refusal("mkdir", path, error) from error
        return path


def refusal(act: str, path: str, error: OSError) -> UserError:
    """``open /tmp/x: no space left on device``."""
    return UserError(f"{act} {path}: {reason_of(error)}")


def _name(prefix: str, suffix: str) -> str:
    return os.path.join(_folder(), f"{prefix}{int.from_bytes(os.urandom(4), 'big')}{suffix}")


if sys.platform == "win32":

    def _folder() -> str:
        from tempfile import gettempdir

        return gettempdir()

else:

    def _folder() -> str:
        return os.environ.get("TMPDIR") or "/tmp"
