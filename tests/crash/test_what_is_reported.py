"""What is reported is saved, and what is saved is reported: commands struck at every step by signals and bugs.

The short form runs with the other tests; ``KUBESIM_STRESS=1`` (``make stress``) runs the long one.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from terminal import HERE, Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="children are forked")

STRESS = bool(os.environ.get("KUBESIM_STRESS"))
ANNOTATED = "deployment.apps/web annotated\n"


def struck(terminal: Terminal, blow: str, stride: int, *words: str) -> Iterator[dict[str, Any]]:
    """What came of the command each time; the state is as it left it."""
    process = terminal.start(blow, stride, *words, program=(str(HERE / "struck.py"),), stdin=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    for line in process.stdout:
        yield json.loads(line)
        process.stdin.write("\n")
        process.stdin.flush()
    assert process.communicate(timeout=60)[1] == ""


@pytest.mark.parametrize(
    ("blow", "status"), [("SIGINT", 130), ("SIGTERM", -signal.SIGTERM), ("SIGHUP", -signal.SIGHUP)]
)
def test_a_signal_at_any_step_leaves_a_change_saved_and_reported_or_neither(
    terminal: Terminal, blow: str, status: int
) -> None:
    outcomes = set()
    for done in struck(terminal, blow, 1 if STRESS else 29, "annotate", "deployment", "web", "n={step}", "--overwrite"):
        is_saved = terminal.noted() == str(done["step"])
        assert done["out"] == (ANNOTATED if is_saved else ""), done
        assert (done["err"], done["status"]) in (("", status), ("", 0)), done
        assert is_saved or done["status"], done
        outcomes.add(is_saved)
    assert outcomes == {True, False}, "some signals come before the new state is in its place, and some after"
    assert terminal.litter() == set()


def test_a_bug_at_any_step_leaves_a_change_saved_and_reported_or_neither(terminal: Terminal) -> None:
    outcomes = set()
    stride = 11 if STRESS else 499
    for done in struck(terminal, "bug", stride, "annotate", "deployment", "web", "n={step}", "--overwrite"):
        is_saved = terminal.noted() == str(done["step"])
        assert done["out"] == (ANNOTATED if is_saved else ""), done
        ignored = "Exception ignored" in done["err"]  # in what the interpreter cleans up
        assert done["status"] == (0 if ignored else 70), done
        assert "a bug at this step" in done["err"]
        outcomes.add(is_saved)
    assert False in outcomes
    assert terminal.litter() == set()


INTERRUPTED_AT_AN_IMPORT = """
import builtins, os, signal, sys
real, left = builtins.__import__, [int(sys.argv.pop(1))]
def struck(*arguments, **options):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGINT)
    return real(*arguments, **options)
from kubesim.__main__ import main
builtins.__import__ = struck
main()
"""


@pytest.mark.parametrize("number", range(1, 280, 1 if STRESS else 31))
def test_an_interrupt_while_it_starts_prints_nothing(terminal: Terminal, number: int) -> None:
    done = terminal.run(number, "get", "pods", program=("-c", INTERRUPTED_AT_AN_IMPORT))
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_a_report_that_nobody_reads_ends_with_the_signal(terminal: Terminal, tmp_path: Path) -> None:
    """What is saved is reported as far as anybody reads it; who interrupts does not wait for ever."""
    (tmp_path / "big").write_text("x" * 500_000)
    words = ("create", "configmap", "big", f"--from-file={tmp_path}/big", "-o", "yaml")
    process = terminal.start(*words)  # whose pipe is full soon
    assert process.stdout is not None
    assert process.stdout.read(10) == "apiVersion"
    before = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    assert time.monotonic() - before < 30
    process.communicate()
    assert terminal.ok("get", "configmap", "big", "-o", "name") == "configmap/big\n"


def test_what_is_ignored_stays_ignored(terminal: Terminal) -> None:
    """As under nohup."""
    script = (
        f"trap '' HUP; exec {sys.executable} {HERE}/struck.py SIGHUP 40 annotate deployment web n={{step}} --overwrite"
    )
    process = subprocess.Popen(
        ["sh", "-c", script], env=terminal.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    out, _ = process.communicate("\n" * 100, timeout=60)
    answers = [json.loads(line) for line in out.splitlines()]
    assert answers
    assert {(answer["status"], answer["out"]) for answer in answers} == {(0, ANNOTATED)}
