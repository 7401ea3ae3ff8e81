"""What programs of containers come to: how long they run, what they end with, print, change and wait for."""

from __future__ import annotations

import random
from typing import Any

import pytest
from kubesim.cluster import Cluster
from kubesim.containers import plausible
from kubesim.containers.evaluation.course import Beside, Course, answer_of, course_of, printed
from kubesim.containers.evaluation.files import Mount
from kubesim.containers.evaluation.setting import Setting
from kubesim.containers.evaluation.targets import Target, aim_of
from kubesim.containers.main_program import Place, command_of, life_of
from kubesim.sim.images.behaviour import Behaviour
from kubesim.sim.images.installed_programs import tools_of

BUSYBOX = Setting(tools=tools_of("busybox:1.36"), is_whole=True)
UNKNOWN = Setting()


def course(*argv: str, setting: Setting = BUSYBOX, **changes: Any) -> Course:
    return course_of(argv, setting._replace(**changes))


def end(*argv: str, setting: Setting = BUSYBOX, **changes: Any) -> tuple[int | None, int]:
    found = course(*argv, setting=setting, **changes)
    return found.length, found.exit_code


def script(text: str, setting: Setting = BUSYBOX, **changes: Any) -> tuple[int | None, int]:
    return end("sh", "-c", text, setting=setting, **changes)


# what decides


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["sleep", "5"], (5000, 0)),
        (["/bin/sleep", "1.5m"], (90_000, 0)),
        (["sleep", "infinity"], (None, 0)),
        (["true"], (0, 0)),
        (["/bin/false"], (0, 1)),
        (["exit", "3"], (0, 3)),
        (["date"], (0, 0)),
        (["tail", "-f", "/dev/null"], (None, 0)),
        (["env", "A=1", "sh", "-c", "exit $A"], (0, 1)),
        (["timeout", "3", "sleep", "10"], (3000, 124)),
        (["timeout", "30", "sleep", "10"], (10_000, 0)),
        (["nohup", "sleep", "2"], (2000, 0)),
        (["sh"], (0, 0)),
        (["/bin/sh", "-ec", "false; sleep 5"], (0, 1)),
        (["sh", "-c", "exit $1", "name", "7"], (0, 7)),
        (["busybox", "sh", "-c", "exit 2"], (0, 2)),
    ],
)
def test_how_long_a_command_runs_and_what_it_ends_with(argv: list[str], expected: tuple[int | None, int]) -> None:
    assert end(*argv) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sleep 1; exit 3", (1000, 3)),
        ("sleep 20 && exit 1", (20_000, 1)),
        ("false; sleep 5", (5000, 0)),
        ("set -e; false; sleep 5", (0, 1)),
        ("set -e; false || true; sleep 5", (5000, 0)),
        ("false && sleep 5", (0, 1)),
        ("true | false", (0, 1)),
        ("exit 300", (0, 44)),
        ("exec sleep 7; exit 1", (7000, 0)),
        ("(exit 4); exit $?", (0, 4)),
        ("f() { return 4; }; f || exit 6", (0, 6)),
        ("sleep 9 & sleep 2", (2000, 0)),
        ("sleep 9 & sleep 2; wait", (9000, 0)),
        ("(sleep 3; exit 5) & wait $!", (3000, 5)),
        ("for i in 1 2 3; do sleep $i; done", (6000, 0)),
        ("for i in $(seq 5); do sleep 1; done", (5000, 0)),
        ("i=0; while [ $i -lt 4 ]; do i=$((i+1)); sleep 1; done; exit $i", (4000, 4)),
        ("while true; do sleep 5; done", (None, 0)),
        ("while :; do :; done", (None, 0)),
        ("until false; do sleep 1; done", (None, 0)),
        ("while true; do sleep 2; break; done; exit 9", (2000, 9)),
        ("n=a; case $n in b) exit 1;; a|c) exit 2;; esac", (0, 2)),
        ('[[ abc == a* ]] && [ "x" != "y" ] && exit 8', (0, 8)),
        ("echo false true exit 1 sleep 100", (0, 0)),
        ("trap 'exit 5' EXIT; exit 1", (0, 5)),
        ("cat /tmp/none || exit 7", (0, 7)),
        ("touch /tmp/a; test -f /tmp/a && exit 2", (0, 2)),
        ("echo 3 > /tmp/n; read n < /tmp/n; exit $n", (0, 3)),
        ("echo 1 2 | { read a b; exit $b; }", (0, 2)),
        ("sleeep 5", (0, 127)),
        ("eval 'exit 4'", (0, 4)),
        ("exit ${CODE:-6}", (0, 6)),
        ("test 08 -eq 8 && exit 3", (0, 3)),
        ("echo ${", (None, 0)),
        ("printf '%99999999999d' 1; exit 4", (0, 4)),
        ("x=1; while true; do x=$x$x; done", (None, 0)),
        ("x=1; while true; do x+=$x; done", (None, 0)),
        ("x=1; while true; do x=$(echo $x$x); done", (None, 0)),
        ("echo 1 > /tmp/a; while true; do cat /tmp/a /tmp/a > /tmp/b; mv /tmp/b /tmp/a; done", (None, 0)),
        ("set -- a b; while true; do set -- $@ $@; done", (None, 0)),
    ],
)
def test_a_script_ends_as_the_last_statement_that_its_shell_comes_to(
    text: str, expected: tuple[int | None, int]
) -> None:
    assert script(text) == expected


