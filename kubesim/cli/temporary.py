"""Temporary files and folders with the names that Go gives them: a prefix and digits. Mirrors os.CreateTemp."""

from __future__ import annotations

import os


def new_file(prefix: str, suffix: str, text: str) -> str:
    """Write a file for this user alone; its path."""
    while True:
        path = _name(prefix, suffix)
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        return path


def new_folder(prefix: str) -> str:
    """Make a folder for this user alone; its path."""
    while True:
        path = _name(prefix, "")
        try:
            os.mkdir(path, 0o700)
        except FileExistsError:
            continue
        return path


def _name(prefix: str, suffix: str) -> str:
    from tempfile import gettempdir

    return os.path.join(gettempdir(), f"{prefix}{int.from_bytes(os.urandom(4), 'big')}{suffix}")
