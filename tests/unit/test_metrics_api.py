"""metrics-server: how it comes, what it answers, and top's tables of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

COMPONENTS = "https://github.com/kubernetes-sigs/metrics-server/releases/latest/download/components.yaml"


@pytest.fixture
def served(shell: Shell) -> Shell:
    """A shell whose cluster has metrics, and a Deployment of two."""
    shell.ok("sim reset --profile kind --seed 1 --at 2026-01-01T00:00:00Z")
    shell.ok("sim addon metrics-server on")
    shell.ok("create -f web.yml")
    shell.ok("sim advance 1m")
    return shell


@pytest.mark.parametrize("profile", ["bare", "kind", "kubeadm"])
def test_no_profile_has_it_from_the_start(shell: Shell, profile: str) -> None:
    shell.ok(f"sim reset --profile {profile}")
    assert "\nmetrics-server   off " in shell.ok("sim addon")
    assert shell.refused("top pods") == shell.refused("top node") == "error: Metrics API not available\n"
    assert "metrics.k8s.io" not in shell.ok("api-versions")


def test_it_comes_in_half_a_minute_and_goes(shell: Shell) -> None:
    shell.ok("sim reset --profile kind --seed 1")
    assert "\ndeployment.apps/metrics-server created\n" in shell.ok("sim addon metrics-server on")
    shell.ok("sim advance 10s")
    row = shell.ok("get apiservice v1beta1.metrics.k8s.io").splitlines()[1].split("   ")
    assert [cell for cell in row if cell][1:3] == ["kube-system/metrics-server", "False (MissingEndpoints)"]
    assert shell.refused("top node") == "error: Metrics API not available\n"
    assert "\nmetrics-server   on, not running (yet) " in shell.ok("sim addon")
    shell.ok("sim advance 25s")
    assert " True " in shell.ok("get apiservice v1beta1.metrics.k8s.io")
    assert "\nmetrics-server   running " in shell.ok("sim addon")
    assert "metrics.k8s.io/v1beta1\n" in shell.ok("api-versions")
    assert re.findall(r"\S+ +metrics\S+ +\S+ +\S+", shell.ok("api-resources --api-group metrics.k8s.io")) == [
        "nodes                metrics.k8s.io/v1beta1   false        NodeMetrics",
        "pods                 metrics.k8s.io/v1beta1   true         PodMetrics",
    ]
    assert shell.ok("sim addon metrics-server on") == "metrics-server is on already\n"
    assert "\ndeployment.apps/metrics-server deleted\n" in shell.ok("sim addon metrics-server off")
    assert shell.refused("top node") == "error: Metrics API not available\n"
    assert "metrics.k8s.io" not in shell.ok("api-resources")
    assert shell.ok("sim addon metrics-server off") == "metrics-server is off already\n"


def test_its_manifest_does_the_same(shell: Shell) -> None:
    shell.ok("sim reset --profile kind --seed 1")
    assert "apiservice.apiregistration.k8s.io/v1beta1.metrics.k8s.io created\n" in shell.ok(f"apply -f {COMPONENTS}")
    shell.ok("sim advance 40s")
    assert shell.ok("top node --no-headers").count("\n") == 3


def test_it_is_away_while_its_pod_is(served: Shell) -> None:
    served.ok("scale deployment metrics-server -n kube-system --replicas=0")
    assert served.refused("top node") == "error: Metrics API not available\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("addon nothing on", 'there is no add-on "nothing"; those that there are: ingress-nginx, metrics-server'),
        ("addon metrics-server", 'the NAME of an add-on and "on" or "off" are required'),
        ("load deployment/web", "one TYPE/NAME, and at least one of --cpu, --memory and --requests, are required"),
        ("load deployment/none --cpu 1", 'deployments.apps "none" not found'),
        ("load deployment/web --cpu much", '"much" is no amount for --cpu; 400m and 200Mi are'),
        ("load deployment/web --memory=-1Mi", '"-1Mi" is no amount for --memory; 400m and 200Mi are'),
        ("load configmap/kube-root-ca.crt --cpu 1", "configmap/kube-root-ca.crt has no pods"),
        ("load deployment/web --clear", "there is no load on deployment/web"),
    ],
)
def test_what_is_refused(shell: Shell, line: str, message: str) -> None:
    shell.ok("create -f web.yml")
    assert message in shell.refused(f"sim {line}")


# top


def test_pods_and_their_containers(served: Shell) -> None:
    table = served.ok("top pod")
    assert re.fullmatch(
        r"NAME                   CPU\(cores\)   MEMORY\(bytes\)   \n(web-[\w-]{16}   1m           \d+Mi             \n){2}",
        table,
    )
    assert served.ok("top pods --no-headers") == table.partition("\n")[2].replace("1m           ", "1m    ").replace(
        "Mi             ", "Mi   "
    )
    name = table.split()[3]
    row = served.ok(f"top pod {name} --containers").splitlines()
    assert row[0].split() == ["POD", "NAME", "CPU(cores)", "MEMORY(bytes)"]
    assert row[1].split()[:2] == [name, "nginx"]
    assert served.ok("top pod -l app=web") == served.ok("top pod --use-protocol-buffers=false") == table
    assert served.ok(f"top pod --field-selector metadata.name={name}").count("\n") == 2


def test_the_sum_and_all_namespaces(served: Shell) -> None:
    rows = served.ok("top po -A --sum").splitlines()
    assert rows[0].split() == ["NAMESPACE", "NAME", "CPU(cores)", "MEMORY(bytes)"]
    assert rows[-2].split() == ["________", "________"]
    cells = [row.split() for row in rows[1:-2]]
    assert cells == sorted(cells)
    memory = sum(int(row[3].rstrip("Mi")) for row in cells)
    assert 0 <= int(rows[-1].split()[1].rstrip("Mi")) - memory <= len(cells)


def test_sorted_by_what_is_used(served: Shell) -> None:
    for column, by in ((2, "cpu"), (3, "memory")):
        rows = served.ok(f"top pod -A --no-headers --sort-by {by}").splitlines()
        numbers = [int(re.sub("[a-zM]", "", row.split()[column])) for row in rows]
        assert numbers == sorted(numbers, reverse=True)


def test_nodes(served: Shell) -> None:
    rows = [line.split() for line in served.ok("top node --show-swap").splitlines()]
    assert rows[0] == ["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)", "SWAP(bytes)", "SWAP(%)"]
    assert [row[0] for row in rows[1:]] == ["controlplane", "node01", "node02"]
    assert all(row[5:] == ["<unknown>", "<unknown>"] for row in rows[1:])
    cpu, memory = (int(re.sub("[a-zM]", "", rows[1][at])) for at in (1, 3))
    assert rows[1][2] == f"{cpu * 100 // 16000}%"
    assert rows[1][4] == f"{memory * 100 // (32 * 1024)}%"
    used = served.ok("top pod -A --no-headers --sum").split()[-1]
    assert int(used.rstrip("Mi")) < sum(int(row[3].rstrip("Mi")) for row in rows[1:])


def test_a_node_that_is_down_has_no_metrics(served: Shell) -> None:
    served.ok("sim fault node-down node02")
    served.ok("sim advance 2m")
    line = served.ok("top node --no-headers").splitlines()[-1]
    assert line.split() == ["node02", *4 * ["<unknown>"]]


def test_a_new_pod_has_no_metrics_yet(served: Shell) -> None:
    served.ok("run late --image=redis -n kube-public")
    served.ok("sim advance 5s")
    assert served.refused("top pod -n kube-public") == "error: metrics not available yet\n"
    assert served.refused("top pod late -n kube-public") == (
        'Error from server (NotFound): podmetrics.metrics.k8s.io "kube-public/late" not found\n'
    )
    served.ok("sim advance 40s")
    assert served.ok("top pod -n kube-public --no-headers").split()[0] == "late"


def test_what_top_says_of_nothing(served: Shell) -> None:
    assert served("top pod -n kube-public") == (0, "", "No resources found in kube-public namespace.\n")
    assert served("top pod -A -l a=b") == (0, "", "No resources found\n")
    assert served.refused("top pod none") == 'Error from server (NotFound): pods "none" not found\n'
    assert served.refused("top node none") == 'Error from server (NotFound): nodes "none" not found\n'
    assert served.refused("top node -l a=b") == "error: metrics not available yet\n"
    assert "only one of NAME or selector can be provided" in served.refused("top pod x -l a=b")
    assert "pods.metrics.k8s.io is forbidden" in served.refused("top pod --as nobody")


def test_metrics_are_objects(served: Shell) -> None:
    rows = [line.split() for line in served.ok("get podmetrics").splitlines()]
    assert rows[0] == ["NAME", "CPU", "MEMORY", "WINDOW"]
    assert re.fullmatch(r"web-\S+ \d+n \d+Ki 15s", " ".join(rows[1]))
    assert served.ok("get nodes.metrics.k8s.io -o name").split()[1] == "nodemetrics.metrics.k8s.io/node01"
    assert re.search("Kind: +PodMetrics\n", served.ok(f"describe podmetrics {rows[1][0]}"))
    assert served.ok("get pods --no-headers").count("\n") == 2


def test_a_load_is_listed_and_cleared(served: Shell) -> None:
    assert served.ok("sim load") == "no load\n"
    line = "sim load deployment/web --cpu 0.4 --memory 20Mi --requests 5 --for 10m"
    told = "deployment/web is under load: cpu 400m, memory 20Mi, 5 requests a second"
    assert served.ok(line) == f"{told} for 10m0s\n"
    served.ok("sim advance 1m")
    assert [int(cpu.rstrip("m")) // 10 for cpu in served.ok("top pod --no-headers").split()[1::3]] == [20, 20]
    cells = re.split(r" {2,}", served.ok("sim load").splitlines()[1])
    assert cells == [
        *("default", "deployment/web", "cpu 400m, memory 20Mi, 5 requests a second"),
        *("2", "60s", "in 9m"),
    ]
    assert served.ok("sim load --clear deployment/web") == "deployment/web is under load no more\n"
    assert served.ok("sim load") == "no load\n"
