"""``kubesim sim traffic`` from the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  strategy: {type: STRATEGY}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: nginx
        image: nginx:1.25
        ports: [{containerPort: 80, name: http}]
        readinessProbe: {httpGet: {path: /, port: http}, periodSeconds: 2}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, name: http, targetPort: http}, {port: 81, name: other}]}
"""

RECREATED = """\
50 requests a second to service/web, port 80, each over a new connection. An
answer takes 100 ms. What is refused is not tried again. kube-proxy follows
endpoints 200 ms later. Servers finish what they are at on SIGTERM.

181 requests in 3.6 s: 51 were answered, 130 failed (71.8%)

           REVISION 1   REVISION 2   NO POD   ALL
answered   -            51           -        51
refused    20           -            110      130

FAILED   FROM    TO      WHY
110      0.4 s   2.6 s   refused: no pod was ready
20       0 s     0.4 s   refused: the pod had stopped; kube-proxy did not know

Recreate ends all old pods before it makes new ones. RollingUpdate does not.
"""

UNDISTURBED = """\
500 requests in 10 s: all were answered

           REVISION 1   ALL
answered   500          500
"""


def a_web(shell: Shell, strategy: str = "RollingUpdate") -> None:
    shell.ok("sim reset --seed 1 --at 2026-01-01T00:00:00Z")
    shell.write("web.yml", WEB.replace("STRATEGY", strategy))
    shell.ok("apply -f web.yml")
    shell.ok("rollout status deployment/web")
    shell.ok("sim advance 1m")


def test_a_rollout_that_is_under_way_is_followed_to_its_end(shell: Shell) -> None:
    a_web(shell, "Recreate")
    shell.ok("set image deployment/web nginx=nginx:1.26")
    assert shell.ok("sim traffic service/web") == RECREATED
    assert "successfully rolled out" in shell.ok("rollout status deployment/web --watch=false")


def test_without_a_rollout_ten_seconds_pass(shell: Shell) -> None:
    a_web(shell)
    before = shell.ok("sim status")
    assert shell.ok("sim traffic web").endswith(f"\n{UNDISTURBED}")
    assert "00:01:01" in before
    assert "00:01:11" in shell.ok("sim status")


def test_a_hook_is_advised_where_it_helps(shell: Shell) -> None:
    a_web(shell)
    shell.ok("set image deployment/web nginx=nginx:1.26")
    out = shell.ok("sim traffic web --drain=false")
    assert "cut: the server did not finish after SIGTERM" in out
    assert out.endswith(
        "A preStop hook keeps a pod serving until kube-proxy knows that it ends:\n"
        "  lifecycle: {preStop: {sleep: {seconds: 1}}}\n"
        "A server has to finish what it is at when it gets SIGTERM.\n"
    )
    hook = '{"spec": {"template": {"spec": {"containers": [{"name": "nginx", "lifecycle": {"preStop": {"sleep": {"seconds": 1}}}}]}}}}'
    assert shell("patch", "deployment", "web", "-p", hook)[0] == 0
    shell.ok("rollout status deployment/web")
    shell.ok("sim advance 1m")
    shell.ok("set image deployment/web nginx=nginx:1.27")
    assert "all were answered" in shell.ok("sim traffic web")


def test_data_is_printed_alone(shell: Shell) -> None:
    a_web(shell)
    document = json.loads(shell.ok("sim traffic web --for 5s --rate 100 --request-time 20ms --connections 3 -o json"))
    assert (document["requests"], document["failed"], document["seconds"]) == (500, 0, 5)
    assert document["model"] == {
        "rate": 100,
        "requestSeconds": 0.02,
        "propagationSeconds": 0.2,
        "drains": True,
        "connections": 3,
        "retries": 0,
    }
    header, *rows = shell.ok("sim traffic web --for 5s -o csv").splitlines()
    assert header == "begin,end,workload,revision,pod,outcome,cause,requests"
    assert sum(int(row.rpartition(",")[2]) for row in rows) == 250


