"""What every command has: help, examples that parse, flags that are explained, a place in the reference, a use."""

from __future__ import annotations

import re
import runpy
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from kubesim.cli import lazy, pflag
from kubesim.cli.command import Command
from kubesim.cli.help import help_text

if TYPE_CHECKING:
    from command_lines import Shell

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


def test_every_command_is_used_in_a_drill_or_another_test() -> None:
    texts = [path.read_text() for path in (ROOT / "tests").rglob("*") if path.suffix in (".drill", ".py")]
    texts.append((ROOT / "manifests" / "demo.sh").read_text())
    whole = "\n".join(texts)
    for path in PATHS:
        words = r"[ \"',-].*?".join(re.escape(word) for word in path.split())
        assert re.search(words, whole), path


@pytest.mark.parametrize("line", ["alpha", "alpha foo", "alpha --help", "help alpha"])
def test_there_are_no_alpha_commands(shell: Shell, line: str) -> None:
    assert shell(line) == (0, "", "No alpha commands are available in this version of kubectl\n")


def test_the_group_of_alpha_commands_is_not_listed(shell: Shell) -> None:
    assert "alpha" not in shell.ok("help")


@pytest.mark.parametrize("line", ["get pods", "rollout", "rollout status deploy/web", "version --client"])
def test_a_profile_that_nobody_captures_is_refused(shell: Shell, line: str) -> None:
    assert shell.refused(f"{line} --profile=foo") == "error: unknown profile 'foo'\n"
    assert shell.ok("version --client --profile=heap") == shell.ok("version --client")


@pytest.mark.parametrize("verb", ["settle", "status", "reset", "reset --nodes 3"])
def test_words_that_a_command_of_the_simulation_does_not_take_are_refused(shell: Shell, verb: str) -> None:
    told = f"error: unexpected arguments: [x y]\nSee 'kubesim sim {verb.split()[0]} -h' for help and examples\n"
    assert shell.refused(f"sim {verb} x y") == told