def test_a_script_runs_on_if_its_server_does() -> None:
    assert script("setup; exec my-server --port 80", UNKNOWN) == (None, 0)
    assert script("my-server & other-server & wait", UNKNOWN) == (None, 0)


def test_a_word_in_arguments_is_no_program() -> None:
    assert end("/manager", "--leader-elect=true", "--metrics=false", setting=UNKNOWN) == (None, 0)
    assert end("/app", "exit", "1", setting=UNKNOWN) == (None, 0)


@pytest.mark.parametrize(
    "argv",
    [
        ["nginx", "-T"],
        ["/usr/sbin/nginx", "-tq", "-c", "/etc/nginx/other.conf"],
        ["nginx", "-v"],
        ["httpd", "-S"],
        ["haproxy", "-c", "-f", "/etc/haproxy.cfg"],
        ["/app/server", "--version"],
        ["traefik", "version"],
        ["java", "-version"],
        ["my-tool", "--help"],
    ],
)
@pytest.mark.parametrize("purpose", [plausible.SERVES, plausible.TASK])
def test_a_program_that_is_asked_about_itself_prints_and_ends(argv: list[str], purpose: str) -> None:
    assert end(*argv, setting=UNKNOWN, purpose=purpose) == (0, 0)


@pytest.mark.parametrize(
    "argv",
    [
        ["nginx", "-g", "daemon off;"],
        ["httpd", "-D", "FOREGROUND"],
        ["haproxy", "-f", "/etc/haproxy.cfg"],
        ["ncat", "--listen", "8080", "--keep-open"],
        ["nc", "-lk", "-p", "8080", "-e", "echo"],
        ["socat", "TCP-LISTEN:8080,fork,reuseaddr", "EXEC:cat"],
        ["socat", "-v", "udp4-recvfrom:53,fork", "STDOUT"],
    ],
)
@pytest.mark.parametrize("purpose", [plausible.SERVES, plausible.TASK])
def test_what_waits_for_others_to_reach_it_serves(argv: list[str], purpose: str) -> None:
    assert end(*argv, setting=UNKNOWN, purpose=purpose) == (None, 0)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import sys; sys.exit(3)", (0, 3)),
        ("import time, sys; print('begun'); time.sleep(2.5); sys.exit()", (2500, 0)),
        ("import time; time.sleep(7)", (7000, 0)),
        ("print('hello', 1)", (0, 0)),
        ("raise SystemExit(4)", (0, 4)),
        ("import sys; sys.exit('no configuration')", (0, 1)),
        ("raise ValueError('no')", (0, 1)),
        ("from time import sleep\nwhile True:\n  print('x')\n  sleep(5)", (None, 0)),
        ("while 1: pass", (None, 0)),
        ("exit(256 + 2)", (2000, 0)),
        ("import numpy; print(1)", (2000, 0)),
    ],
)
def test_a_plain_program_of_python_is_followed(code: str, expected: tuple[int | None, int]) -> None:
    assert end("python3", "-c", code, setting=UNKNOWN, purpose=plausible.TASK) == expected


