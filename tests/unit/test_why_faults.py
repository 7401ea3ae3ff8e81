"""``sim why`` on faults: the cause at the root is named, and the command that it gives repairs it."""

from __future__ import annotations

import io
import json
import shlex
import sys
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from faults import AUTOSCALERS, FAULTS, Fault

if TYPE_CHECKING:
    from command_lines import Shell


@pytest.fixture(autouse=True)
def profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBESIM_PROFILE", "kind")


def make(shell: Shell, fault: Fault) -> None:
    """Take the steps of a fault, and let time pass."""
    for step in fault.steps:
        if step == "HOLD":
            name = shell.ok("get pods -o jsonpath={.items[0].metadata.name}")
            run(shell, f"""kubesim patch pod/{name} -p '{{"metadata":{{"finalizers":["example.com/hold"]}}}}'""")
        elif isinstance(step, str):
            run(shell, f"kubesim {step}")
        else:
            run(shell, f"echo {shlex.quote(json.dumps(step))} | kubesim create -f -")
    shell.ok(f"sim advance {fault.wait}")


def run(shell: Shell, line: str) -> str:
    """Run a command line of echo and kubesim with its pipes; each command has to succeed."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&")
    lexer.whitespace_split = True
    piped, command = "", list[str]()
    for word in [*lexer, "&&"]:
        if word not in ("|", "&&"):
            command.append(word)
            continue
        program, *arguments = command
        if program == "echo":
            piped = " ".join(arguments)
        else:
            assert program == "kubesim"
            with mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(piped.encode()))):
                status, piped, err = shell(*arguments)
            assert status == 0, (arguments, piped, err)
        command = []
        piped = piped if word == "|" else ""
    return piped


def ask(shell: Shell, what: str) -> dict[str, Any]:
    status, out, err = shell(*shlex.split(f"sim why {what} -o json"))
    assert (status, err) == (0, "")
    [answer] = json.loads(out)["items"]
    found: dict[str, Any] = answer
    return found


@pytest.mark.parametrize("fault", [*FAULTS, *AUTOSCALERS], ids=lambda fault: fault.name)
def test_a_fault_is_found_at_its_root(shell: Shell, fault: Fault) -> None:
    make(shell, fault)
    answer = ask(shell, fault.ask)
    cause = answer["causes"][0]
    assert (answer["state"], cause["code"]) == ("Stuck", fault.code)
    assert fault.says in cause["message"]
    assert not cause["passesByItself"]
    lines = shell.ok(f"sim why {fault.ask}").splitlines()
    assert len(lines) <= 3


@pytest.mark.parametrize("fault", [f for f in FAULTS if f.repairs], ids=lambda fault: fault.name)
def test_the_command_repairs_it(shell: Shell, fault: Fault) -> None:
    make(shell, fault)
    repair = ask(shell, fault.ask)["causes"][0]["repairs"][0]
    assert repair["isWhole"]
    run(shell, repair["command"])
    shell.ok(f"sim advance {fault.heals}")
    if fault.code in ("FinalizerHolds", "DependentsRemain"):
        assert shell(*shlex.split(f"get {fault.ask}"))[0] == 1
        return
    assert ask(shell, fault.ask)["state"] == "AsWanted"


@pytest.mark.parametrize("fault", AUTOSCALERS, ids=lambda fault: fault.name)
def test_once_an_autoscaler_is_repaired_only_metrics_are_missing(shell: Shell, fault: Fault) -> None:
    make(shell, fault)
    run(shell, ask(shell, fault.ask)["causes"][0]["repairs"][0]["command"])
    shell.ok("sim advance 1m")
    assert [cause["code"] for cause in ask(shell, fault.ask)["causes"]] == ["NoMetrics"]
