"""``run`` with somebody attached, and ``attach``: programs that read what is typed, and others."""

from __future__ import annotations

import kubesim
import pytest

BANNER = (
    "All commands and output from this session will be recorded in container logs, including credentials and sensitive "
    "information passed through the command prompt.\nIf you don't see a command prompt, try pressing enter.\n"
)
RUN = ["run", "tmp", "--image=busybox:1.36", "--restart=Never"]
DELETED = 'pod "tmp" deleted from default namespace\n'


@pytest.fixture
def c() -> kubesim.Cluster:
    return kubesim.Cluster(seed=7, at="2026-01-01T00:00:00Z")


def test_a_program_that_ends_at_once_is_not_attached_to_and_leaves_its_log(c: kubesim.Cluster) -> None:
    result = c.kubectl([*RUN, "--rm", "-i", "--", "echo", "hi"])
    assert result == (f"hi\n{DELETED}", "", 0)
    assert c.kubectl("get pods").stderr == "No resources found in default namespace.\n"


def test_the_exit_code_is_the_programs_and_the_pod_goes_with_rm(c: kubesim.Cluster) -> None:
    result = c.kubectl([*RUN, "--rm", "--attach", "--", "sh", "-c", "echo a; sleep 3; echo b; exit 4"])
    assert result == (f"a\nb\n{DELETED}", f"{BANNER}pod default/tmp terminated (Error)\n", 4)
    quiet = c.kubectl([*RUN, "--rm", "-q", "--attach", "--", "sh", "-c", "sleep 3; echo b"])
    assert quiet == ("b\n", "", 0)


@pytest.mark.parametrize(
    ("image", "command"),
    [
        ("busybox:1.36", "wget -qO- web:80"),
        ("curlimages/curl", "curl -s http://web"),
        ("curlimages/curl", "-s http://web"),
    ],
)
def test_a_client_gets_its_answer_without_waiting_for_input(c: kubesim.Cluster, image: str, command: str) -> None:
    c.kubectl("create deployment web --image=nginx:1.27.3")
    c.kubectl("expose deployment web --port=80")
    c.advance("20s")
    result = c.kubectl(f"run tmp --image={image} --restart=Never --rm -it -- {command}")
    assert result.stdout.startswith("<!DOCTYPE html>\n")
    assert result.stdout.endswith(f"</html>\n{DELETED}")
    assert (result.stderr, result.code) == ("", 0)


def test_a_shell_runs_what_is_typed_and_that_is_its_log(c: kubesim.Cluster) -> None:
    result = c.kubectl([*RUN, "-i"], stdin="echo hello\nexit 3\n")
    assert result == ("hello\n", f"{BANNER}pod default/tmp terminated (Error)\n", 3)
    assert c.kubectl("logs tmp").stdout == "hello\n"
    assert c.kubectl("get pod tmp -o jsonpath={.status.containerStatuses[0].state.terminated.exitCode}").stdout == "3"


def test_a_program_goes_on_from_where_it_waited_for_its_input(c: kubesim.Cluster) -> None:
    script = "echo first; read x; echo $x > /tmp/f; sleep 2; cat; cat /tmp/f"
    result = c.kubectl([*RUN, "-i", "-q", "--", "sh", "-c", script], stdin="abc\ndef\n")
    assert result == ("first\ndef\nabc\n", "", 0)
    stamped = c.kubectl("logs tmp --timestamps").stdout.splitlines()
    assert [line.split()[1] for line in stamped] == ["first", "def", "abc"]
    assert stamped[1] > stamped[0]
    assert c.kubectl("logs tmp --tail=1").stdout == "abc\n"


def test_an_image_that_cannot_be_pulled_is_waited_for_in_vain(c: kubesim.Cluster) -> None:
    result = c.kubectl("run tmp --image=busybox:nosuchtag -i --rm --restart=Never -- sh")
    assert result == (DELETED, "error: timed out waiting for the condition\n", 1)


def test_what_cannot_be_known_is_not_printed(c: kubesim.Cluster) -> None:
    result = c.kubectl("run tmp --image=python:3.13 -i --rm -q --restart=Never", stdin="print(1)\n")
    assert result == ("", "error: kubesim does not know what the program of python:3.13 does\n", 1)


def test_a_session_of_the_log_before_is_the_one_of_the_instance_before(c: kubesim.Cluster) -> None:
    c.kubectl("run tmp --image=busybox:1.36 -i -q -- sh", stdin="echo one\nexit 1\n")
    c.advance("20s")
    assert c.kubectl("logs tmp").stdout == ""
    assert c.kubectl("logs tmp --previous").stdout == "one\n"


def test_attach_prints_what_comes_from_now_on(c: kubesim.Cluster) -> None:
    c.kubectl([*RUN, "--", "sh", "-c", "echo a; sleep 20; echo b"])
    c.advance("10s")
    result = c.kubectl("attach tmp")
    assert result == ("b\n", BANNER, 0)
    completed = "error: cannot attach a container in a completed pod; current phase is Succeeded\n"
    assert c.kubectl("attach tmp").stderr == completed


def test_attach_says_that_there_is_no_terminal_and_no_container(c: kubesim.Cluster) -> None:
    c.kubectl([*RUN, "--", "sleep", "20"])
    c.advance("5s")
    assert c.kubectl("attach tmp -t -i").stderr == (
        f"error: Unable to use a TTY - container tmp did not allocate one\n{BANNER}"
    )
    c.kubectl("run pending --image=nosuch/nosuch:1")
    c.advance("5s")
    assert c.kubectl("attach pending -q").stderr == (
        "error: unable to upgrade connection: container pending not found in pod pending_default\n"
    )
    missing = "error: cannot attach to the container: container x is not valid for pod pending out of: pending\n"
    assert c.kubectl("attach pending -c x").stderr == missing


def test_input_that_ends_leaves_a_pod_alone_that_holds_its_own_open(c: kubesim.Cluster) -> None:
    c.kubectl([*RUN, "-i", "--leave-stdin-open", "-q", "--", "cat"], stdin="x\n")
    assert c.kubectl("logs tmp").stdout == "x\n"
    assert c.kubectl("get pod tmp -o jsonpath={.status.phase}").stdout == "Running"