def test_what_python_prints_is_seen_when_its_buffer_is_flushed() -> None:
    code = "import time; print('one'); time.sleep(3); print('two')"
    assert course("python", "-c", code, setting=UNKNOWN).log == ((3000, "one\ntwo\n"),)
    at_once = ((0, "one\n"), (3000, "two\n"))
    assert course("python", "-uc", code, setting=UNKNOWN).log == at_once
    assert course("python", "-c", code, environment=(("PYTHONUNBUFFERED", "1"),), setting=UNKNOWN).log == at_once
    flushed = code.replace("'one'", "'one', flush=True")
    assert course("python", "-c", flushed, setting=UNKNOWN).log == at_once


# what cannot be known


@pytest.mark.parametrize(
    "text",
    [
        "test -f x || exit 1; tail -f log",
        "if ! [ -d /data/db ]; then exit 2; fi; my-server",
        'if [ "$MODE" = dev ]; then exit 1; fi; my-server',
        "my-check || { echo no; exit 1; }; my-server",
        "[[ $(hostname) =~ -([0-9]+)$ ]] || exit 1; n=${BASH_REMATCH[1]}; my-server --id $n",
    ],
)
def test_what_cannot_be_known_does_not_make_a_container_fail(text: str) -> None:
    assert script(text, UNKNOWN) == (None, 0)


@pytest.mark.parametrize(
    ("purpose", "argv", "length"),
    [
        (plausible.SERVES, ["/app/run"], None),
        (plausible.ENDS, ["/app/run"], 2000),
        (plausible.TASK, ["/app/migrate", "up"], 2000),
        (plausible.TASK, ["/usr/sbin/nginx", "-g", "daemon off;"], None),
        (plausible.TASK, ["/app", "serve"], None),
        (plausible.TASK, ["perl", "-Mbignum=bpi", "-wle", "print bpi(2000)"], 2000),
        (plausible.TASK, ["python3", "-c", "import time; time.sleep(30)"], 30_000),
        (plausible.TASK, ["python", "-m", "http.server"], None),
        (plausible.SERVES, ["node", "-e", "require('http').createServer().listen(80)"], None),
        (plausible.SERVES, ["python", "app.py"], None),
        (plausible.SERVES, ["bash", "-c", "/entrypoint.sh --server-id=$((20 + $(my-ordinal)))"], None),
        (plausible.SERVES, ["/docker-entrypoint.sh", "sleep", "7"], 7000),
        (plausible.SERVES, ["dd", "if=/dev/zero", "of=/dev/null"], None),
    ],
)
def test_a_program_that_nobody_described_does_what_its_container_is_for(
    purpose: str, argv: list[str], length: int | None
) -> None:
    assert end(*argv, setting=UNKNOWN, purpose=purpose) == (length, 0)


# what is not there


@pytest.mark.parametrize("argv", [["sleeep", "5"], ["/bin/badcmd"], ["bassh", "-c", "true"], ["nosuchprogram"]])
def test_a_program_that_is_in_no_image_is_missing(argv: list[str]) -> None:
    assert course(*argv).missing == argv[0]
    assert course(*argv, setting=UNKNOWN).missing == argv[0]


@pytest.mark.parametrize("argv", [["/manager"], ["bash", "-c", "true"], ["/bin/prometheus"], ["slap"], ["./run.sh"]])
def test_another_program_of_an_image_that_nobody_knows_is_there(argv: list[str]) -> None:
    assert course(*argv, setting=UNKNOWN).missing is None


def test_a_known_image_has_its_own_programs_and_what_is_mounted() -> None:
    assert course("bash", "-c", "true").missing == "bash"
    mounts = (Mount("/scripts", (("run.sh", "#!/bin/sh\nexit $1\n"),)),)
    assert end("/scripts/run.sh", "5", mounts=mounts) == (0, 5)
    assert end("sh", "/scripts/run.sh", "6", mounts=mounts) == (0, 6)
    assert course("/scripts/other.sh", mounts=mounts).missing == "/scripts/other.sh"


