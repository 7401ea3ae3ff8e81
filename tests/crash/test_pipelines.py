"""Nobody waits for who waits: commands that read from pipes beside commands that write.

The short form runs with the other tests; ``KUBESIM_STRESS=1`` (``make stress``) runs the long one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from itertools import cycle
from typing import TYPE_CHECKING

import pytest
from terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes")

STRESS = bool(os.environ.get("KUBESIM_STRESS"))
KUBESIM = f"{sys.executable} -m kubesim"
PATIENCE = 60.0  # seconds after which a command hangs

#: What print manifests, some of it of what they change.
PRODUCERS = (
    "create deployment web --image=nginx --dry-run=client -o yaml",
    "create deployment web --image=nginx --dry-run=server -o yaml",
    "create deployment web --image=nginx -o yaml",
    "run web --image=nginx -o json",
    "create namespace web -o yaml",
    "apply -f {manifest} -o yaml",
    "apply -f {manifest} --server-side -o yaml",
    "create -f {manifest} --dry-run=client -o yaml",
    "get deployments -o yaml",
)
#: What change something that is there, and print it.
CHANGES = (
    "scale deployment web --replicas=3 -o yaml",
    "label deployment web a=b --overwrite -o yaml",
    "annotate deployment web a=b --overwrite -o yaml",
    "set image deployment web nginx=nginx:1.26 -o yaml",
    "patch deployment web -p {{}} -o yaml",
    "rollout restart deployment web -o yaml",
    "expose deployment web --port=80 -o yaml",
)
#: What read manifests.
CONSUMERS = (
    "apply -f {file}",
    "apply -f {file} --server-side",
    "apply -f {file} --dry-run=client",
    "apply -f {file} --dry-run=server",
    "apply set-last-applied -f {file} --create-annotation",
    "apply view-last-applied -f {file}",
    "create -f {file}",
    "replace -f {file}",
    "replace -f {file} --force",
    "delete -f {file} --wait=false",
    "label -f {file} c=d --overwrite",
    "label -f {file} c=d --local -o yaml",
    "annotate -f {file} c=d --overwrite",
    "scale -f {file} --replicas=1",
    "autoscale -f {file} --max=3",
    "expose -f {file} --port=80 --name=other",
    "set image -f {file} *=nginx:1.27",
    "set image -f {file} *=nginx:1.27 --local -o yaml",
    "set env -f {file} A=b",
    "set resources -f {file} --limits=cpu=1",
    "set serviceaccount -f {file} default",
    "set selector -f {file} a=b",
    "set subject -f {file} --user=anna",
    "patch -f {file} -p {{}}",
    "rollout restart -f {file}",
    "rollout pause -f {file}",
    "rollout resume -f {file}",
    "rollout undo -f {file}",
    "rollout history -f {file}",
    "rollout status -f {file} --watch=false",
    "auth reconcile -f {file}",
    "certificate approve -f {file}",
    "wait -f {file} --for=jsonpath={{.metadata.name}}=web --timeout=1s",
    "get -f {file}",
    "describe -f {file}",
    "diff -f {file}",
    "edit -f {file}",
    "create configmap c --from-file={file}",
    "create secret generic c --from-env-file={file}",
    "patch deployment web --patch-file={file}",
    "config set-cluster c --embed-certs --certificate-authority={file}",
    "get deployments -o go-template-file={file}",
    "label deployment web e=f --overwrite -o jsonpath-file={file}",
)
MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: nginx, image: nginx}]}
"""


def opened(folder: Path) -> Terminal:
    terminal = Terminal(folder)
    terminal.environment["EDITOR"] = "true"
    return terminal


