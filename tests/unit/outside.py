"""What is around a command that a test really runs in a container: a terminal that remembers, a cluster that waits."""

from __future__ import annotations

from typing import Any

from kubesim.containers.evaluation.files import Files, Mount
from kubesim.containers.evaluation.host import Host
from kubesim.containers.evaluation.live import Ended, run_live
from kubesim.containers.evaluation.setting import Setting
from kubesim.sim.images.installed_programs import tools_of

BUSYBOX = Setting(tools=tools_of("busybox:1.36"), is_whole=True)
DEBIAN = Setting(tools=tools_of("debian:12"), is_whole=True)


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, or a wait without an end."""


class Memory:
    """An outside that keeps what happens, in ``events``; Ctrl-C comes at the instant ``until``."""

    def __init__(self, lines: tuple[str, ...] = (), until: int | None = None, *, is_terminal: bool = False) -> None:
        self.lines = list(lines)
        self.until = until
        self.now = 0
        self.events: list[tuple[int, int, str]] = []
        self.network: Any = None  # a test that asks nobody needs none
        self.is_terminal = is_terminal
        self.host: Host | None = None
        self.signals: list[str] = []

    def advance(self, instant: int | None) -> None:
        if instant is None or (self.until is not None and instant > self.until):
            raise Interrupted
        assert instant >= self.now
        self.now = instant

    def signal(self, name: str) -> None:
        self.signals.append(name)

    def write(self, descriptor: int, text: str) -> None:
        self.events.append((self.now, descriptor, text))

    def read(self) -> str | None:
        return self.lines.pop(0) if self.lines else None

    def text(self, descriptor: int) -> str:
        return "".join(text for _, of, text in self.events if of == descriptor)


def live(
    *argv: str,
    setting: Setting = BUSYBOX,
    lines: tuple[str, ...] = (),
    mounts: tuple[Mount, ...] = (),
    is_terminal: bool = False,
    **changes: Any,
) -> tuple[Ended, Memory]:
    """Run a command at the first instant of a container; how it ended, and what was around it."""
    outside = Memory(lines, is_terminal=is_terminal)
    changed = setting._replace(mounts=mounts, **changes)
    return run_live(argv, changed, Files(mounts), outside, 0), outside