# files

HEALTHY = "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"


def answer(text: str, command: list[str], at: int, setting: Setting = BUSYBOX) -> tuple[int, str]:
    main = ("sh", "-c", text) if text else ()
    found = answer_of(tuple(command), setting._replace(purpose=plausible.ASKS), Beside(main, setting), at)
    return found.exit_code, found.output


def test_a_probe_finds_the_files_that_the_program_made_by_then() -> None:
    probe = ["cat", "/tmp/healthy"]
    assert answer(HEALTHY, probe, 29_999) == (0, "")
    gone = (1, "cat: can't open '/tmp/healthy': No such file or directory\n")
    assert answer(HEALTHY, probe, 30_000) == gone
    assert course("sh", "-c", HEALTHY).files.next_change(0) == 30_000
    debian = BUSYBOX._replace(tools=tools_of("debian:12"))
    assert answer(HEALTHY, probe, 40_000, debian) == (1, "cat: /tmp/healthy: No such file or directory\n")


@pytest.mark.parametrize(
    ("text", "command", "code"),
    [
        ("sleep 600", ["cat", "/tmp/healthy"], 1),
        ("my-server", ["cat", "/tmp/healthy"], 0),
        ("", ["cat", "/tmp/healthy"], 0),
        ("", ["false"], 1),
        ("", ["sh", "-c", "exit 1"], 1),
        ("", ["my-probe", "--deep"], 0),
        ("", ["sh", "-c", "curl -f localhost:8080/health || exit 1"], 0),
        ("", ["sh", "-c", 'test "$(my-probe)" = up || exit 1'], 0),
        (
            "",
            ["sh", "-c", 'if [ "$(my-ping)" != PONG ]; then exit 1; fi; if [ "$(my-state)" != ok ]; then exit 1; fi'],
            0,
        ),
        ("mkdir /data; echo up > /data/state; sleep 9", ["grep", "up", "/data/state"], 0),
        ("mkdir /data; echo down > /data/state; sleep 9", ["grep", "-q", "up", "/data/state"], 1),
    ],
)
def test_a_command_in_a_container_fails_only_if_it_is_known_to(text: str, command: list[str], code: int) -> None:
    assert answer(text, command, 5000, UNKNOWN)[0] == code


# what is printed


def lines(text: str, until: int = 60_000, setting: Setting = BUSYBOX, **changes: Any) -> list[tuple[int, str | None]]:
    changed = setting._replace(horizon=until, epoch=1_800_000_000_000, **changes)
    return list(printed(("sh", "-c", text), changed, None))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("echo Hello $NAME", [(0, "Hello Bob\n")]),
        ("echo 'Hello $NAME'", [(0, "Hello $NAME\n")]),
        ('printf "%s-%d\\n" a 1 b 2', [(0, "a-1\nb-2\n")]),
        ("echo -n a; echo b >&2; echo c > /dev/null", [(0, "a"), (0, "b\n")]),
        ("echo a > /tmp/x; sleep 2; cat /tmp/x", [(2000, "a\n")]),
        ("sh -c 'echo inner'; ( echo sub )", [(0, "inner\n"), (0, "sub\n")]),
        ("echo $(hostname) ${NAME#B} ${#NAME}", [(0, "web-1 ob 3\n")]),
        ("date -u; date +%H:%M", [(0, "Fri Jan 15 08:00:00 UTC 2027\n"), (0, "08:00\n")]),
        ('export GREETING="Hi $NAME"; echo $GREETING', [(0, "Hi Bob\n")]),
        ("export ID=$(cat /data/id); echo $ID", []),
        ("for i in a b; do echo $i; sleep 1; done", [(0, "a\n"), (1000, "b\n")]),
        ("cat <<E\nhi $NAME\nE", [(0, "hi Bob\n")]),
        ("set -x; echo a", [(0, "+ echo a\n"), (0, "a\n")]),
        ("wget -qO- web", []),
        ("my-tool; echo $SECRET", [(0, "sh: my-tool: not found\n")]),
    ],
)
def test_what_a_script_prints(text: str, expected: list[tuple[int, str | None]]) -> None:
    environment = (("NAME", "Bob"), ("SECRET", None))
    found = lines(text, environment=environment, host_name="web-1")
    assert [entry for entry in found if entry[1] is not None] == expected


