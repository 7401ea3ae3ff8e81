"""Completion: what the shells are told could come next, in cobra's protocol."""

from __future__ import annotations

import io
import shutil
import subprocess

import pytest
from kubesim.cli import completion, main


def complete(*words: str, command: str = "__complete") -> list[str]:
    out = io.StringIO()
    assert main.answer([command, *words], io.StringIO(), out, io.StringIO()) == 0
    return out.getvalue().splitlines()


@pytest.fixture(autouse=True)
def objects(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster of two deployments, a node and a namespace."""
    names = {"deployments": ["web", "api"], "deploy": ["web", "api"], "nodes": ["node01"], "namespaces": ["default"]}

    def named(kind_word: str, prefix: str, _namespace: str) -> list[str]:
        return [name for name in names.get(kind_word, []) if name.startswith(prefix)]

    monkeypatch.setattr(completion, "complete_objects", named)


@pytest.mark.parametrize(
    ("words", "candidates"),
    [
        (["ge"], ["get"]),
        (["nosuch"], []),
        (["rollout", ""], ["history", "pause", "restart", "resume", "status", "undo"]),
        (["-n", "x", "rollout", "u"], ["undo"]),
        (["help", "ro"], ["rollout"]),
        (["help", "rollout", "un"], ["undo"]),
        (["completion", ""], ["bash", "fish", "powershell", "zsh"]),
        (["version", "--cl"], ["--client", "--client-certificate", "--client-key", "--cluster"]),
        (["version", "-o"], ["-o"]),
        (["version", "-o", ""], ["json", "yaml"]),
        (["version", "--output", "j"], ["json"]),
        (["version", "--output=y"], ["yaml"]),
        (["version", "-n", "d"], ["default"]),
        (["get", "deployments.a"], ["deployments.apps"]),
        (["get", "deploy", ""], ["web", "api"]),
        (["get", "deploy", "web", ""], ["api"]),
        (["get", "deploy/w"], ["deploy/web"]),
        (["get", "deploy/web", "deploy/a"], ["deploy/api"]),
    ],
    ids=lambda words: " ".join(words) or "nothing",
)
def test_what_could_come_next(words: list[str], candidates: list[str]) -> None:
    *told, directive = complete(*words, command="__completeNoDesc")
    assert told == candidates
    assert directive == ":4"


@pytest.mark.parametrize(
    "words", [["nosuch", ""], ["version", "--nosuch", ""], ["version", ""], ["version", "--client="]]
)
def test_where_nothing_is_known_the_shell_may_offer_files(words: list[str]) -> None:
    assert complete(*words) == [":0"]


def test_candidates_are_described() -> None:
    assert complete("roll") == ["rollout\tManage the rollout of a resource", ":4"]


@pytest.mark.parametrize(
    ("line", "candidates"),
    [
        ("kubesim rol", ["rollout"]),
        ("kubesim rollout ", ["history", "pause", "restart", "resume", "status", "undo"]),
        ("kubesim version -o ", ["json", "yaml"]),
        ("kubesim version --output=j", ["json"]),
    ],
)
@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_offers_what_it_is_told(line: str, candidates: list[str]) -> None:
    told = [*complete(*line.split()[1:], *([""] if line.endswith(" ") else []))]
    script = f"""{completion.SCRIPTS["bash"].replace("PROGRAM", "kubesim")}
kubesim() {{ printf '%s\\n' {" ".join(f"$'{one}'" for one in (t.replace("'", "") for t in told))}; }}
compopt() {{ :; }}
COMP_LINE='{line}'; COMP_POINT={len(line)}; __start_kubesim; printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, timeout=30)
    assert (done.stdout.splitlines(), done.stderr) == (candidates, "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_a_script_that_asks_the_program(shell: str) -> None:
    out = io.StringIO()
    assert main.answer(["completion", shell], io.StringIO(), out, io.StringIO()) == 0
    assert "kubesim" in out.getvalue()
    assert "__complete" in out.getvalue()
    assert "PROGRAM" not in out.getvalue()
