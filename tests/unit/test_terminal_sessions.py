"""Shells in containers at a real terminal: prompts, editing, Ctrl-C and Ctrl-D."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("pty", reason="needs a pseudo-terminal")

from tests.terminal_session import Session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Talk = Callable[..., tuple[str, int]]


def kubesim(argv: list[str], state: Path) -> Session:
    environment = {"KUBESIM_STATE": str(state), "KUBESIM_SPEED": "max"}
    return Session([sys.executable, "-m", "kubesim", *argv], environment)


def test_a_pod_with_a_shell_is_worked_in_and_goes(tmp_path: Path) -> None:
    argv = ["run", "tmp", "--image=busybox:1.36", "--rm", "-it", "--restart=Never"]
    session = kubesim(argv, tmp_path / "state.json")
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
    made = kubesim(["run", "web", "--image=nginx:1.25"], state)
    assert made.end() == 0
    assert kubesim(["wait", "pod/web", "--for=condition=Ready"], state).end() == 0
    shell = kubesim(["exec", "-it", "web", "--", "bash"], state)
    shell.wait_for("root@web:/# ")
    shell.type("false\n")
    shell.wait_for("root@web:/# ")
    shell.type("\x04")
    shell.wait_for("exit\n")
    assert shell.end() == 1
    endless = kubesim(["exec", "-it", "web", "--", "tail", "-f", "/dev/null"], state)
    time.sleep(1.5)
    endless.type("\x03")
    endless.wait_for("command terminated with exit code 130\n")
    assert endless.end() == 130


def test_a_shell_sees_what_others_write_and_what_time_brings(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    script = "while true; do echo tick >> /tmp/log; sleep 5; done"
    assert kubesim(["run", "box", "--image=busybox:1.36", "--", "sh", "-c", script], state).end() == 0
    assert kubesim(["wait", "pod/box", "--for=condition=Ready"], state).end() == 0
    shell = kubesim(["exec", "-it", "box", "--", "sh"], state)
    shell.wait_for("/ # ")
    shell.type("echo mine > /tmp/mine\n")
    shell.wait_for("/ # ")
    assert kubesim(["exec", "box", "--", "sh", "-c", "echo theirs > /tmp/theirs"], state).end() == 0
    assert kubesim(["sim", "advance", "11s"], state).end() == 0
    shell.type("cat /tmp/mine /tmp/theirs /tmp/log\n")
    shell.wait_for("mine\ntheirs\ntick\ntick\ntick\n")
    shell.type("exit\n")
    assert shell.end() == 0
