"""Notices in the form of klog, the logger that kubectl warns by. Mirrors klog's header."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kubesim.cli.command import Invocation


def warning(inv: Invocation, place: str, message: str) -> None:
    """A warning with the real time; ``place`` is upstream's file and line."""
    seconds, nanoseconds = divmod(time.time_ns(), 10**9)
    stamp = time.strftime("%m%d %H:%M:%S", time.localtime(seconds))
    inv.err.write(f"W{stamp}.{nanoseconds // 1000:06d} {os.getpid():7d} {place}] {message}\n")
