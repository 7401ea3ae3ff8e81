"""What a command that follows the cluster sees of what others do."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

from kubesim.cli.support.session import Session
from kubesim.kinds.common.pod_summary import summarize

if TYPE_CHECKING:
    import pytest
    from tests.unit.command_lines import Shell


def test_a_watch_shows_how_a_pod_that_somebody_else_made_began(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBESIM_SPEED", "0.001")
    shell.ok("get nodes")
    with Session().follow("Pod") as follower:
        shell.ok("run web --image=nginx:1.25")
        shell.ok('run lost --image=nginx:1.25 --overrides=\'{"spec":{"nodeName":"nowhere"}}\'')
        follower.step()
        seen = [
            (change.key.name, summarize(change.new).reason, change.new["spec"].get("nodeName"))
            for change in follower.take()
            if change.new is not None
        ]
    assert seen == [
        ("lost", "Pending", "nowhere"),
        ("web", "Pending", None),
        ("web", "Pending", "node01"),
        ("web", "ContainerCreating", "node01"),
    ]


def test_a_wait_in_many_short_steps_lets_others_at_the_cluster(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBESIM_SPEED", "max")
    shell.ok("get nodes")
    with Session().follow("ConfigMap") as follower:
        follower.step(follower.cluster.now + 1)
        writer = subprocess.Popen([sys.executable, "-m", "kubesim", "create", "configmap", "a"])
        end = time.monotonic() + 20
        while writer.poll() is None and time.monotonic() < end:
            follower.step(follower.cluster.now + 1)
    assert writer.wait() == 0
    assert time.monotonic() < end
