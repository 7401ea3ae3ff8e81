"""``kubesim sim fault`` from the command line, and what kubectl's commands say while the API server fails."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

FAILED = re.compile(
    r'Error from server \(InternalError\): an error on the server \("unknown"\) has prevented the request from '
    r"succeeding \(get deployments\.apps web\)\n"
)


@pytest.fixture
def web(shell: Shell) -> Shell:
    """A shell with a Deployment ``web`` that has been rolled out."""
    shell.ok("sim reset --profile kind --seed 1 --at 2026-01-01T00:00:00Z")
    shell.ok("create -f web.yml")
    shell.ok("rollout status deployment/web")
    return shell


def pod_of(shell: Shell) -> str:
    return shell.ok("get pods -o jsonpath={.items[0].metadata.name}")


def test_a_node_goes_down_and_comes_back(web: Shell) -> None:
    assert web.ok("sim fault node-down node01 --for 5m") == "fault 1: node01 is down for 5m0s\n"
    assert web.ok("sim fault list") == ("NUMBER   AGE   ENDS    WHAT\n1        0s    in 5m   node01 is down\n")
    web.ok("sim advance 1m")
    assert re.search(r"node01 +NotReady ", web.ok("get nodes"))
    assert web.ok("sim fault node-up node/node01") == "node01 is back\n"
    assert re.search(r"node01 +Ready ", web.ok("get nodes"))
    assert web.ok("sim fault list") == "no faults\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("node-down", "exactly one NODE is required"),
        ("node-down nowhere", 'Error from server (NotFound): nodes "nowhere" not found'),
        ("node-down controlplane", "controlplane runs the API server"),
        ("node-up node01", "error: node01 is not down"),
        ("node-full node01 --disk --memory", "only one of --disk, --memory and --pods may be given"),
        ("node-full node01 --pods=-2", "error: a node has no room for -2 pods"),
        ("node-full nowhere", 'nodes "nowhere" not found'),
        ("kill", "at least one POD is required"),
        ("kill nobody", 'Error from server (NotFound): pods "nobody" not found'),
        ("kill deployment/web", "error: deployment/web is no pod"),
        ("readiness deployment/web", "no container of deployment/web has a readinessProbe"),
        ("readiness configmap/kube-root-ca.crt", "configmap/kube-root-ca.crt has no pods"),
        ("slow-start deployment/web", 'required flag(s) "by" not set'),
        ("api 0%", 'invalid share "0%": it must be from 1% to 100%'),
        ("api many", 'invalid share "many"'),
        ("api 10% --reason Nothing", 'unknown reason "Nothing"'),
        ("clear", "the NUMBER of at least one fault, or --all, is required"),
        ("clear 1 --all", "the NUMBER of at least one fault, or --all, is required"),
        ("clear one", 'error: "one" is not the number of a fault'),
        ("clear 7", "error: there is no fault 7"),
    ],
)
def test_what_cannot_go_wrong(web: Shell, line: str, message: str) -> None:
    assert message in web.refused(f"sim fault {line}")
    assert web.ok("sim fault list") == "no faults\n"


def test_nothing_goes_wrong_twice(web: Shell) -> None:
    for line, again in (
        ("node-down node01", "node01 is down already"),
        ("node-full node02", "node02 is full already"),
        ("node-full node02 --disk", "the disk of node02 is used up already"),
        ("node-full node02 --memory", "the memory of node02 is used up already"),
        ("api 1%", "requests fail already"),
    ):
        web.ok(f"sim fault {line}")
        assert again in web.refused(f"sim fault {line}")


def test_each_fault_says_what_it_does_and_what_was_cleared(web: Shell) -> None:
    web.ok("set env deployment/web A=1")
    patch = '[{"op": "add", "path": "/spec/template/spec/containers/0/readinessProbe", "value": {"tcpSocket": {"port": 80}}}]'
    assert web("patch", "deployment", "web", "--type=json", "-p", patch)[0] == 0
    assert web.ok("sim fault node-full node02") == "fault 1: node02 has room for no more than its 4 pods\n"
    assert web.ok("sim fault node-full node01 --pods 7") == "fault 2: node01 has room for no more than its 7 pods\n"
    assert web.ok("sim fault image 'nginx:*' --for 1m") == "fault 3: nginx:* cannot be pulled for 1m0s\n"
    assert web.ok("sim fault readiness deploy/web") == "fault 4: readiness probes of deploy/web fail\n"
    assert web.ok("sim fault slow-start deploy/web --by 20s") == (
        "fault 5: containers of deploy/web listen 20s later than they start\n"
    )
    assert web.ok("sim fault api 10% --reason Timeout") == (
        "fault 6: 10% of the requests to the API server fail with Timeout\n"
    )
    assert web.ok("sim fault clear 5 3") == (
        "cleared 5: containers of deploy/web listen 20s later than they start\ncleared 3: nginx:* cannot be pulled\n"
    )
    assert web.ok("sim fault clear --all").count("cleared") == 4
    assert web.ok("sim fault clear --all") == ""


def test_a_disk_fills_up_and_is_cleared(web: Shell) -> None:
    assert web.ok("sim fault node-full node02 --disk --for 30s") == "fault 1: the disk of node02 is used up for 30s\n"
    assert web.ok("sim fault node-full node02 --memory") == "fault 2: the memory of node02 is used up\n"
    assert web.ok("sim fault list").splitlines()[1:] == [
        "1        0s    in 30s         the disk of node02 is used up",
        "2        0s    when cleared   the memory of node02 is used up",
    ]
    assert "node.kubernetes.io/disk-pressure:NoSchedule" in web.ok("describe node node02")
    web.ok("sim advance 30s")
    assert web.ok("sim fault clear --all") == "cleared 2: the memory of node02 is used up\n"
    assert re.search(
        r"DiskPressure +True .* KubeletHasDiskPressure +kubelet has disk pressure", web.ok("describe node node02")
    )
    web.ok("sim advance 5m")
    assert re.search(r"Taints: +<none>", web.ok("describe node node02"))


def test_killed_processes_are_restarted(web: Shell) -> None:
    name = pod_of(web)
    assert web.ok(f"sim fault kill {name}") == f"pod/{name}: killed nginx\n"
    web.ok("sim advance 5s")
    assert re.search(rf"{name} +1/1 +Running +1 \(", web.ok("get pods"))


# the API server


def test_requests_fail_in_the_words_of_kubectl_by_chance(web: Shell) -> None:
    web.ok("sim fault api 40%")
    answers = [web("get deployment web -o name") for _ in range(60)]
    failed = [err for status, _, err in answers if status]
    assert all(FAILED.fullmatch(err) for err in failed)
    assert {out for status, out, _ in answers if not status} == {"deployment.apps/web\n"}
    assert 12 <= len(failed) <= 36


def test_the_same_commands_fail_alike(shell: Shell) -> None:
    runs = []
    for _ in range(2):
        shell.ok("sim reset --profile kind --seed 3 --at 2026-01-01T00:00:00Z")
        shell.ok("sim fault api 50%")
        lines = ("create -f web.yml", "get deploy", "scale deploy web --replicas 3", "delete deploy web") * 4
        runs.append([shell(line) for line in lines])
    assert runs[0] == runs[1]
    assert {status for status, _, _ in runs[0]} == {0, 1}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("get pods", "the server is currently unable to handle the request (get pods)"),
        ("get deploy web", "the server is currently unable to handle the request (get deployments.apps web)"),
        ("delete deploy web", "the server is currently unable to handle the request (delete deployments.apps web)"),
        ("create -f new.yml", "the server is currently unable to handle the request (post configmaps)"),
    ],
)
def test_every_request_fails_if_all_are_to(web: Shell, line: str, message: str) -> None:
    web.write("new.yml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: new}}")
    web.ok("sim fault api 100% --reason ServiceUnavailable")
    error = web.refused(line)
    assert message in error
    assert "(ServiceUnavailable)" in error


def test_apply_says_what_it_was_about(web: Shell) -> None:
    web.ok("sim fault api 100%")
    error = web.refused("apply -f web.yml")
    assert error.startswith(
        "Error from server (InternalError): error when retrieving current configuration of:\n"
        'Resource: "apps/v1, Resource=deployments", GroupVersionKind: "apps/v1, Kind=Deployment"\n'
        'Name: "web", Namespace: "default"\nfrom server for: "web.yml": an error on the server ("unknown")'
    )


def test_requests_fail_only_as_long_as_the_fault_lasts_and_the_cluster_lives_on(web: Shell) -> None:
    web.ok("scale deployment web --replicas 5")
    web.ok("sim fault api 100% --for 30s")
    web.ok("sim advance 20s")
    web.refused("get deployment web")
    web.ok("sim advance 10s")
    assert re.search(r"web +5/5 ", web.ok("get deployment web"))


def test_a_reader_saves_only_that_it_asked(web: Shell) -> None:
    web.ok("sim fault api 1%")
    before = (web.folder / "state.json").read_bytes().splitlines()
    web.ok("get nodes")
    after = (web.folder / "state.json").read_bytes().splitlines()
    assert before[0] != after[0]
    assert before[1:-1] == after[1:-1]  # the last line is a checksum of them all