def test_what_a_pod_does_not_define_is_empty_or_not_known() -> None:
    assert lines("echo [$NOSUCH]") == [(0, "[]\n")]
    assert lines("echo [$NOSUCH]", setting=UNKNOWN) == [(0, None)]


def test_a_loop_prints_at_its_instants_and_of_a_long_life_the_end() -> None:
    assert [at for at, _ in lines("while true; do echo a; sleep 5; done", 12_000)] == [0, 5000, 10_000]
    week = lines("while true; do echo a; sleep 5; done", 7 * 86_400_000)
    assert week[-1] == (7 * 86_400_000, "a\n")
    assert len(week) > 100_000


def test_a_loop_with_a_condition_that_cannot_be_known_goes_round_all_the_same() -> None:
    text = "while true; do if my-check; then echo up; fi; sleep 10; done"
    found = lines(text, 30 * 86_400_000, setting=UNKNOWN)
    assert found[-1] == (30 * 86_400_000, "up\n")


@pytest.mark.parametrize(
    "check",
    [
        "if my-check; then echo up; else echo down; fi",
        "my-check; if [ $? -ne 0 ]; then echo down; else echo up; fi",
        "my-check; code=$?; [ $code = 0 ] && echo up || echo down",
        "my-check; case $? in 0) echo up;; *) echo down;; esac",
        "my-check; test $? -gt 0 && echo down; echo up",
    ],
)
def test_a_status_that_cannot_be_known_is_taken_alike_however_it_is_asked_for(check: str) -> None:
    assert [text for _, text in lines(check, setting=UNKNOWN) if text is not None] == ["up\n"]


PIECES = (
    *(
        "echo $x",
        "sleep $x",
        "exit $y",
        "x=$((x+1))",
        "cat /tmp/a",
        "touch $y",
        "rm /tmp/*",
        "read a b",
        "shift $x",
        "f",
    ),
    *("wait", "nc -z db 80", "set -e", "trap 'echo $x' EXIT", "eval $x", "[ $x -lt $y ]", "printf %d $x", "unknown"),
    *("break", "continue", "return 3", "exec $x", "kill $!", "timeout 5 $x", "sh -c $y", "test", "let x", "((y++))"),
)


@pytest.mark.parametrize("seed", range(40))
def test_no_script_stops_the_judgement(seed: int) -> None:
    chance = random.Random(seed)

    def some(depth: int) -> str:
        if depth == 0:
            return chance.choice(PIECES)
        shape = chance.choice(("{}; {}", "{} && {}", "{} || {}", "{} | {}", "if {}; then {}; fi", "for x in 1 $y; do {}; {}; done",
            "while {}; do {}; done", "f() {{ {}; {}; }}", "( {} & {} )", "case $x in a) {};; *) {};; esac"))  # fmt: skip
        return shape.format(some(depth - 1), some(depth - 1))

    setting = UNKNOWN._replace(environment=(("x", chance.choice(("1", "", None, "a b"))), ("y", None)))
    text = some(4)
    for purpose in (plausible.SERVES, plausible.ENDS):
        found = course("sh", "-c", text, setting=setting, purpose=purpose)
        assert found.length is None or found.length >= 0
    lines(text, 9000, setting)


def test_a_log_that_is_followed_prints_what_is_written_behind_it() -> None:
    found = lines("while true; do echo a >> /var/log/x; sleep 4; done & tail -f /var/log/x", 9000)
    assert found == [(0, "a\n"), (4000, "a\n"), (8000, "a\n")]


# what is waited for

