"""What steers a terminal is shown, wherever people read what manifests say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

STEERS = "\x1b[31mred\x9b1m\u202eturned\r"
SHOWN = r"^[[31mred\x9b1m\u202eturned\r"
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
MANIFEST = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: "bad%s", annotations: {a: "%s"}}
"""
ESCAPED = r"\e[31mred\x9b1m\u202eturned\r"


@pytest.fixture
def bad(shell: Shell) -> Shell:
    """A shell with a manifest whose names and values steer a terminal."""
    shell.write("bad.yml", MANIFEST % (ESCAPED, ESCAPED))
    return shell


@pytest.mark.parametrize(
    "line",
    [
        "create -f bad.yml",
        "apply -f bad.yml",
        "apply -f bad.yml --server-side",
        "replace -f bad.yml",
        "delete -f bad.yml",
        "get -f bad.yml",
        "label -f bad.yml a=b",
        "describe -f bad.yml",
    ],
)
def test_an_error_shows_what_steers_a_terminal(bad: Shell, line: str) -> None:
    status, _, errors = bad(line)
    assert status == 1
    assert "31mred" in errors
    assert not UNSAFE.search(errors)


def test_what_is_done_shows_it_too(bad: Shell) -> None:
    assert bad.ok("create -f bad.yml --dry-run=client") == f"configmap/bad{SHOWN} created (dry run)\n"
    assert bad.ok("annotate --local -f bad.yml b=c") == f"configmap/bad{SHOWN} annotated\n"


def test_lists_of_what_objects_say_show_it(shell: Shell) -> None:
    shell.ok("apply -f web.yml")
    shell("annotate", "deployment", "web", f"kubernetes.io/change-cause={STEERS}")
    shell("set", "env", "deployment/web", f"A={STEERS}")
    shell("config", "set-context", STEERS, f"--namespace={STEERS}")
    lines = (
        "rollout history deployment/web",
        "rollout history deployment/web --revision=1",
        "annotate deployment web --list",
        "set env deployment/web --list",
        "config get-contexts",
        "config get-contexts -o name",
    )
    for line in lines:
        shown = shell.ok(line)
        assert SHOWN in shown, line
        assert not UNSAFE.search(shown), line


def test_what_programs_read_is_as_it_is(shell: Shell) -> None:
    shell("create", "configmap", "c", f"--from-literal=a={STEERS}")
    assert shell.ok("get configmap c -o jsonpath={.data.a}") == STEERS
    assert shell.ok("get configmap c -o go-template={{.data.a}}") == STEERS
