"""What every command has: help, examples that parse, flags that are explained, a place in the reference, a use."""

from __future__ import annotations

import os
import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from kubesim.cli import lazy, pflag
from kubesim.cli.command import Command
from kubesim.cli.help import help_text

ROOT = Path(__file__).parents[2]
PATHS = [row.path for row in lazy.VERBS if row.path != "help"]


@pytest.mark.parametrize("path", PATHS)
def test_a_command_is_explained(path: str) -> None:
    command = lazy.load(path)
    assert help_text(path).strip()
    assert command.long
    assert command.name == path.rpartition(" ")[2]
    assert all(flag.help for flag in command.flags)
    if isinstance(command, Command):
        assert command.examples


@pytest.mark.parametrize("path", PATHS)
def test_its_examples_are_taken_by_the_flag_grammar(path: str) -> None:
    for _, line in lazy.load(path).examples:
        if "[" in line:  # a usage line, of a verb that refuses
            continue
        found = lazy.find(shlex.split(line))
        assert found.path.startswith(path)
        pflag.parse(found.argv, found.flags)


def test_the_reference_is_not_stale() -> None:
    made = runpy.run_path(str(ROOT / "tools" / "generate_reference.py"))["reference"]()
    assert (ROOT / "docs" / "reference.md").read_text() == made, "run make docs"


@pytest.mark.parametrize("path", PATHS)
def test_a_command_is_in_the_reference(path: str) -> None:
    assert f"\n## kubesim {path}\n" in (ROOT / "docs" / "reference.md").read_text()


HEAVY = frozenset(
    (
        *("typer", "click", "rich", "yaml", "platformdirs", "subprocess", "tempfile", "uuid", "importlib.metadata"),
        *("kubesim.api.decode", "kubesim.api.schema", "kubesim.kinds.pod_spec.validation"),
        *("kubesim.controllers.deployment", "kubesim.controllers.kubelet", "kubesim.controllers.scheduler"),
        "kubesim.printers.gotemplate",
    )
)
LOADED = "import sys; from kubesim.cli.main import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"


@pytest.mark.parametrize("line", ["get deployments", "rollout status deploy", "rollout history deploy"])
def test_what_a_look_at_a_quiet_cluster_must_not_import(line: str, tmp_path: Path) -> None:
    environment = {**os.environ, "KUBESIM_STATE": str(tmp_path / "state.json"), "KUBESIM_SPEED": "max"}

    def loaded(*words: str) -> set[str]:
        command = [sys.executable, "-c", LOADED, *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return set(done.stderr.split())

    loaded("create", "-f", str(ROOT / "manifests" / "deployment-definition.yml"))
    loaded("sim", "settle")
    assert loaded(*line.split()).isdisjoint(HEAVY)


def test_every_command_is_used_in_a_drill_or_another_test() -> None:
    texts = [path.read_text() for path in (ROOT / "tests").rglob("*") if path.suffix in (".drill", ".py")]
    texts.append((ROOT / "manifests" / "demo.sh").read_text())
    whole = "\n".join(texts)
    for path in PATHS:
        words = r"[ \"',-].*?".join(re.escape(word) for word in path.split())
        assert re.search(words, whole), path