def test_a_port_is_named_or_numbered(shell: Shell) -> None:
    a_web(shell)
    for port in ("other", "81"):
        assert "250 failed (100%)" in shell.ok(f"sim traffic web --port {port} --for 5s")
    assert "all were answered" in shell.ok("sim traffic web --port http --for 5s")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "exactly one SERVICE is required"),
        ("nothing", 'Error from server (NotFound): services "nothing" not found'),
        ("deployment/web", "error: deployment/web is no Service; requests are sent to one"),
        ("web --port 82", "error: service/web has no port 82"),
        ("web --rate 0", "error: invalid --rate: it must be between 1 and 1000000"),
        ("web --request-time 0s", "error: invalid --request-time"),
        ("web --retries -1", "error: invalid --retries"),
        ("web -o yaml", 'error: unknown output format "yaml"'),
        ("kubernetes", "error: service/kubernetes has no selector"),
        ("headless", "error: service/headless is headless"),
        ("elsewhere", "error: service/elsewhere is a name of something outside of the cluster"),
    ],
)
def test_what_cannot_be_sent_requests(shell: Shell, line: str, message: str) -> None:
    a_web(shell)
    shell.ok("create service clusterip headless --clusterip=None")
    shell.ok("create service externalname elsewhere --external-name example.com")
    assert message in shell.refused(f"sim traffic {line}")


# led again from the journal


@pytest.mark.parametrize("strategy", ["RollingUpdate", "Recreate"])
def test_the_last_rollout_answers_as_it_does_live(shell: Shell, strategy: str) -> None:
    a_web(shell, strategy)
    shell.ok("set image deployment/web nginx=nginx:1.26")
    model, _, live = shell.ok("sim traffic web").partition("\n\n")
    shell.ok("sim advance 1m")
    before = shell.ok("sim status")
    led_again = "During the last rollout of deployment/web, from 2026-01-01T00:01:01Z on:"
    assert shell.ok("sim traffic web --last") == f"{model}\n\n{led_again}\n\n{live}"
    assert shell.ok("sim status") == before


def test_the_last_rollout_is_sent_what_the_flags_say(shell: Shell) -> None:
    a_web(shell)
    shell.ok("set image deployment/web nginx=nginx:1.26")
    shell.ok("rollout status deployment/web")
    shell.ok("sim advance 1m")
    document = json.loads(shell.ok("sim traffic web --last --for 2s --rate 100 -o json"))
    assert (document["requests"], document["seconds"], document["begin"]) == (200, 2, "2026-01-01T00:01:01.012000Z")
    assert document["failed"] == document["outcomes"]["refused"] > 0
    assert json.loads(shell.ok("sim traffic web --last --propagation 0s -o json"))["failed"] == 0


def test_a_rollout_that_is_not_over_is_shown_up_to_now(shell: Shell) -> None:
    a_web(shell)
    shell.ok("set image deployment/web nginx=nginx:1.161")
    shell.ok("sim advance 20s")
    out = shell.ok("sim traffic web --last")
    assert "During the last rollout of deployment/web, from 2026-01-01T00:01:01Z up to now:" in out
    assert "1000 requests in 20 s" in out


def test_requests_begin_with_a_service_that_came_later(shell: Shell) -> None:
    a_web(shell)
    shell.ok("set image deployment/web nginx=nginx:1.26")
    shell.ok("sim advance 1s")
    shell.ok("expose deployment web --name late --port 80")
    shell.ok("sim advance 10s")
    document = json.loads(shell.ok("sim traffic late --last -o json"))
    assert document["begin"] == "2026-01-01T00:01:02.012000Z"


def test_what_was_not_lived_has_no_requests(shell: Shell) -> None:
    a_web(shell)
    shell.ok("set image deployment/web nginx=nginx:1.26")
    assert shell.refused("sim traffic web --last") == (
        "error: no time has passed since deployment/web was changed; without --last, requests are sent from now on\n"
    )
    shell.ok("create service clusterip lonely --tcp 80")
    assert shell.refused("sim traffic lonely --last") == (
        "error: the journal does not know of a rollout of what is behind service/lonely\n"
    )


def test_killed_processes_are_known_to_the_journal(shell: Shell) -> None:
    a_web(shell)
    (pod, *_) = shell.ok("get pods -o name").splitlines()
    shell.ok(f"sim fault kill {pod}")
    assert "sim fault kill" in shell.ok("sim log")
