"""What is reported is saved, and what is saved is reported: commands struck at every step by signals and bugs.

The short form runs with the other tests; ``KUBESIM_STRESS=1`` (``make stress``) runs the long one.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from terminal import HERE, Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="children are forked")

STRESS = bool(os.environ.get("KUBESIM_STRESS"))
ANNOTATED = "deployment.apps/web annotated\n"


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    opened = Terminal(tmp_path)
    opened.ok("create", "deployment", "web", "--image=nginx", "--replicas=2")
    opened.ok("annotate", "deployment", "web", "n=0")
    return opened


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
    for done in struck(terminal, blow, 1 if STRESS else 9, "annotate", "deployment", "web", "n={step}", "--overwrite"):
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
        assert done["status"] == 70, done
        assert "a bug at this step" in done["err"]
        outcomes.add(is_saved)
    assert False in outcomes
    assert terminal.litter() == set()
