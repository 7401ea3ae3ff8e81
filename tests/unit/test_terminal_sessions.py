"""Shells in containers at a real terminal: prompts, editing, Ctrl-C and Ctrl-D."""

from __future__ import annotations

import os
import select
import sys
import time
from typing import TYPE_CHECKING

import pytest

pty = pytest.importorskip("pty", reason="needs a pseudo-terminal")

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Talk = Callable[..., tuple[str, int]]

PATIENCE = 20  # seconds


class Session:
    """A command at a terminal of its own."""

    def __init__(self, argv: list[str], state: Path) -> None:
        self._pid, self._terminal = pty.fork()
        if not self._pid:  # pragma: no cover - the other process
            os.environ.update(KUBESIM_STATE=str(state), KUBESIM_SPEED="max", TERM="xterm")
            os.execv(sys.executable, [sys.executable, "-m", "kubesim", *argv])
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


def test_a_pod_with_a_shell_is_worked_in_and_goes(tmp_path: Path) -> None:
    argv = ["run", "tmp", "--image=busybox:1.36", "--rm", "-it", "--restart=Never"]
    session = Session(argv, tmp_path / "state.json")
    session.wait_for("/ # ")
    session.type("cd /tmp\n")
    session.wait_for("/tmp # ")
    session.type("echo ab\x7fc\n")
    session.wait_for("ac\n/tmp # ")
    session.type("tail -f /dev/null\n")
    session.wait_for("/dev/null\n")
    time.sleep(0.5)
    session.type("\x03")
    session.wait_for("/tmp # ")
    session.type("cat\n")
    session.wait_for("cat\n")
    session.type("typed\n")
    session.wait_for("typed\ntyped\n")
    session.type("\x04")
    session.wait_for("/tmp # ")
    session.type("exit 3\n")
    session.wait_for("Session ended, resume using 'kubesim attach tmp -c tmp -n default -i -t' command\n")
    session.wait_for('pod "tmp" deleted from default namespace\n')
    session.wait_for("pod default/tmp terminated (Error)\n")
    assert session.end() == 3


def test_ctrl_d_ends_a_shell_and_ctrl_c_a_command(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    made = Session(["run", "web", "--image=nginx:1.25"], state)
    assert made.end() == 0
    assert Session(["wait", "pod/web", "--for=condition=Ready"], state).end() == 0
    shell = Session(["exec", "-it", "web", "--", "bash"], state)
    shell.wait_for("root@web:/# ")
    shell.type("false\n")
    shell.wait_for("root@web:/# ")
    shell.type("\x04")
    shell.wait_for("exit\n")
    assert shell.end() == 1
    endless = Session(["exec", "-it", "web", "--", "tail", "-f", "/dev/null"], state)
    time.sleep(1.5)
    endless.type("\x03")
    endless.wait_for("command terminated with exit code 130\n")
    assert endless.end() == 130


def test_a_shell_sees_what_others_write_and_what_time_brings(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    script = "while true; do echo tick >> /tmp/log; sleep 5; done"
    assert Session(["run", "box", "--image=busybox:1.36", "--", "sh", "-c", script], state).end() == 0
    assert Session(["wait", "pod/box", "--for=condition=Ready"], state).end() == 0
    shell = Session(["exec", "-it", "box", "--", "sh"], state)
    shell.wait_for("/ # ")
    shell.type("echo mine > /tmp/mine\n")
    shell.wait_for("/ # ")
    assert Session(["exec", "box", "--", "sh", "-c", "echo theirs > /tmp/theirs"], state).end() == 0
    assert Session(["sim", "advance", "11s"], state).end() == 0
    shell.type("cat /tmp/mine /tmp/theirs /tmp/log\n")
    shell.wait_for("mine\ntheirs\ntick\ntick\ntick\n")
    shell.type("exit\n")
    assert shell.end() == 0
