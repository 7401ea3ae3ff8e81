"""The typer application: every verb is in it, with its flags, and answers as on the command line."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer
from kubesim.cli import lazy, main
from kubesim.cli.app import VerbGroup, app
from kubesim.cli.help import help_text
from tests.transcripts import drill
from typer.testing import CliRunner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.transcripts.drill import Step

DRILLS = Path(__file__).parents[1] / "transcripts" / "drills"
RESET = ["sim", "reset", "--seed=1", "--at=2026-01-01T00:00:00Z"]


def walk(command: Any, context: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every command of an application by its path."""
    yield path, command
    for name in command.list_commands(context) if isinstance(command, VerbGroup) else ():
        yield from walk(command.get_command(context, name), context, f"{path} {name}".lstrip())


COMMAND = typer.main.get_command(app)
COMMANDS = dict(walk(COMMAND, typer.Context(COMMAND)))


def test_every_verb_is_a_command() -> None:
    assert set(COMMANDS) == {"", *(row.path for row in lazy.VERBS)}


@pytest.mark.parametrize("row", lazy.VERBS, ids=lambda row: row.path)
def test_a_command_has_the_verbs_words_and_flags(row: lazy.Row) -> None:
    command, verb = COMMANDS[row.path], lazy.load(row.path)
    assert (command.name, command.help) == (row.name, verb.long)
    options = {option.opts[-1]: option for option in command.params}
    assert set(options) == {f"--{flag.name}" for flag in verb.flags}
    for flag in verb.flags:
        option = options[f"--{flag.name}"]
        assert (option.help, option.required) == (flag.help, flag.required)
        assert option.opts[:-1] == ([f"-{flag.short}"] if flag.short else [])
        assert option.hidden == (flag.hidden or bool(flag.deprecated))


@pytest.mark.parametrize("path", ["", "rollout", "rollout undo", "create", "create secret generic", "get"])
def test_its_help_is_kubectls(path: str) -> None:
    for words in ([*path.split(), "--help"], ["-h", *path.split()] if not path else [*path.split(), "-h"]):
        answer = CliRunner().invoke(app, words)
        assert (answer.exit_code, answer.stdout, answer.stderr) == (0, help_text(path), "")
    context = typer.Context(COMMANDS[path])
    assert COMMANDS[path].get_help(context) == help_text(path).rstrip("\n")


def _simple(step: Step) -> bool:
    """Whether a step is one kubectl command line, which needs no shell."""
    return step.is_directive or (step.shell.startswith("kubectl ") and not set(step.shell) & set("|&;<>`$"))


@pytest.mark.parametrize("name", ["set-image", "labels-annotations", "create-deployment", "undo", "get-select"])
def test_a_drill_is_answered_alike_both_ways(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KUBESIM_SPEED", "max")
    monkeypatch.chdir(tmp_path)
    played = drill.read(DRILLS / f"{name}.drill")
    for file, text in played.files.items():
        (tmp_path / file).write_text(text)
    lines = [RESET, *(shlex.split(step.shell)[1:] for step in played.steps if _simple(step))]
    for line in lines:
        monkeypatch.setenv("KUBESIM_STATE", str(tmp_path / "quick.json"))
        status = main.main(line)
        quick = capsys.readouterr()
        monkeypatch.setenv("KUBESIM_STATE", str(tmp_path / "typer.json"))
        answer = CliRunner().invoke(app, line)
        assert (answer.exit_code, answer.stdout, answer.stderr) == (status, quick.out, quick.err), line
    assert len(lines) > 12


def test_standard_input_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBESIM_STATE", str(tmp_path / "state.json"))
    manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n"
    answer = CliRunner().invoke(app, ["apply", "-f", "-"], input=manifest)
    assert (answer.exit_code, answer.output) == (0, "configmap/settings created\n")


def test_another_application_may_have_the_verbs_under_a_word_of_its_own() -> None:
    other = typer.Typer()
    other.add_typer(app, name="cluster")

    @other.command()
    def hello() -> None:
        """Something else."""

    answer = CliRunner().invoke(other, ["cluster", "version", "--client", "-oyaml"])
    assert (answer.exit_code, answer.stdout.split(":")[0]) == (0, "clientVersion")
    answer = CliRunner().invoke(other, ["cluster", "version", "--nosuch"])
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert answer.stderr.startswith("error: unknown flag: --nosuch\n")


def test_typers_own_tool_documents_the_verbs() -> None:
    command = [sys.executable, "-m", "typer", "kubesim.cli.app", "utils", "docs"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert "## `kubesim rollout`\n" in done.stdout
    undo = done.stdout[done.stdout.index("### `kubesim rollout undo`") :]
    assert "$ kubesim rollout undo (TYPE NAME | TYPE/NAME) [flags]\n" in undo
    assert re.search(
        r"^\* `--to-revision \S+`: The revision to go back to; 0 means the one before\.$", undo, re.MULTILINE
    )