def piped(terminal: Terminal, producer: str, consumer: str, *, slow: bool) -> subprocess.CompletedProcess[str]:
    """Both in a pipe; who hangs is killed, which is an error."""
    first = f"{KUBESIM} {producer}"
    line = f"({'sleep 0.3; ' if slow else ''}{first}) | {KUBESIM} {consumer}"
    process = subprocess.Popen(
        line, shell=True, env=terminal.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        out, err = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.communicate()
        pytest.fail(f"{line} hangs")
    return subprocess.CompletedProcess(line, process.returncode, out, err)


def pairs(producers: tuple[str, ...]) -> list[tuple[str, str]]:
    """Every consumer behind some producer; in the long form every one behind every one."""
    if STRESS:
        return [(producer, consumer) for producer in producers for consumer in CONSUMERS]
    return list(zip(cycle(producers), CONSUMERS[::4]))


def quoted(line: str, **names: object) -> str:
    """The line for a shell."""
    from shlex import quote

    return " ".join(quote(word.format(**names)) for word in line.split())


def test_pipelines_on_a_fresh_state_never_hang(tmp_path: Path) -> None:
    manifest = tmp_path / "web.yaml"
    manifest.write_text(MANIFEST)
    for number, (producer, consumer) in enumerate(pairs(PRODUCERS)):
        terminal = opened(tmp_path / str(number))
        done = piped(
            terminal, quoted(producer, manifest=manifest), quoted(consumer, file="-"), slow=number % 2 == 0
        )  # fmt: skip
        assert "Traceback" not in done.stderr, (done.args, done.stderr)


def test_pipelines_on_an_old_state_never_hang(tmp_path: Path) -> None:
    terminal = opened(tmp_path)
    manifest = tmp_path / "web.yaml"
    manifest.write_text(MANIFEST)
    for number, (producer, consumer) in enumerate(pairs(CHANGES)):
        terminal.run("apply", "-f", manifest)
        done = piped(terminal, quoted(producer), quoted(consumer, file="-"), slow=number % 2 == 0)
        assert "Traceback" not in done.stderr, (done.args, done.stderr)


@pytest.mark.skipif(not STRESS, reason="only in the long form")
@pytest.mark.parametrize("slow", [False, True])
def test_the_shortest_pipeline_on_a_fresh_state_always_works(tmp_path: Path, slow: bool) -> None:
    for number in range(200):
        terminal = opened(tmp_path / str(number))
        done = piped(terminal, "create ns p --dry-run=client -o yaml", "apply -f -", slow=slow)
        assert (done.stdout, done.stderr, done.returncode) == ("namespace/p created\n", "", 0)


def end_for_writing(fifo: Path, process: subprocess.Popen[str]) -> int:
    """The pipe's other end, once the process has opened its own."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # nobody reads yet
            time.sleep(0.02)
    pytest.fail(f"{process.args} does not read")


@pytest.mark.parametrize("is_fresh", [True, False], ids=["fresh", "old"])
def test_who_reads_a_pipe_delays_nobody(tmp_path: Path, is_fresh: bool) -> None:
    """Every consumer has opened its pipe when somebody writes; then each gets what it waits for."""
    terminal = opened(tmp_path)
    if not is_fresh:
        terminal.ok("create", "deployment", "web", "--image=nginx")
    consumers = CONSUMERS if STRESS or not is_fresh else CONSUMERS[::4]
    waiting = []
    for number, consumer in enumerate(consumers):
        fifo = tmp_path / f"{number}.yaml"
        os.mkfifo(fifo)
        process = terminal.start(*(word.format(file=fifo) for word in consumer.split()), stdin=subprocess.DEVNULL)
        waiting.append((process, end_for_writing(fifo, process)))
    before = time.monotonic()
    assert terminal.run("create", "namespace", "meanwhile").stdout == "namespace/meanwhile created\n"
    assert terminal.run("get", "namespace", "meanwhile", "-o", "name").stdout == "namespace/meanwhile\n"
    assert time.monotonic() - before < 10
    for process, pipe in waiting:
        os.write(pipe, MANIFEST.encode())
        os.close(pipe)
        _, errors = process.communicate(timeout=PATIENCE)
        assert "Traceback" not in errors, (process.args, errors)
