"""Help: kubectl's layout, on the stream and with the status that kubectl has for it."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from kubesim.cli import lazy, main, options
from kubesim.cli.help import default_text, help_text
from kubesim.cli.pflag import Flag
from kubesim.kubectl.printers.style import Painted

KUBECTL_FLAGS = (Path(__file__).parent.parent / "data/kubectl-flags.txt").read_text().splitlines()[1:]


def answer(line: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return main.answer(line.split(), io.StringIO(), out, err), out.getvalue(), err.getvalue()


VERSION = """\
Print the Kubernetes version that kubectl and the cluster are simulated after.

Examples:
  # Of both
  kubesim version
{blank}
  # Of the client, for a program to read
  kubesim version --client -o json

Options:
    --client=false:
	The client's version alone.

    -o, --output='':
	The output format: json or yaml.

Usage:
  kubesim version [flags] [options]

Use "kubesim options" for a list of global command-line options (applies to all commands).
""".format(blank="  ")


@pytest.mark.parametrize("line", ["version --help", "version -h", "help version", "help version x", "-n x version -h"])
def test_a_verbs_help_is_laid_out_as_kubectls(line: str) -> None:
    assert answer(line) == (0, VERSION, "")


@pytest.mark.parametrize("line", ["", "--help", "-h", "help", "-h version", "-n version", "-- version", "-"])
def test_the_program_named_alone_lists_its_verbs(line: str) -> None:
    status, out, err = answer(line)
    assert (status, err) == (0, "")
    assert out == help_text("")


def test_verbs_are_listed_under_kubectls_headings_in_its_order() -> None:
    listed = re.findall(r"^(\S.*):$|^  (\S+)   ", help_text(""), re.MULTILINE)
    words = [heading or name for heading, name in listed]
    assert words[:6] == ["Basic Commands (Beginner)", "create", "expose", "run", "set", "Basic Commands (Intermediate)"]
    other = words[words.index("Other Commands") + 1 : words.index("Simulation Commands")]
    assert other == ["api-resources", "api-versions", "config", "kuberc", "plugin", "version"]
    assert not {"help", "options"} & set(words)


def test_a_group_lists_the_verbs_under_it_in_a_column() -> None:
    text = help_text("rollout")
    lines = text[text.index("Available Commands:") :].splitlines()[1:7]
    assert [line[:16].rstrip() for line in lines] == [
        "  history",
        "  pause",
        "  restart",
        "  resume",
        "  status",
        "  undo",
    ]
    assert {line.index(line[14:].lstrip()[0], 14) for line in lines} == {16}
    assert 'Use "kubesim rollout <command> --help" for more information about a given command.\n' in text


@pytest.mark.parametrize(
    ("line", "stream"), [("rollout", "out"), ("set", "err"), ("rollout -h", "out"), ("set --help", "out")]
)
def test_each_group_prints_its_help_where_kubectls_does(line: str, stream: str) -> None:
    status, out, err = answer(line)
    assert status == (0 if "-h" in line else 1)
    assert (out, err) == ((help_text(line.split()[0]), "") if stream == "out" else ("", help_text(line.split()[0])))


def test_flags_before_a_groups_verb_ask_for_the_groups_help() -> None:
    assert answer("rollout -h undo") == (0, help_text("rollout"), "")


def test_help_about_nothing_known_lists_the_verbs_on_standard_error() -> None:
    status, out, err = answer("help nosuch topic")
    assert (status, out) == (0, "")
    assert err.startswith("Unknown help topic [`nosuch` `topic`]\n\n\nBasic Commands (Beginner):\n  create ")


def test_options_lists_the_flags_that_every_verb_takes() -> None:
    status, out, err = answer("options whatever")
    assert (status, err) == (0, "")
    assert out.startswith("The following options can be passed to any command:\n\n    --as='':\n\t")
    assert re.findall(r"--([a-z-]+)=", out) == [flag.name for flag in options.GLOBAL]
    assert "\n    -v, --v=0:\n" in out
    assert "\n    --log-flush-frequency=5s:\n" in out


def test_hidden_and_deprecated_flags_are_not_shown() -> None:
    text = help_text("scale")
    assert "--replicas=" in text
    assert "--record" not in text
    assert "--help=" not in text


def test_the_verbs_that_kubesim_adds_are_under_one_word() -> None:
    assert [row.path for row in lazy.children_of("") if row.heading == lazy.SIMULATION] == ["sim"]


@pytest.mark.parametrize(
    ("flag", "text"),
    [
        (Flag("x"), "''"),
        (Flag("x", default="none"), "'none'"),
        (Flag("x", type=bool), "false"),
        (Flag("x", type=int, default=-1), "-1"),
        (Flag("x", type="strings"), "[]"),
        (Flag("x", type="array", default=["a", "b"]), "[a,b]"),
        (Flag("x", type="map"), "[]"),
        (Flag("x", type="pairs"), ""),
        (Flag("x", type="duration", default=60_000), "1m0s"),
    ],
)
def test_a_default_is_shown_as_pflag_shows_it(flag: Flag, text: str) -> None:
    assert default_text(flag) == text


@pytest.mark.parametrize("line", KUBECTL_FLAGS, ids=lambda line: line.partition(":")[0])
def test_a_verb_takes_the_flags_that_kubectls_takes(line: str) -> None:
    path, _, listed = line.partition(": ")
    declared = options.GLOBAL if path == "options" else lazy.load(path).flags
    shown = [flag for flag in declared if not flag.hidden and not flag.deprecated]
    names = {flag.name: f"-{flag.short}/--{flag.name}" if flag.short else f"--{flag.name}" for flag in shown}
    assert " ".join(f"{names[flag.name]}={default_text(flag)}" for flag in sorted(shown)) == listed


@pytest.mark.parametrize("path", [row.path for row in lazy.VERBS if row.path])
def test_every_help_has_examples(path: str) -> None:
    assert "\nExamples:\n" in help_text(path) or path == "options"


@pytest.mark.parametrize("path", ["", "options", "rollout", "rollout undo", "create deployment"])
@pytest.mark.parametrize("line", ["{} --help", "help {}"])
def test_in_colour_help_says_the_same(path: str, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    stream = io.StringIO()
    painted = Painted(stream)
    status = main.answer(line.format(path).split(), io.StringIO(), painted, io.StringIO())
    painted.flush()
    shown = stream.getvalue()
    assert "\x1b[1mUsage:\x1b[0m\n" in shown
    assert (status, re.sub(r"\x1b\[[0-9;]*m", "", shown)) == (0, help_text(path))


def test_what_every_verb_takes_is_painted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\n    \x1b[36m-n\x1b[0m, \x1b[36m--namespace\x1b[0m='':\n" in answer("options")[1]
