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


@pytest.fixture
def deployed(kubesim):
    kubesim.apply(WEB.replace("nginx:", "nginx:broken-"))
    kubesim.wait("deploy/web", "condition=Available", timeout="30s")


def test_fails_in_a_fixture(deployed):
    pass


@pytest.mark.kubesim(nodes=1, profile="bare")
class TestMarked:
    @pytest.mark.kubesim(nodes=7)
    def test_adds_to_its_class_mark(self, kubesim):
        assert len(kubesim.list("nodes")) == 7
        assert kubesim.list("pods", all_namespaces=True) == []


@pytest.mark.kubesim(node=3)
def test_has_a_wrong_mark(kubesim):
    pass


def test_breaks_its_cluster(kubesim, monkeypatch):
    from kubesim.library import cluster

    monkeypatch.setattr(cluster, "run", lambda *arguments: 1 / 0)
    kubesim.settle()


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


@pytest.mark.parametrize(
    "name",
    [
        "test_rolls_out",
        "test_is_alone",
        "test_has_its_marks_cluster",
        "TestMarked::test_adds_to_its_class_mark",
        "test_is_served",
    ],
)
def test_a_test_gets_a_cluster_of_its_own_by_name_alone(printed: str, name: str) -> None:
    if name == "test_is_served":
        pytest.importorskip("uvicorn", reason="the extra serve is not installed")
    assert f"test_it.py::{name} PASSED" in printed


def test_the_report_of_a_failed_test_has_the_events_and_the_timeline(printed: str) -> None:
    of_failed = report(printed, "test_fails")
    assert "Scaled up replica set" in of_failed.partition("- kubesim events -")[2]
    assert "deployment/web  RollingUpdate" in of_failed.partition("- kubesim timeline -")[2]


def test_a_refusal_is_shown_where_the_test_asked_for_it(printed: str) -> None:
    of_fixture = report(printed, "ERROR at setup of test_fails_in_a_fixture")
    assert "StatusError: timed out waiting for the condition on deployments/web" in of_fixture
    assert "cluster.py" not in of_fixture
    assert "Failed to pull image" in of_fixture.partition("- kubesim events -")[2]


def test_a_wrong_mark_is_refused_in_a_line(printed: str) -> None:
    refused = report(printed, "ERROR at setup of test_has_a_wrong_mark").split("\n")
    assert refused[1].endswith("got an unexpected keyword argument 'node'")
    assert refused[1].startswith("@pytest.mark.kubesim: ")


def test_a_bug_has_its_frames_and_leaves_the_other_tests_alone(printed: str) -> None:
    of_bug = report(printed, "test_breaks_its_cluster")
    assert "cluster.py" in of_bug
    assert "the cluster cannot be asked any more: ZeroDivisionError" in of_bug


def report(printed: str, title: str) -> str:
    """The part of a run's output that is about one test."""
    return printed.partition(f"_ {title} _")[2].partition("\n____")[0]


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
