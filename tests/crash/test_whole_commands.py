"""Whole commands from a shell: killed, crowded, starved, and beside one another.

The short form runs with the other tests; ``KUBESIM_STRESS=1`` (``make stress``) runs the long one.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from kubesim.store import StateFile
from kubesim.store.journal import STATES
from terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

STRESS = bool(os.environ.get("KUBESIM_STRESS"))
HERE = Path(__file__).parent
TEMPORARY = {"state.json.tmp", "state.json.journal/tmp"}  # of which one may be left
POSIX = pytest.mark.skipif(os.name != "posix", reason="limits and mounts of POSIX")


# Killed


@pytest.mark.parametrize("half", ["before", "amid"] if STRESS else ["amid"])
def test_a_command_killed_at_any_step_has_happened_or_not(terminal: Terminal, half: str) -> None:
    before, step, outcomes = 0, 0, []
    while True:
        step += 1 if STRESS else 2
        words = ("annotate", "deployment", "web", f"n={before + 1}", "--overwrite")
        done = terminal.run(terminal.state, "run", step, half, *words, program=(str(HERE / "writer.py"),))
        found = int(terminal.noted())
        assert found in (before, before + 1)
        assert terminal.litter() <= TEMPORARY
        assert terminal.history() == [*map(str, range(found, -1, -1)), "", ""], "nothing of the journal is lost"
        if done.returncode == 0:
            assert (found, done.stdout) == (before + 1, "deployment.apps/web annotated\n")
            break
        outcomes.append(found - before)
        before = found
    assert {0, 1} <= set(outcomes), "some kills come before the new state is in its place, and some after"
    assert terminal.litter() == set()


@pytest.mark.parametrize("half", ["before", "amid"] if STRESS else ["before"])
def test_an_undo_and_a_redo_killed_at_any_step_have_happened_or_not(terminal: Terminal, half: str) -> None:
    for n in (1, 2, 3):
        terminal.ok("annotate", "deployment", "web", f"n={n}", "--overwrite")
    for verb, begin, other, back in (("undo", "3", "2", "redo"), ("redo", "2", "3", "undo")):
        step, outcomes = 0, set()
        while True:
            step += 1 if STRESS else 5
            words = ("sim", verb)
            done = terminal.run(terminal.state, "run", step, half, *words, program=(str(HERE / "writer.py"),))
            found = terminal.noted()
            assert found in (begin, other)
            assert terminal.litter() <= TEMPORARY
            assert terminal.history()[-5:] == ["2", "1", "0", "", ""]
            outcomes.add(found)
            if done.returncode == 0:
                break
            if found == other:
                terminal.ok("sim", back)
                assert terminal.noted() == begin
        assert outcomes == {begin, other}
    terminal.ok("sim", "undo", "4")
    terminal.ok("sim", "redo", "4")
    assert terminal.history() == ["3", "2", "1", "0", "", ""]


def test_commands_killed_at_random_instants_lose_nothing_they_acknowledged(terminal: Terminal) -> None:
    instants = random.Random(2)
    number, done = 0, 0
    for _ in range(400 if STRESS else 8):
        process = terminal.start("annotate", "deployment", "web", f"n={number + 1}", "--overwrite")
        time.sleep(instants.random() * 0.3)
        process.kill()
        process.communicate(timeout=60)
        found = int(terminal.noted())
        assert found == number + 1 if process.returncode == 0 else found in (number, number + 1)
        done += found - number
        number = found
        assert terminal.litter() <= TEMPORARY
        assert terminal.history()[: number + 1] == [*map(str, range(number, -1, -1))][:STATES]
    terminal.ok("annotate", "deployment", "web", f"n={number + 1}", "--overwrite")
    assert terminal.litter() == set()
    assert done or not STRESS


def test_a_command_killed_while_it_holds_the_lock_blocks_nobody(terminal: Terminal) -> None:
    holder = terminal.start(terminal.state, "hold", program=(str(HERE / "writer.py"),))
    assert holder.stdout is not None
    assert holder.stdout.readline() == "holding\n"
    assert "web" in terminal.ok("get", "deployments"), "a reader does not wait for the lock"
    writer = terminal.start("annotate", "deployment", "web", "n=1", "--overwrite")
    time.sleep(0.5)
    assert writer.poll() is None, "a writer does"
    holder.kill()
    holder.communicate(timeout=60)
    assert writer.communicate(timeout=60)[0] == "deployment.apps/web annotated\n"
    assert terminal.noted() == "1"


# Starved


def refused(terminal: Terminal, why: str, done: subprocess.CompletedProcess[str], before: bytes) -> None:
    """The command ended in one clear line, and the state is what it was."""
    assert done.stderr.splitlines() == [
        f"error: cannot write the state: {terminal.state}: {why}; it was left as it was"
    ]
    assert (done.returncode, done.stdout) == (1, ""), "nothing is told of that did not happen"
    assert terminal.bytes() == before
    assert terminal.litter() == set()


@POSIX
def test_a_file_size_limit(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "big").write_text("x" * 100_000)
    before = terminal.bytes()

    def limit() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    done = terminal.run("create", "configmap", "big", f"--from-file={tmp_path}/big", preexec_fn=limit)
    refused(terminal, "File too large", done, before)
    terminal.ok("create", "configmap", "big", f"--from-file={tmp_path}/big")


IN_A_SMALL_DISK = """
set -e
mount -t tmpfs -o size=192k,mode=700 tmpfs "$1"; shift
"$@" create deployment web --image=nginx
cp "$KUBESIM_STATE" before
head -c 150000 /dev/zero | tr '\\0' x > big
echo full; "$@" create configmap big --from-file=big && echo done || echo "exit $?"
cmp "$KUBESIM_STATE" before && ls -A "$(dirname "$KUBESIM_STATE")"
mount -o remount,ro "$(dirname "$KUBESIM_STATE")"
echo read-only; "$@" scale deployment web --replicas=5 && echo done || echo "exit $?"
"$@" get deployment web -o name
cmp "$KUBESIM_STATE" before && ls -A "$(dirname "$KUBESIM_STATE")"
"""


@POSIX
def test_a_full_disk_and_a_read_only_one(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.state.parent.mkdir()
    private = ["unshare", "--mount", "sh", "-c"]
    probe = ["mount", "-t", "tmpfs", "tmpfs", str(terminal.state.parent)]
    if os.geteuid() or subprocess.run([*private, '"$@"', "sh", *probe], capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk; what a full one does is tested by test_store_file.py")
    script = [*private, IN_A_SMALL_DISK, "sh", str(terminal.state.parent), sys.executable, "-m", "kubesim"]
    done = subprocess.run(script, capture_output=True, text=True, env=terminal.environment, cwd=tmp_path, check=False)
    there = "state.json\nstate.json.journal\nstate.json.lock\n"
    assert done.stdout == (
        f"deployment.apps/web created\nfull\nexit 1\n{there}read-only\nexit 1\ndeployment.apps/web\n{there}"
    ), done.stderr
    full, read_only = done.stderr.splitlines()
    assert full == f"error: cannot write the state: {terminal.state}: No space left on device; it was left as it was"
    assert read_only.startswith(f"error: cannot write the state: {terminal.state}")
    assert "Read-only file system" in read_only


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device that is always full")
def test_output_that_nobody_can_take_is_told(terminal: Terminal) -> None:
    with open("/dev/full", "w") as full:
        done = terminal.run("get", "deployments", stdout=full)
    assert (done.returncode, done.stderr) == (1, "error: write /dev/stdout: no space left on device\n")


# Crowded


def watch(state: StateFile, until: threading.Event, seen: list[int]) -> None:
    while not until.is_set():
        snapshot = state.read()
        assert snapshot is not None
        seen.append(int(snapshot.head["resourceVersion"]))
        for name in snapshot.drawers():
            snapshot.load(name)


def test_eight_terminals_at_once(terminal: Terminal) -> None:
    """Each scales, labels, creates and deletes; all that it was told of is there at the end."""
    seconds = 60 if STRESS else 3
    done, seen = threading.Event(), [0]
    reader = threading.Thread(target=watch, args=(StateFile(str(terminal.state)), done, seen))
    reader.start()
    crowd = [terminal.start(f"w{n}", seconds, program=(str(HERE / "crowd.py"),)) for n in range(8)]
    victim = terminal.start("victim", 600, program=(str(HERE / "crowd.py"),))
    time.sleep(seconds / 2)
    victim.kill()
    victim.communicate(timeout=60)
    answers = [process.communicate(timeout=seconds + 120) for process in crowd]
    done.set()
    reader.join()
    assert [errors for _, errors in answers] == [""] * 8
    assert seen == sorted(seen), "time does not run backward for a reader"
    assert len(set(seen)) > 8, "the reader saw the others at work"
    web = json.loads(terminal.ok("get", "deployment", "web", "-o", "json"))
    for out, _ in answers:
        told = json.loads(out)
        name, rounds = told["name"], told["rounds"]
        assert rounds >= 1
        assert web["metadata"]["annotations"][name] == str(rounds), "no update of an object that all change is lost"
        mine = json.loads(terminal.ok("get", "deployment", name, "-o", "json"))
        assert mine["spec"]["replicas"] == rounds % 5
        kept = terminal.ok("get", "configmaps", "-l", f"of={name}", "-o", "name").split()
        assert kept == [f"configmap/{name}-{rounds}"], "what was deleted is gone, the last one is there"
    assert terminal.litter() == set()


# Beside one another


@pytest.fixture(params=["20", "max"])
def two(tmp_path: Path, request: pytest.FixtureRequest) -> Terminal:
    """A cluster for two terminals, in (hurried) real time and under max."""
    opened = Terminal(tmp_path, request.param)
    opened.ok("create", "deployment", "web", "--image=nginx:1.25", "--replicas=2")
    opened.ok("rollout", "status", "deployment/web")
    return opened


def test_who_waits_sees_what_another_terminal_does(two: Terminal) -> None:
    two.ok("rollout", "pause", "deployment/web")
    two.ok("set", "image", "deployment/web", "nginx=nginx:1.26")
    waiting = two.start("rollout", "status", "deployment/web")
    assert waiting.stdout is not None
    assert "0 out of 2 new replicas have been updated" in waiting.stdout.readline()
    time.sleep(0.3)
    assert waiting.poll() is None, "nothing happens by itself"
    two.ok("rollout", "resume", "deployment/web")
    out, errors = waiting.communicate(timeout=60)
    assert out.endswith('deployment "web" successfully rolled out\n')
    assert errors == ""


def lines_of(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout is not None
    yield from process.stdout


def test_who_watches_sees_what_another_terminal_does(tmp_path: Path) -> None:
    """In real time; under max a watch ends when nothing happens any more."""
    terminal = Terminal(tmp_path, "20")
    terminal.ok("create", "deployment", "web", "--image=nginx:1.25", "--replicas=1")
    terminal.ok("rollout", "status", "deployment/web")
    watching = terminal.start("get", "deployment", "web", "--watch", "--no-headers")
    lines = lines_of(watching)
    assert next(lines).split()[:2] == ["web", "1/1"]
    terminal.ok("scale", "deployment", "web", "--replicas=3")
    guard = threading.Timer(60, watching.kill)
    guard.start()
    assert any(line.split()[1] == "3/3" for line in lines), "the watcher saw all three pods come up"
    guard.cancel()
    watching.kill()
    watching.communicate(timeout=60)