DB, WEB = Target("db", None, False), Target("web", 80, True)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("until nslookup db; do sleep 2; done", "db"),
        ("until getent hosts db.prod; do sleep 2; done", "db.prod"),
        ("until nslookup db.$NS.svc.cluster.local >/dev/null; do sleep 2; done", "db.prod.svc.cluster.local"),
        ("while ! nc -z web 80; do sleep 1; done", "web:80"),
        ("until nc -zv -w 2 web 80; do sleep 1; done", "web:80"),
        ("until nc -z web:80; do sleep 1; done", "web:80"),
        ("until wget -qO- http://web; do sleep 1; done", "web:80"),
        ("until wget --spider -q web:8080/health; do sleep 1; done", "web:8080"),
        ("until curl -sf --max-time 2 https://web/x; do sleep 1; done", "web:443"),
        ("until wget -qO- --header 'Host: shop' http://web; do sleep 1; done", "web:80"),
        ("until curl -s --request POST --data a=b web; do sleep 1; done", "web:80"),
        ("until pg_isready -h db -p 5432 -U me; do sleep 1; done", "db:5432"),
        ("until pg_isready --host=db; do sleep 1; done", "db:5432"),
        ("until mysqladmin ping -h db -uroot -p$PASSWORD; do sleep 1; done", "db:3306"),
        ("until redis-cli -h cache ping; do sleep 1; done", "cache:6379"),
        ("until [ \"$(redis-cli -h cache ping)\" = PONG ]; do sleep 1; done", "cache:6379"),
        ("until mongosh --host mongo --eval 1; do sleep 1; done", "mongo:27017"),
        ("until telnet web 80; do sleep 1; done", "web:80"),
        ("while ! timeout 1 bash -c 'cat < /dev/null > /dev/tcp/web/80'; do sleep 1; done", "web:80"),
        ("until (echo > /dev/tcp/web/80) 2>/dev/null; do sleep 1; done", "web:80"),
        ("until [ $(curl -s -o /dev/null -w '%{http_code}' http://web/up) = 200 ]; do sleep 1; done", "web:80"),
        ("for i in $(seq 1 100); do nslookup db && break; sleep 2; done", "db"),
        ("until nslookup db | grep -q Address; do sleep 2; done", "db"),
        ("dockerize -wait tcp://web:80 -timeout 60s", "web:80"),
        ("/wait-for-it.sh web:80 -t 0 -- echo up", "web:80"),
        ("kubectl wait --for=condition=ready pod -l app=db --timeout=90s", "Pod - - app=db ready"),
        ("kubectl wait --for condition=Complete -n prod job/migrate --timeout 2m", "Job prod migrate - complete"),
        ("kubectl rollout status deploy/db", "Deployment - db - rolled-out"),
        ("until kubectl wait --for=condition=available deployment db; do sleep 1; done", "Deployment - db - available"),
        ("wait_for.sh pod -lapp=db", "Pod - - app=db ready"),
        ("wait_for.sh job migrate", "Job - migrate - complete"),
        ("wait_for.sh service db", "db:0"),
    ],
)  # fmt: skip
def test_what_a_script_waits_for(text: str, target: str) -> None:
    setting = UNKNOWN._replace(purpose=plausible.ENDS, environment=(("NS", "prod"), ("PASSWORD", "x")))
    waiting = course("sh", "-c", text, setting=setting)
    assert [tried.text for tried, _ in waiting.tried] == [target]
    assert waiting.length is None or waiting.length >= 60_000
    there = course("sh", "-c", text, setting=setting, reached=((aim_of(target), 3500),))
    assert there.exit_code == 0
    assert there.length is not None
    assert 3500 <= there.length <= 6000


def test_a_loop_that_waits_goes_round_in_its_own_period() -> None:
    text = "until nslookup db; do echo waiting; sleep 3; done; sleep 1"
    assert script(text, reached=((DB, 7000),)) == (10_000, 0)
    assert script(text, reached=((DB, 0),)) == (1000, 0)
    long = 1000 * 86_400_000
    assert script(text, reached=((DB, long),)) == (long + 1000, 0)


