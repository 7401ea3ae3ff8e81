"""Commands that are really run in a container: they stream, they wait, and they guess nothing."""

from __future__ import annotations

import pytest
from kubesim.containers.evaluation.files import Files
from kubesim.containers.evaluation.live import Ended, NotSimulated, run_live
from kubesim.containers.evaluation.setting import Setting
from tests.unit.outside import BUSYBOX, DEBIAN, Interrupted, Memory, live


def test_output_is_written_as_it_comes_and_the_cluster_lives_meanwhile() -> None:
    ended, outside = live("sh", "-c", "echo a; sleep 2; echo b >&2; sleep 1; exit 3")
    assert ended == Ended(3)
    assert outside.events == [(0, 1, "a\n"), (2000, 2, "b\n")]
    assert outside.now == 3000


def test_an_endless_loop_goes_on_until_it_is_interrupted() -> None:
    outside = Memory(until=10_000)
    with pytest.raises(Interrupted):
        run_live(("sh", "-c", "while true; do echo a; sleep 3; done"), BUSYBOX, Files(), outside, 0)
    assert [at for at, _, _ in outside.events] == [0, 3000, 6000, 9000]


@pytest.mark.parametrize("text", ["sleep infinity", "tail -f /dev/null", "sleep 1 & tail -f /dev/null"])
def test_a_command_without_an_end_waits_for_ever(text: str) -> None:
    with pytest.raises(Interrupted):
        live("sh", "-c", text)


def test_standard_input_is_read_line_by_line() -> None:
    ended, outside = live("sh", "-c", "read a b; echo $b; cat; read c; echo $?", lines=("1 2 3\n", "x\n", "y\n"))
    assert ended.status == 0
    assert outside.text(1) == "2 3\nx\ny\n1\n"


def test_what_a_job_in_the_background_prints_comes_at_its_instant() -> None:
    _, outside = live("sh", "-c", "(sleep 2; echo late; sleep 9; echo last) & echo first; sleep 4; echo main")
    assert outside.events == [(0, 1, "first\n"), (2000, 1, "late\n"), (4000, 1, "main\n"), (11_000, 1, "last\n")]


def test_a_program_that_is_not_there_is_not_started() -> None:
    assert live("nosuch", "-x")[0] == Ended(127, "nosuch")


@pytest.mark.parametrize(
    ("argv", "unknown"),
    [
        (["java", "-jar", "x"], "kubesim does not know what java does"),
        (["sh", "-c", "x=$(git log); echo $x"], "kubesim does not know what git prints"),
        (["sh", "-c", "git log > /tmp/x"], "kubesim does not know what git prints"),
        (["sh", "-c", "git log > /dev/null && echo a"], "kubesim does not know what git prints"),
        (["sh", "-c", "git log > /dev/null"], "kubesim does not know what git prints"),
        (["sh", "-c", "echo $NAME"], "kubesim does not know the value of NAME"),
    ],
)
def test_nothing_is_guessed(argv: list[str], unknown: str) -> None:
    outside = Memory()
    with pytest.raises(NotSimulated, match=unknown):
        run_live(argv, Setting(), Files(), outside, 0)
    assert outside.events == []


def test_a_script_that_is_too_long_is_broken_off_with_a_line() -> None:
    ended, outside = live("sh", "-c", "while :; do :; done")
    assert ended.status == 1
    assert outside.text(2) == "kubesim does not simulate more than 20,000 commands of one script\n"


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("while true; do echo a$n; n=$((n+1)); sleep 1; done | head -n 2", [(0, 1, "a\n"), (1000, 1, "a1\n")]),
        ("for i in 1 2; do echo $i; sleep 1; done | cat", [(2000, 1, "1\n"), (2000, 1, "2\n")]),
        ("while [ ${n:-0} -lt 3 ]; do n=$((n+1)); echo $n; sleep 1; done | grep 2 | cat", [(1000, 1, "2\n")]),
    ],
)
def test_lines_of_a_lasting_command_go_through_a_pipeline_as_they_come(
    text: str, events: list[tuple[int, int, str]]
) -> None:
    ended, outside = live("sh", "-c", text)
    assert (ended.status, outside.events) == (0, events)


def test_an_endless_pipeline_goes_on_until_it_is_interrupted() -> None:
    outside = Memory(until=5000)
    with pytest.raises(Interrupted):
        run_live(("sh", "-c", "while true; do echo ab; sleep 2; done | grep a | cat"), BUSYBOX, Files(), outside, 0)
    assert outside.events == [(0, 1, "ab\n"), (2000, 1, "ab\n"), (4000, 1, "ab\n")]


@pytest.mark.parametrize(("shell", "known"), [("sh", ["PWD=/", "SHLVL=1"]), ("dash", ["PWD=/"])])
def test_a_shell_tells_its_commands_where_it_is(shell: str, known: list[str]) -> None:
    setting = (BUSYBOX if shell == "sh" else DEBIAN)._replace(
        environment=(("PATH", "/bin"), ("HOME", "/root")), user="0", host_name="web"
    )
    _, outside = live(shell, "-c", "env | sort | grep -E '^(PWD|SHLVL)'; sh -c 'echo ${SHLVL:-0}'", setting=setting)
    assert outside.text(1).splitlines()[:-1] == known


def test_a_variable_is_known_to_other_programs_once_it_is_exported() -> None:
    _, outside = live("sh", "-c", "A=1; export B=2; C=3 sh -c 'echo $A-$B-$C'; env -i D=4 sh -c 'echo $B-$D'")
    assert outside.text(1) == "-2-3\n-4\n"
