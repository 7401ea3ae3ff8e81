"""A session at a terminal: prompts, commands of several lines, mistakes that do not end it, its end."""

from __future__ import annotations

from typing import Any

import pytest
from kubesim.containers.evaluation.files import Files, Mount
from kubesim.containers.evaluation.live import run_live
from tests.unit.outside import BUSYBOX, DEBIAN, Memory, live

HOME = (("HOME", "/root"),)
MOUNTS = (Mount("/root", (), is_empty=True), Mount("/data", (), is_empty=True))


def session(*lines: str, shell: str = "sh", setting: Any = BUSYBOX) -> tuple[int, str, str]:
    """What a session ends with, and what it printed; the prompts are among what it complained."""
    ended, outside = live(
        shell,
        setting=setting._replace(environment=HOME, user="0", host_name="web-1.example", folder="/"),
        is_terminal=True,
        mounts=MOUNTS,
        lines=tuple(f"{line}\n" for line in lines),
    )
    return ended.status, outside.text(1), outside.text(2)


def test_each_command_has_a_prompt_and_the_last_one_is_the_sessions_status() -> None:
    assert session("echo hi", "false") == (1, "hi\n", "/ # / # / # \n")
    assert session("exit 3", "echo no") == (3, "", "/ # ")
    assert session() == (0, "", "/ # \n")


def test_a_prompt_shows_where_one_is() -> None:
    assert session("cd /data", "cd", "PS1='> '", "exit")[2] == "/ # /data # ~ # > "
    assert session("cd", shell="bash", setting=DEBIAN)[2] == "root@web-1:/# root@web-1:~# exit\n"
    assert session("true", setting=DEBIAN)[2] == "# # \n"


@pytest.mark.parametrize(
    ("lines", "output"),
    [
        (("for i in 1 2", "do echo $i", "done"), "1\n2\n"),
        (("echo 'a", "b'"), "a\nb\n"),
        (("cat <<EOF", "x", "EOF"), "x\n"),
        (("echo a \\", "b"), "a b\n"),
        (("echo a &&", "echo b"), "a\nb\n"),
    ],
)
def test_a_command_goes_on_in_the_next_line(lines: tuple[str, ...], output: str) -> None:
    status, printed, prompts = session(*lines)
    assert (status, printed) == (0, output)
    assert prompts == "/ # " + "> " * (len(lines) - 1) + "/ # \n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("fi", 'sh: syntax error: unexpected "fi"\n'),
        ("echo ${x?gone}", "sh: x: gone\n"),
        ("nosuch", "sh: nosuch: not found\n"),
        ("cd /data/x", "sh: cd: can't cd to /data/x: No such file or directory\n"),
        ("java -version > /data/x", "sh: java: not found\n"),
        ("git log", "sh: git: not found\n"),
        ("while :; do :; done", "kubesim does not simulate more than 20,000 commands of one script\n"),
        ("break", ""),
    ],
)
def test_a_mistake_does_not_end_the_session(line: str, said: str) -> None:
    assert session(line, "echo still") == (0, "still\n", f"/ # {said}/ # / # \n")


def test_what_is_not_simulated_is_said_and_the_session_goes_on() -> None:
    tools = frozenset((*(BUSYBOX.tools or ()), "git"))
    found = session("git log", "echo $?", setting=BUSYBOX._replace(tools=tools))
    assert found == (0, "1\n", "/ # kubesim does not know what git prints\n/ # / # \n")


def test_without_a_terminal_the_script_is_read_from_the_input_without_prompts() -> None:
    ended, outside = live("sh", lines=("echo a\n", "read x\n", "the line\n", "echo $x\n", "fi\n", "echo no\n"))
    assert (ended.status, outside.text(1)) == (2, "a\nthe line\n")
    assert outside.text(2) == 'sh: syntax error: unexpected "fi"\n'


def test_ctrl_c_breaks_off_a_command_and_not_the_session() -> None:
    outside = Memory(("sleep 9\n", "echo $?\n"), until=5000, is_terminal=True)
    ended = run_live(("sh",), BUSYBOX._replace(user="0"), Files(), outside, 0)
    assert (ended.status, outside.text(1), outside.text(2)) == (0, "130\n", "/ # \n/ # / # \n")


def test_after_ctrl_c_the_session_goes_on_at_that_instant() -> None:
    outside = Memory(("sleep 9\n", "sleep 2; echo on\n"), until=5000, is_terminal=True)
    run_live(("sh",), BUSYBOX._replace(user="0"), Files(), outside, 0)
    assert (2000, 1, "on\n") in outside.events


def test_a_shell_in_a_shell_is_a_session_of_its_own() -> None:
    assert session("sh", "x=1; exit 4", "echo $?$x") == (0, "4\n", "/ # / # / # / # \n")
