"""The name under which messages and help speak of the program."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from kubesim.cli.command import program_name


@pytest.mark.parametrize(
    ("called", "told", "name"),
    [
        ("/usr/bin/kubesim", "", "kubesim"),
        ("/usr/local/bin/kubectl", "", "kubectl"),
        ("kubectl", "", "kubectl"),
        ("/site-packages/kubesim/__main__.py", "", "kubesim"),
        ("/usr/bin/kubesim", "kubectl", "kubectl"),
        ("/usr/bin/kubectl", "k", "k"),
    ],
)
def test_the_program_has_the_name_it_was_called_by(
    monkeypatch: pytest.MonkeyPatch, called: str, told: str, name: str
) -> None:
    monkeypatch.setattr(sys, "argv", [called, "get"])
    monkeypatch.setenv("KUBESIM_NAME", told)
    assert program_name() == name


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("get", "(e.g. kubectl explain pods).\nSee 'kubectl get -h' for help"),
        ("nosuch", 'unknown command "nosuch" for "kubectl"'),
        ("get deploy svc/web", "(e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource"),
        ("config get-contexts -o yaml", "is not available in kubectl config get-contexts"),
        ("auth can-i get", "See 'kubectl auth can-i -h' for help"),
        ("rollout undo --nosuch", "See 'kubectl rollout undo --help' for usage."),
    ],
)
def test_a_link_named_kubectl_speaks_of_kubectl(tmp_path: Path, line: str, words: str) -> None:
    link = tmp_path / "kubectl"
    link.write_text("from kubesim.__main__ import main\nmain()\n")
    environment = {**os.environ, "KUBESIM_STATE": str(tmp_path / "state.json"), "KUBESIM_NAME": ""}
    argv = [sys.executable, link, *line.split()]
    done = subprocess.run(argv, check=False, capture_output=True, text=True, env=environment)
    assert done.returncode == 1
    assert words in done.stderr
    assert "kubesim" not in done.stderr
