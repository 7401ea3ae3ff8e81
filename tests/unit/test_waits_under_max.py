"""A wait that jumps lets others in, takes up what they did, and waits for them where the cluster only repeats itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from kubesim.api.meta import DAY, HOUR, SECOND, parse_time
from kubesim.life import paces
from kubesim.sim.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from command_lines import Shell

STATEFUL = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 2
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: main, image: 'nginx:does-not-exist'}]}
"""
CRASHING = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: main, image: 'redis:crash', readinessProbe: {tcpSocket: {port: 80}}}]}
"""


class Others:
    """What other processes do while a wait leaves the lock to them, a command each time; then nothing more."""

    def __init__(self, shell: Shell, *lines: str) -> None:
        self._shell = shell
        self.lines = list(lines)

    def __call__(self, _seconds: float) -> None:
        if self.lines:
            self._shell.ok(self.lines.pop(0))


def instant(shell: Shell) -> int:
    """What time it is in the cluster (ms)."""
    rows = [line.split() for line in shell.ok("sim status").splitlines()]
    return next(parse_time(row[1]) for row in rows if row[0] == "Time:")


@pytest.fixture
def others(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Others]:
    def act(*lines: str) -> Others:
        acting = Others(shell, *lines)
        monkeypatch.setattr("time.sleep", acting)
        return acting

    return act


def test_a_stateful_set_whose_image_cannot_be_pulled_is_repaired_while_its_rollout_is_waited_for(
    shell: Shell, others: Callable[..., Others]
) -> None:
    shell.write("db.yml", STATEFUL)
    shell.ok("create -f db.yml")
    repair = others("set image sts/db main=nginx:1.25", "delete pod db-0 --wait=false")
    told = shell.ok("rollout status sts/db")
    assert "partitioned roll out complete" in told or "rolling update complete" in told
    assert not repair.lines


@pytest.mark.parametrize(
    "line",
    [
        "rollout status deployment/web",
        "wait deployment/web --for=condition=Available",
        "get pods -w",
        "events -w",
        "logs -f deployment/web",
        "delete deployment/web --cascade=foreground",
        "drain node01 node02 --ignore-daemonsets",
    ],
)
def test_a_bug_in_the_middle_of_a_wait_saves_nothing(shell: Shell, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    shell.ok("create -f web.yml")
    if line.startswith(("delete", "drain")):
        shell.ok("sim settle")
    saved: list[bytes] = []
    step = Engine.step

    def broken(engine: Engine, wake: int) -> None:
        saved.append((shell.folder / "state.json").read_bytes())
        step(engine, wake)
        raise ZeroDivisionError

    monkeypatch.setattr(Engine, "step", broken)
    with pytest.raises(ZeroDivisionError):
        shell(line)
    assert (shell.folder / "state.json").read_bytes() == saved[0]


def test_a_refusal_in_the_middle_of_a_wait_saves_what_came_before_it(shell: Shell) -> None:
    shell.ok("create -f web.yml")
    begins = instant(shell)
    shell.refused("wait deployment/web --for=condition=Available --timeout=1s")
    assert instant(shell) == begins + SECOND


def test_what_others_do_between_two_turns_is_taken_up(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, others: Callable[..., Others]
) -> None:
    monkeypatch.setattr(paces, "TURN", 0)
    monkeypatch.setattr(paces, "SAVES", 0)
    shell.write("web.yml", CRASHING.replace("redis:crash", "nginx:does-not-exist"))
    shell.ok("create -f web.yml")
    others("annotate pod web seen=true", "set image pod/web main=nginx:1.25")
    assert "condition met" in shell.ok("wait pod/web --for=condition=Ready --timeout=1h")
    assert 'seen: "true"' in shell.ok("get pod web -o yaml")
    assert shell.ok("get pod web -o jsonpath={.spec.containers[0].image}") == "nginx:1.25"


def test_a_wait_gives_up_after_its_time_though_the_cluster_only_repeats_itself(shell: Shell) -> None:
    shell.write("web.yml", CRASHING)
    shell.ok("create -f web.yml")
    before = instant(shell)
    refused = shell.refused("wait pod/web --for=condition=Initialized=false --timeout=720h")
    assert refused == "error: timed out waiting for the condition on pods/web\n"
    assert instant(shell) - before == 30 * DAY


def test_a_wait_for_a_count_goes_on_until_it_is_reached(shell: Shell) -> None:
    shell.write("web.yml", CRASHING)
    shell.ok("create -f web.yml")
    before = instant(shell)
    path = "jsonpath={.status.containerStatuses[0].restartCount}=60"
    assert "condition met" in shell.ok(f"wait pod/web --for={path} --timeout=24h")
    assert 4 * HOUR < instant(shell) - before < 6 * HOUR


def test_what_comes_only_once_ends_a_wait_among_what_repeats(shell: Shell) -> None:
    shell.write("web.yml", CRASHING)
    shell.ok("create -f web.yml")
    shell.ok("create job once --image=busybox -- sleep 100000")
    shell.ok("wait job/once --for=condition=complete --timeout=48h")
    assert shell.ok("get job once -o jsonpath={.status.succeeded}") == "1"
