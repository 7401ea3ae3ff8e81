"""Whatever script is run in a container, it ends, soon, without using up memory, and never with a bug.

The bounds that hold this are kubesim.containers.evaluation.machine's, for commands and their depth, and those of
texts, arguments and files where they are defined.
"""

from __future__ import annotations

import os
import random
import resource
import time

import pytest
from kubesim.containers.evaluation.files import Files, Mount
from kubesim.containers.evaluation.live import NotSimulated, run_live

from tests.unit.outside import BUSYBOX, Interrupted, Memory

STRESS = bool(os.environ.get("KUBESIM_STRESS"))
LIMIT = 2.0  # seconds of processor time that one script may take
MOUNTS = (Mount("/work", (), is_empty=True), Mount("/tmp", (), is_empty=True))
PRINTED = 4 << 20  # characters


class Impatient(Memory):
    """Ctrl-C comes after twenty seconds, or when too much was printed."""

    def __init__(self) -> None:
        super().__init__(("a b\n", "\n", "c"), until=20_000)
        self.printed = 0

    def write(self, descriptor: int, text: str) -> None:
        self.printed += len(text)
        if self.printed > PRINTED:
            raise Interrupted


def hold(script: str, shell: str = "sh") -> None:
    """Run a script; it ends within the bounds."""
    setting = BUSYBOX._replace(
        mounts=MOUNTS, folder="/work", user="0", tools=frozenset((*(BUSYBOX.tools or ()), "bash"))
    )
    begun, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        ended = run_live((shell, "-c", script), setting, Files(MOUNTS), Impatient(), 0)
        assert 0 <= ended.status <= 255
    except (NotSimulated, Interrupted):
        pass
    assert time.process_time() - begun < LIMIT, script
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 256 << 10, script


@pytest.mark.parametrize(
    "script",
    [
        "x=a; while :; do x=$x$x; done",
        "x=a; while :; do x=$(echo $x$x); done; echo ${#x}",
        "set -- a; while :; do set -- $@ $@; done",
        "f() { f; }; f",
        "f() { f | f & }; f",
        ":(){ :|:& };:",
        "f() { f & f & }; f",
        "f() { echo $(f); }; f",
        "f() { eval f; }; f",
        "echo '. ./x' > x; . ./x",
        "echo 'sh x' > x; sh x",
        "while :; do :; done",
        "while :; do :; done &",
        "until false; do echo a; done",
        "for i in $(seq 1 1000000000); do :; done",
        "seq 1 99999999 | wc -l",
        "yes | head -n 1",
        "printf '%99999999999d' 1; printf '%.99999999d' 1; printf '%*d' 99999999999 1",
        "printf '%s' $(seq 1 100000)",
        "echo $((9 ** 99999999999))",
        "echo $((1 << 99999999999))",
        "x=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; echo ${x##*a*a*a*a*a*a*a*a*a*a*b} ${x%%b*a*a*a*a*a*a*a*a*a*}",
        "case aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa in *a*a*a*a*a*a*a*a*a*a*b) ;; esac",
        "x=y; y=x; echo $((x))",
        "echo a > f; while :; do cat f f > g; mv g f; done",
        "while :; do echo aaaaaaaaaaaaaaaa >> f; done",
        "i=0; while :; do i=$((i+1)); echo $i > f$i; done",
        "trap 'kill -TERM $$' TERM; kill -TERM $$",
        "trap 'exit' EXIT; exit",
        "alias a='a a'; a",
        "alias a=b b=a; a",
        "sleep 999999999999",
        "sleep 1d & sleep 1d & wait",
        "while sleep 0.001; do :; done",
        "exec sh -c 'exec sh -c \"exec sh\"'",
        'sh -c \'sh -c "sh -c \\"while :; do :; done\\""\'',
        "set -e; while true; do false || true; done",
        "getopts a: x -a; while getopts ab x -abab; do echo $x; done",
        "a=$(a=$(a=$(a=$(while :; do echo x; done))))",
        "echo " + "$(echo " * 200 + ")" * 200,
        "(" * 500 + "echo" + ")" * 500,
        "echo " + "${x:-" * 300 + "}" * 300,
        "echo $((" + "(" * 500 + "1" + ")" * 500 + "))",
        "if :; then " * 300 + ":" + "; fi" * 300,
        "echo `" + "\\`" * 50,
        "while read x; do echo $x; done; cat; read y",
        "wait; wait $!; kill %1; kill $!; fg; bg",
    ],
)
def test_a_script_that_would_use_up_a_machine(script: str) -> None:
    hold(script)


@pytest.mark.parametrize(
    "script",
    [
        "echo {1..1000000000}",
        "echo {a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}",
        "echo " + "{a,b}" * 100,
        "echo " + "{" * 500 + "," + "}" * 500,
        "for ((;;)); do :; done",
        "for ((i=0;i<1000000000;i++)); do :; done",
        "while ((1)); do ((i++)); done",
        "x=a; while :; do x+=$x; done",
    ],
)
def test_a_script_of_bash_that_would_use_up_a_machine(script: str) -> None:
    hold(script, "bash")


PIECES = (
    *("echo $x", "x=$x$x", "x=${x#a}", "f", "sleep 1", "exit $?", "read x", "break", "continue 2", "return", "shift"),
    *("set -- $x $@", "set -e", "set -u", "trap 'f' EXIT", "kill $!", "wait", 'eval "$x"', "cat < t", "echo $x > t"),
    *(
        "unset x",
        "local x=1",
        "x=$((x+1))",
        "test $x -lt 3",
        "[ -f t ]",
        "cd ..",
        "exec 3>t",
        "echo a >&3",
        "printf %s $x",
    ),
    *(
        "getopts ab o",
        "export x",
        "readonly z=1",
        "z=2",
        'sh -c "$x"',
        ". ./t",
        "echo *",
        "echo ~",
        "x='f; f'",
        "nosuch",
    ),
)
SHAPES = (
    *("{}; {}", "{} && {}", "{} || {}", "{} | {}", "{} & {}", "( {}; {} )", "{{ {}; {}; }}", "! {}; {}", "x=$({}; {})"),
    *("if {}; then {}; fi", "while {}; do {}; done", "until {}; do {}; done", "for x in 1 $x \"$@\"; do {}; {}; done"),
    *("f() {{ {}; {}; }}", "case $x in a*) {};; *) {};; esac", "echo `{}`; {}", "{{ {}; {}; }} > t 2>&1"),
    *("cat <<E\n$({})\nE\n{}", "eval '{}'; {}", "{} {} (", "{}; '{}"),
)  # fmt: skip


def some(chance: random.Random, depth: int) -> str:
    if depth == 0:
        return chance.choice(PIECES)
    return chance.choice(SHAPES).format(some(chance, depth - 1), some(chance, depth - 1))


@pytest.mark.parametrize("seed", range(4000 if STRESS else 60))
def test_a_script_that_chance_wrote(seed: int) -> None:
    chance = random.Random(seed)
    hold(some(chance, chance.randint(1, 5)), chance.choice(("sh", "sh", "bash")))
