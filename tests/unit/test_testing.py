"""The pytest plug-in as a user has it, in a run of its own, and the decorator for other runners."""

from __future__ import annotations

import subprocess
import sys
import unittest
from typing import TYPE_CHECKING, Any

import kubesim
import pytest
from command_lines import DEPLOYMENT

if TYPE_CHECKING:
    from pathlib import Path

TESTS = f'''
import pytest

WEB = """{DEPLOYMENT}"""


def test_rolls_out(kubesim):
    kubesim.apply(WEB)
    kubesim.settle()
    kubesim.kubectl("set image deploy/web nginx=nginx:1.25")
    kubesim.kubectl("rollout status deploy/web")
    rollout = kubesim.rollout("deploy/web")
    assert rollout.is_done and rollout.downtime == 0


def test_is_alone(kubesim):
    assert kubesim.list("pods") == []
    assert kubesim.now.isoformat().startswith("2026-01-01T00:00:0")


@pytest.mark.kubesim(profile="bare", nodes=5, at="2027-02-03T00:00:00Z", images={{"nginx:*": "crash"}})
def test_has_its_marks_cluster(kubesim):
    assert (len(kubesim.list("nodes")), kubesim.now.year) == (5, 2027)
    kubesim.apply(WEB)
    kubesim.advance("20s")
    assert "Error" in kubesim.kubectl("get pods").stdout


def test_is_served(kubesim, kubesim_server):
    import json, urllib.request

    kubesim.apply(WEB)
    path = "/apis/apps/v1/namespaces/default/deployments/web"
    with urllib.request.urlopen(kubesim_server.url + path) as answer:
        assert json.load(answer)["spec"]["replicas"] == 2
    assert kubesim_server.requests == [("GET", path)]
    with open(kubesim_server.kubeconfig) as file:
        assert kubesim_server.url in file.read()


def test_fails(kubesim):
    kubesim.apply(WEB)
    kubesim.settle()
    assert kubesim.get("deploy/web")["spec"]["replicas"] == 99


def test_fails_without_a_cluster():
    raise AssertionError("without")
'''


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a run of ``TESTS`` printed."""
    folder: Path = tmp_path_factory.mktemp("tests")
    (folder / "test_it.py").write_text(TESTS)
    argv = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--strict-markers", "-v"]
    run = subprocess.run(argv, check=False, cwd=folder, capture_output=True, text=True, timeout=120)
    assert run.returncode == 1, run.stdout + run.stderr
    return run.stdout


@pytest.mark.parametrize("name", ["test_rolls_out", "test_is_alone", "test_has_its_marks_cluster", "test_is_served"])
def test_a_test_gets_a_cluster_of_its_own_by_name_alone(printed: str, name: str) -> None:
    if name == "test_is_served":
        pytest.importorskip("uvicorn", reason="the extra serve is not installed")
    assert f"test_it.py::{name} PASSED" in printed


def test_the_report_of_a_failed_test_has_the_events_and_the_timeline(printed: str) -> None:
    of_failed = printed.partition("_ test_fails _")[2].partition("_ test_fails_without_a_cluster _")[0]
    assert "Scaled up replica set" in of_failed.partition("- kubesim events -")[2]
    assert "deployment/web  RollingUpdate" in of_failed.partition("- kubesim timeline -")[2]


def test_the_report_of_other_failures_is_as_it_was(printed: str) -> None:
    assert "kubesim" not in printed.partition("_ test_fails_without_a_cluster _")[2].partition("short test summary")[0]


def test_the_plug_in_lists_its_fixture_and_mark() -> None:
    argv = [sys.executable, "-m", "pytest", "--markers"]
    shown = subprocess.run(argv, check=True, capture_output=True, text=True, timeout=60)
    assert "@pytest.mark.kubesim(" in shown.stdout


class DecoratedTest(unittest.TestCase):
    """What ``with_cluster`` is for; pytest runs it as unittest would."""

    @kubesim.with_cluster(nodes=2)
    def test_a_method_is_given_a_new_cluster(self, cluster: kubesim.Cluster) -> None:
        assert len(cluster.list("nodes")) == 2

    def test_a_function_keeps_its_arguments_and_its_name(self) -> None:
        @kubesim.with_cluster()
        def add(first: int, cluster: kubesim.Cluster, *, second: int) -> Any:
            return first + second, len(cluster.list("nodes"))

        assert add(1, second=2) == (3, 3)
        assert add.__name__ == "add"