def test_a_wait_that_may_take_too_long_fails_then() -> None:
    text = "for i in $(seq 30); do nc -z web 80 && exit 0; sleep 2; done; exit 1"
    assert script(text) == (60_000, 1)
    assert script(text, reached=((WEB, 9000),)) == (10_000, 0)
    waiter = ["wait-for-it.sh", "web:80", "-t", "5", "--", "my-server"]
    assert end(*waiter, setting=UNKNOWN) == (5000, 1)
    assert end(*waiter, setting=UNKNOWN, reached=((WEB, 1500),)) == (None, 0)


# the container


def place(container: dict[str, Any], purpose: str = plausible.SERVES, **behaviour: Any) -> Place:
    cluster = Cluster({"seed": 1, "serial": 0, "resourceVersion": 0})
    container = {"name": "main", "image": "busybox:1.36", **container}
    pod = {"metadata": {"name": "web-1", "namespace": "default"}, "spec": {"containers": [container]}}
    return Place(cluster, pod, container, Behaviour(**behaviour), purpose)


def life(container: dict[str, Any], purpose: str = plausible.SERVES, **behaviour: Any) -> tuple[int | None, int]:
    return life_of(place(container, purpose, **behaviour))[:2]


@pytest.mark.parametrize(
    ("container", "purpose", "behaviour", "expected"),
    [
        ({}, plausible.SERVES, {}, (None, 0)),
        ({}, plausible.TASK, {}, (None, 0)),
        ({}, plausible.ENDS, {}, (2000, 0)),
        ({}, plausible.SERVES, {"life": 0}, (0, 0)),
        ({"stdin": True}, plausible.SERVES, {"life": 0}, (None, 0)),
        ({"command": ["sleep", "5"]}, plausible.SERVES, {"life": 0, "exit_code": 1, "is_forced": True}, (0, 1)),
        ({"args": ["sleep", "5"]}, plausible.SERVES, {"life": 0, "executes_args": True}, (5000, 0)),
        ({"image": "team/app:1", "args": ["--leader-elect=false"]}, plausible.TASK, {}, (None, 0)),
        ({"image": "team/app:1", "args": ["false"]}, plausible.SERVES, {}, (None, 0)),
        ({"image": "curlimages/curl", "args": ["sleep", "9"]}, plausible.SERVES, {}, (9000, 0)),
        ({"image": "willwill/wait-for-it", "args": ["db:5432", "-t", "3"]}, plausible.ENDS, {}, (3000, 1)),
        ({"image": "team/app:1", "args": ["migrate"]}, plausible.TASK, {}, (2000, 0)),
        ({"image": "team/app:1", "args": ["serve"]}, plausible.TASK, {}, (None, 0)),
        ({"image": "team/app:1", "args": ["/bin/sh", "-c", "sleep 3"]}, plausible.SERVES, {}, (3000, 0)),
        ({"command": ["sh", "-c"], "args": ["sleep 4; exit 2"]}, plausible.SERVES, {}, (4000, 2)),
        ({"command": ["sh", "-c", "exit $(CODE)"], "env": [{"name": "CODE", "value": "5"}]}, plausible.SERVES, {}, (0, 5)),
    ],
)  # fmt: skip
def test_the_command_decides_else_the_image(
    container: dict[str, Any], purpose: str, behaviour: dict[str, Any], expected: tuple[int | None, int]
) -> None:
    assert life(container, purpose, **behaviour) == expected


def test_a_handler_of_the_signal_says_what_a_script_ends_with() -> None:
    text = "trap 'echo bye; exit 3' TERM; while true; do sleep 1; done"
    assert course("sh", "-c", text).on_signal == 3
    assert course("sh", "-c", "sleep 100").on_signal is None


def test_flags_go_to_the_images_own_program() -> None:
    assert command_of(place({"args": ["-c", "/etc/x"]}, executes_args=True, takes_flags=True)) == []
    assert command_of(place({"args": ["sh", "-c", "x"]}, executes_args=True)) == ["sh", "-c", "x"]


@pytest.mark.parametrize("text", ["wget -qO- --header 'Host: ' http://", "curl -s 'a b'", "nc 'a b' 80"])
def test_a_host_with_a_space_is_no_target(text: str) -> None:
    assert course("sh", "-c", text, setting=UNKNOWN).tried == ()
