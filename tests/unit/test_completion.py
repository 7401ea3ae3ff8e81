"""Completion: what the shells are told could come next, in cobra's protocol."""

from __future__ import annotations

import io
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from kubesim.cli import completion, main
from kubesim.cli.support import completion_arguments

if TYPE_CHECKING:
    from pathlib import Path


def complete(*words: str, command: str = "__complete") -> list[str]:
    out = io.StringIO()
    assert main.answer([command, *words], io.StringIO(), out, io.StringIO()) == 0
    return out.getvalue().splitlines()


SPEC = {
    "initContainers": [{"name": "setup"}],
    "containers": [{"name": "nginx", "ports": [{"containerPort": 80}]}, {"name": "log"}],
}
OBJECTS: dict[str, list[Any]] = {
    "deployments": [
        {"kind": "Deployment", "metadata": {"name": "web"}, "spec": {"template": {"spec": SPEC}}},
        {"kind": "Deployment", "metadata": {"name": "api"}},
    ],
    "nodes": [{"kind": "Node", "metadata": {"name": "node01"}}],
    "namespaces": [{"kind": "Namespace", "metadata": {"name": "default"}}],
    "pods": [{"kind": "Pod", "metadata": {"name": "web-1"}, "spec": SPEC}],
    "services": [{"kind": "Service", "metadata": {"name": "front"}, "spec": {"ports": [{"port": 8000}]}}],
}


@pytest.fixture(autouse=True)
def objects(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster of two deployments, a pod, a service, a node and a namespace."""

    def objects_of(kind_word: str, _namespace: str) -> list[Any]:
        return OBJECTS[{"deploy": "deployments", "svc": "services"}.get(kind_word, kind_word)]

    monkeypatch.setattr(completion_arguments, "_objects", objects_of)


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
        (["get", "pods,deployments.a"], ["pods,deployments.apps"]),
        (["rollout", "undo", "dep"], ["deployment"]),
        (["rollout", "undo", "deploy", "w"], ["web"]),
        (["rollout", "undo", "deploy/"], ["deploy/web", "deploy/api"]),
        (["rollout", "status", ""], ["deployment", "daemonset", "statefulset"]),
        (["rollout", "status", "deploy", "web", ""], []),
        (["rollout", "status", "deploy/web", ""], []),
        (["rollout", "pause", ""], ["deployment"]),
        (["scale", "r"], ["replicaset", "replicationcontroller"]),
        (["set", "image", "d"], ["daemonsets", "deployments"]),
        (["cordon", ""], ["node01"]),
        (["cordon", "node01", ""], []),
        (["sim", "sh", "n"], ["node01"]),
        (["taint", "n"], ["node"]),
        (["logs", "web-1", ""], ["setup", "nginx", "log"]),
        (["logs", "deployments/web", "n"], ["nginx"]),
        (["exec", "web-1", "-c", "l"], ["log"]),
        (["exec", "web-1", "--container=s"], ["setup"]),
        (["logs", "w"], ["web-1"]),
        (["port-forward", "web-1", ""], ["80:80"]),
        (["port-forward", "web-1", "8080:"], ["8080:80"]),
        (["port-forward", "svc/front", ""], ["8000:8000"]),
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


@pytest.mark.parametrize(
    ("words", "candidates"),
    [
        (["get", "deploy/web", "deployments.a"], ["deployments.apps/"]),
        (["rollout", "undo", "deploy/web", "d"], ["deployment/", "daemonset/"]),
        (["logs", "serv"], ["services/"]),
    ],
    ids=" ".join,
)
def test_no_space_follows_a_type_that_wants_a_name(words: list[str], candidates: list[str]) -> None:
    assert complete(*words) == [*candidates, ":6"]


@pytest.mark.parametrize(
    ("words", "candidates"),
    [
        (["config", "use-context", "k"], ["kubernetes-admin@kubernetes"]),
        (["config", "use-context", "kubernetes-admin@kubernetes", ""], []),
        (["config", "delete-user", ""], ["kubernetes-admin"]),
        (["get", "--context", ""], ["kubernetes-admin@kubernetes"]),
        (["get", "--cluster=k"], ["kubernetes"]),
    ],
    ids=" ".join,
)
def test_what_the_configuration_has_is_offered(words: list[str], candidates: list[str]) -> None:
    main.answer(["get", "pods"], io.StringIO(), io.StringIO(), io.StringIO())
    assert complete(*words) == [*candidates, ":4"]


def test_completion_makes_no_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("KUBESIM_STATE", str(tmp_path / "state.json"))
    assert complete("get", "pods", "") == complete("config", "use-context", "") == [":4"]
    assert list(tmp_path.iterdir()) == []


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


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_an_alias_and_takes_no_word_for_a_command() -> None:
    script = f"""shopt -s expand_aliases
{completion.SCRIPTS["bash"].replace("PROGRAM", "kubesim")}
kubesim() {{ printf '%s|' "$@"; printf '\\n:4\\n'; }}
compopt() {{ :; }}
alias k=kubesim
COMP_LINE='k get a$(b) '; COMP_POINT=12; __start_kubesim; printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, timeout=30)
    assert (done.stdout, done.stderr) == ("__complete|get|a$(b)||\n", "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_a_script_that_asks_the_program(shell: str) -> None:
    out = io.StringIO()
    assert main.answer(["completion", shell], io.StringIO(), out, io.StringIO()) == 0
    assert "kubesim" in out.getvalue()
    assert "__complete" in out.getvalue()
    assert "PROGRAM" not in out.getvalue()
