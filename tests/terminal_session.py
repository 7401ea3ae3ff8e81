"""A command at a terminal of its own; it needs pseudo-terminals, which Windows has not."""

from __future__ import annotations

import os
import pty
import select
import time

PATIENCE = 20  # seconds


class Session:
    """A command at a terminal of its own, with more in its environment."""

    def __init__(self, argv: list[str], environment: dict[str, str]) -> None:
        self._pid, self._terminal = pty.fork()
        if not self._pid:  # pragma: no cover - the other process
            os.execve(argv[0], argv, {**os.environ, **environment, "TERM": "xterm"})
        self._seen = ""
        self.text = ""

    def wait_for(self, text: str) -> None:
        """Wait until a text is printed that was not waited for yet."""
        deadline = time.monotonic() + PATIENCE
        while text not in self._seen:
            assert time.monotonic() < deadline, self.text
            assert self._take(), self.text
        self._seen = self._seen.partition(text)[2]

    def _take(self) -> bool:
        if not select.select([self._terminal], [], [], 0.5)[0]:
            return True
        try:
            data = os.read(self._terminal, 4096)
        except OSError:  # Linux's way to say that it is closed
            return False
        new = data.decode().replace("\r\n", "\n")
        self._seen += new
        self.text += new
        return bool(data)

    def type(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    def end(self) -> int:
        """The exit status, once the command has ended."""
        while self._take():
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
