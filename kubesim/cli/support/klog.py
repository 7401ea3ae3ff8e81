"""Notices in the form of klog, the logger that kubectl warns by. Mirrors klog's header."""

from __future__ import annotations

import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kubectl.printers.style import Output


def line(severity: str, place: str, message: str) -> str:
    """A line with the real time; ``severity`` is W or F, ``place`` upstream's file and line."""
    seconds, nanoseconds = divmod(time.time_ns(), 10**9)
    stamp = time.strftime("%m%d %H:%M:%S", time.localtime(seconds))
    return f"{severity}{stamp}.{nanoseconds // 1000:06d} {os.getpid():7d} {place}] {message}\n"


def warning(err: Output, place: str, message: str) -> None:
    """Warn on standard error; ``place`` is upstream's file and line."""
    err.write(line("W", place, message))
