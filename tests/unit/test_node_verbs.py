"""cordon, uncordon, drain, taint, and the verbs that answer without a cluster: words, streams and statuses."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from kubesim.cli import main

if TYPE_CHECKING:
    from pathlib import Path

PODS = """
apiVersion: v1
kind: Pod
metadata: {name: solo}
spec: {nodeName: node01, containers: [{name: a, image: nginx}]}
---
apiVersion: v1
kind: Pod
metadata: {name: data}
spec: {nodeName: node01, volumes: [{name: v, emptyDir: {}}], containers: [{name: a, image: nginx}]}
"""
NO_CONTROLLER = "cannot delete Pods that declare no controller (use --force to override): default/solo"
LOCAL_STORAGE = "cannot delete Pods with local storage (use --delete-emptydir-data to override): default/data"


def shell(line: str) -> tuple[int, str, str]:
    """Status, standard output and standard error of a command line."""
    out, err = io.StringIO(), io.StringIO()
    status = main.answer(line.split(), io.StringIO(), out, err)
    return status, out.getvalue(), err.getvalue()


@pytest.fixture(autouse=True)
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBESIM_STATE", str(tmp_path / "state.json"))
    monkeypatch.setenv("KUBESIM_SPEED", "max")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pods.yml").write_text(PODS)


def test_a_node_is_cordoned_once_and_uncordoned_once() -> None:
    answers = [shell(f"{verb} node01")[1] for verb in ("cordon", "cordon", "uncordon", "uncordon")]
    said = ["cordoned", "already cordoned", "uncordoned", "already uncordoned"]
    assert answers == [f"node/node01 {word}\n" for word in said]


def test_a_dry_run_cordons_nothing() -> None:
    assert shell("cordon node01 --dry-run=server") == (0, "node/node01 cordoned (server dry run)\n", "")
    assert "SchedulingDisabled" not in shell("get nodes")[1]


@pytest.mark.parametrize("verb", ["cordon", "uncordon", "drain"])
def test_an_empty_selector_picks_no_node(verb: str) -> None:
    status, out, err = shell(f"{verb} --selector=")
    assert (status, out) == (1, "")
    assert err.startswith("error: You must provide one or more resources by argument or filename.\n")


def test_drain_tells_of_all_that_stands_in_its_way_and_evicts_nothing() -> None:
    shell("apply -f pods.yml")
    status, out, err = shell("drain node01")
    assert (status, out) == (1, "node/node01 cordoned\n")
    why = f'unable to drain node "node01" due to error: [{LOCAL_STORAGE}, {NO_CONTROLLER}]'
    pending = "There are pending nodes to be drained:\n node01\n"
    assert err == f"error: {why}, continuing command...\n{pending}{LOCAL_STORAGE}\n{NO_CONTROLLER}\n"
    assert shell("get pods -o name")[1] == "pod/data\npod/solo\n"


def test_drain_evicts_and_waits() -> None:
    shell("apply -f pods.yml")
    shell("sim advance 30s")
    status, out, err = shell("drain node01 --force --delete-emptydir-data")
    assert err == "Warning: deleting Pods that declare no controller: default/data, default/solo\n"
    evicting = "evicting pod default/data\nevicting pod default/solo\n"
    assert out.startswith(f"node/node01 cordoned\n{evicting}")
    assert sorted(out.splitlines()[3:5]) == ["pod/data evicted", "pod/solo evicted"]
    assert (status, out.splitlines()[5:]) == (0, ["node/node01 drained"])
    assert shell("get pods -o name")[1] == ""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("taint nodes node01 a=b:NoSchedule", "tainted"),
        ("taint nodes node01 a=b:NoExecute --overwrite", "modified"),
        ("taint nodes node01 old-", "untainted"),
        ("taint nodes node01 old:NoSchedule-", "untainted"),
        ("taint nodes node01 new=x:NoSchedule old-", "modified"),
    ],
)
def test_taints_are_set_and_removed(line: str, said: str) -> None:
    shell("taint nodes node01 old=1:NoSchedule other:NoExecute")
    assert shell(line) == (0, f"node/node01 {said}\n", "")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("drain", "error: USAGE: drain NODE [flags]\nSee 'kubesim drain -h' for help and examples\n"),
        ("cordon nope", 'Error from server (NotFound): nodes "nope" not found\n'),
        ("taint nodes node01 a-", 'error: taint "a" not found\n'),
        ("taint nodes node01", "error: at least one taint update is required\n"),
        ("taint pods x a:NoSchedule", "error: invalid resource type pods, only node types are supported\n"),
        ("kustomize a b", "error: specify one path to kustomization.yaml\n"),
        ("certificate approve", "error: one or more CSRs must be specified as <name> or -f <filename>\n"),
        ("plugin list", "error: unable to find any kubesim plugins in your PATH\n"),
    ],
)
def test_a_mistake_is_told_in_kubectls_words(line: str, told: str) -> None:
    assert shell(line) == (1, "", told)


def test_everybody_may_do_everything() -> None:
    assert shell("auth can-i create deployments") == (0, "yes\n", "")
    assert shell("auth can-i get foos.bar") == (
        0,
        "yes\n",
        "Warning: the server doesn't have a resource type 'foos' in group 'bar'\n\n",
    )


def test_the_user_is_an_administrator_unless_another_is_acted_as() -> None:
    words = [line.split(None, 1) for line in shell("auth whoami")[1].splitlines()]
    assert words[1:3] == [
        ["Username", "kubernetes-admin"],
        ["Groups", "[kubeadm:cluster-admins system:authenticated]"],
    ]
    assert "Username    jane\nGroups      [system:authenticated]\n" in shell("auth whoami --as jane")[1]


def test_a_node_tells_how_many_pods_it_takes_as_the_api_server_writes_numbers() -> None:
    line = "get node node01 -o jsonpath={.status.capacity.pods}/{.status.allocatable.pods}"
    assert shell(line) == (0, "100k/100k", "")


BUDGET = """
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
"""


@pytest.fixture
def held(tmp_path: Path) -> str:
    """A node with a pod that its budget holds."""
    (tmp_path / "budget.yml").write_text(BUDGET)
    shell("create deployment web --image=nginx:1.25 --replicas=2")
    shell("create -f budget.yml")
    shell("sim settle")
    return shell("get pods -l app=web -o jsonpath={.items[0].spec.nodeName}:{.items[0].metadata.name}")[1]


def test_a_pod_that_its_budget_holds_is_tried_again_until_time_is_up(held: str) -> None:
    node, pod = held.split(":")
    status, out, err = shell(f"drain {node} --timeout=8s --pod-selector=app=web")
    assert (status, out) == (1, f"node/{node} cordoned\n" + f"evicting pod default/{pod}\n" * 3)
    retry = (
        f'error when evicting pods/"{pod}" -n "default" (will retry after 5s): '
        "Cannot evict pod as it would violate the pod's disruption budget.\n"
    )
    gone = f'error when evicting pods/"{pod}" -n "default": global timeout reached: 8s'
    assert err == (
        f'{retry}{retry}There are pending pods in node "{node}" when an error occurred: {gone}\npod/{pod}\n'
        f'error: unable to drain node "{node}" due to error: {gone}, continuing command...\n'
        f"There are pending nodes to be drained:\n {node}\n{gone}\n"
    )


def test_a_budget_that_lets_one_go_lets_one_go_at_a_time(held: str) -> None:
    node, pod = held.split(":")
    shell('patch pdb web -p {"spec":{"minAvailable":1}}')
    status, out, _ = shell(f"drain {node} --timeout=30s --pod-selector=app=web")
    assert status == 0
    assert out == (f"node/{node} cordoned\nevicting pod default/{pod}\npod/{pod} evicted\nnode/{node} drained\n")
