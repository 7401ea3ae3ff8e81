"""An object that changes drawers, as a pod does that loses its ReplicaSet, goes on living."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

REPLICA_SET = """
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: nginx, image: 'nginx:1.25'}]}
"""


@pytest.fixture
def replica_set(shell: Shell) -> None:
    shell.ok(f"create -f {shell.write('rs.yml', REPLICA_SET)}")


@pytest.mark.usefixtures("replica_set")
def test_an_orphan_that_is_ending_ends(shell: Shell) -> None:
    shell.ok("sim settle")
    shell.ok("scale rs web --replicas=1")
    assert shell.ok("get pods").count("Terminating") == 2
    shell.ok("delete rs web --cascade=orphan")
    shell.ok("sim settle")
    assert len(shell.ok("get pods -o name").splitlines()) == 1


@pytest.mark.usefixtures("replica_set")
def test_an_orphan_that_is_starting_starts(shell: Shell) -> None:
    shell.ok("delete rs web --cascade=orphan")
    shell.ok("sim settle")
    assert shell.ok("get pods").count("Running") == 3


@pytest.mark.usefixtures("replica_set")
def test_a_pod_that_is_let_go_by_its_labels_lives_on(shell: Shell) -> None:
    shell.ok("label pods -l app=web app=other --overwrite")
    shell.ok("sim settle")
    assert shell.ok("get pods -l app=other").count("Running") == 3
    assert shell.ok("get pods -l app=web").count("Running") == 3
