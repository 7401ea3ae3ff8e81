"""``run``, ``expose`` and ``autoscale``: the objects they make, and what they refuse, as kubectl 1.36 has it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from kubesim.cli.verbs.autoscale import target_of

if TYPE_CHECKING:
    from pathlib import Path

    from command_lines import Shell

TEMPLATES = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {team: a}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: nginx, image: 'nginx:1.25', ports: [{containerPort: 80}, {containerPort: 53, protocol: UDP}]}
      - {name: dns, image: 'dns:1', ports: [{containerPort: 53}]}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: fussy}
spec:
  selector: {matchLabels: {app: fussy}, matchExpressions: [{key: a, operator: In, values: [b, c]}]}
  template:
    metadata: {labels: {app: fussy, a: b}}
    spec: {containers: [{name: nginx, image: 'nginx:1.25'}]}
---
apiVersion: v1
kind: Pod
metadata: {name: nobody}
spec: {containers: [{name: nginx, image: 'nginx:1.25'}]}
"""


@pytest.fixture(autouse=True)
def templates(shell: Shell) -> None:
    shell.write("templates.yml", TEMPLATES)


# run


def test_a_pod_has_what_the_flags_say_of_it(shell: Shell) -> None:
    words = [
        "run",
        "x",
        "--image=nginx",
        "--port=80",
        "--env=A=1",
        "--env=B=x=y",
        "--labels=a=b,c=d",
        "--annotations=k=v",
        "--image-pull-policy=Never",
        "--restart=Never",
        "--privileged",
        "--command",
        "--dry-run=client",
        "-o",
        "json",
        "--",
        "sleep",
        "5",
    ]
    status, out, err = shell(*words)
    assert (status, err) == (0, "")
    made = json.loads(out)
    assert made["metadata"] == {"name": "x", "labels": {"a": "b", "c": "d"}, "annotations": {"k": "v"}}
    assert made["spec"] == {
        "containers": [
            {
                "name": "x",
                "image": "nginx",
                "command": ["sleep", "5"],
                "ports": [{"containerPort": 80}],
                "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "x=y"}],
                "resources": {},
                "imagePullPolicy": "Never",
                "securityContext": {"privileged": True},
            }
        ],
        "restartPolicy": "Never",
        "dnsPolicy": "ClusterFirst",
    }


def test_words_after_the_name_are_arguments_unless_they_are_to_be_the_command(shell: Shell) -> None:
    container = shell.made("run x --image=nginx a b")["spec"]["containers"][0]
    assert container["args"] == ["a", "b"]
    assert "command" not in container


def test_standard_input_may_be_open_with_nobody_attached(shell: Shell) -> None:
    container = shell.made("run x --image=nginx -i -t --attach=false")["spec"]["containers"][0]
    assert (container["stdin"], container["stdinOnce"], container["tty"]) == (True, True, True)
    container = shell.made("run x --image=nginx -i --attach=false --leave-stdin-open")["spec"]["containers"][0]
    assert "stdinOnce" not in container


@pytest.mark.parametrize(
    ("how", "overrides", "node"),
    [
        ("merge", '{"spec":{"nodeName":"n1","nosuch":1}}', "n1"),
        ("strategic", '{"spec":{"nodeName":"n1","containers":[{"name":"x","tty":true}]}}', "n1"),
        ("json", '[{"op":"add","path":"/spec/nodeName","value":"n1"}]', "n1"),
    ],
)
def test_overrides_are_merged_in(shell: Shell, how: str, overrides: str, node: str) -> None:
    made = shell.made(f"run x --image=nginx --override-type={how} --overrides='{overrides}'")
    assert made["spec"]["nodeName"] == node
    assert made["spec"]["containers"][0]["image"] == "nginx"
    assert "nosuch" not in made["spec"]


def test_a_pod_and_a_service_before_it(shell: Shell) -> None:
    line = "run x --image=nginx --port=80 --expose"
    assert shell.ok(f"{line} --dry-run=server") == (
        "service/x created (server dry run)\npod/x created (server dry run)\n"
    )
    assert shell.ok(line) == "service/x created\npod/x created\n"
    service = json.loads(shell.ok("get service x -o json"))
    assert service["spec"]["selector"] == {"run": "x"}
    assert service["spec"]["ports"] == [{"port": 80, "protocol": "TCP", "targetPort": 80}]
    assert "labels" not in service["metadata"]


def test_what_is_wrong_with_the_service_is_told_after_the_pod(shell: Shell) -> None:
    shell.ok("create service clusterip x --tcp=80")
    assert shell(*["run", "x", "--image=nginx", "--port=80", "--expose"]) == (
        1,
        "pod/x created\n",
        'Error from server (AlreadyExists): services "x" already exists\n',
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("run", 'required flag(s) "image" not set'),
        ("run --image=a", "NAME is required for run\nSee 'kubesim run -h' for help and examples"),
        ("run --image=a -- x", "NAME is required for run\nSee 'kubesim run -h' for help and examples"),
        ("run x --image=", "--image is required"),
        ("run x --image=InvalidImageName", 'Invalid image name "InvalidImageName": invalid reference format'),
        ("run x --image=a@sha256:01", 'Invalid image name "a@sha256:01": invalid reference format'),
        (
            "run x --image=a -t",
            "-i/--stdin is required for containers with -t/--tty=true\nSee 'kubesim run -h' for help and examples",
        ),
        (
            "run x --image=a --expose",
            "--port must be set when exposing a service\nSee 'kubesim run -h' for help and examples",
        ),
        (
            "run x --image=a --restart=foo",
            "invalid restart policy: foo\nSee 'kubesim run -h' for help and examples",
        ),
        (
            "run x --image=a --rm",
            "--rm should only be used for attached containers\nSee 'kubesim run -h' for help and examples",
        ),
        (
            "run x --image=a -i --dry-run=client",
            "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)\n"
            "See 'kubesim run -h' for help and examples",
        ),
        (
            "run x --image=a --image-pull-policy=foo",
            "invalid image pull policy: foo\nSee 'kubesim run -h' for help and examples",
        ),
        ("run x --image=a --env=foo", "invalid env: foo"),
        ("run x --image=a --labels=foo", "unexpected label spec: foo"),
        ("run x --image=a --labels==foo", "unexpected empty label key"),
        ("run x --image=a --annotations=foo", "invalid annotations format: foo"),
        ("run x --image=a --port=foo", 'strconv.Atoi: parsing "foo": invalid syntax'),
        ("run x --image=a --overrides={bad", "Invalid JSON Patch"),
        ("run x --image=a --overrides={} --override-type=foo", "invalid override type: foo"),
    ],
)
def test_what_run_refuses(shell: Shell, line: str, message: str) -> None:
    assert shell.refused(line) == f"error: {message}\n"


# expose


def test_a_service_has_the_ports_labels_and_selector_of_what_it_is_for(shell: Shell) -> None:
    shell.ok("apply -f templates.yml")
    assert shell.ok("expose deployment web") == "service/web exposed\n"
    service = json.loads(shell.ok("get service web -o json"))
    assert service["metadata"]["labels"] == {"team": "a"}
    assert service["spec"]["selector"] == {"app": "web"}
    assert service["spec"]["ports"] == [
        {"name": "port-1", "port": 80, "protocol": "TCP", "targetPort": 80},
        {"name": "port-2-udp", "port": 53, "protocol": "UDP", "targetPort": 53},
        {"name": "port-2-tcp", "port": 53, "protocol": "TCP", "targetPort": 53},
    ]
    second = shell.made("expose service web --name=web2 --port=443 --target-port=https")
    assert second["spec"]["selector"] == {"app": "web"}
    assert second["spec"]["ports"] == [{"port": 443, "protocol": "TCP", "targetPort": "https"}]


def test_flags_say_more_of_a_service(shell: Shell) -> None:
    made = shell.made(
        "expose service kubernetes --name=s --port=1,2 --protocol=UDP --type=LoadBalancer --load-balancer-ip=1.2.3.4 "
        "--selector=a=b --labels=c=d --external-ip=5.6.7.8 --session-affinity=ClientIP --cluster-ip=10.96.0.9 "
        """--overrides='{"metadata":{"annotations":{"k":"v"}}}'"""
    )
    assert made["metadata"] == {"name": "s", "labels": {"c": "d"}, "annotations": {"k": "v"}}
    assert made["spec"] == {
        "ports": [
            {"name": "port-1", "protocol": "UDP", "port": 1, "targetPort": 1},
            {"name": "port-2", "protocol": "UDP", "port": 2, "targetPort": 2},
        ],
        "selector": {"a": "b"},
        "clusterIP": "10.96.0.9",
        "type": "LoadBalancer",
        "externalIPs": ["5.6.7.8"],
        "sessionAffinity": "ClientIP",
        "loadBalancerIP": "1.2.3.4",
    }


def test_a_name_that_is_inherited_is_cut(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "pod.yml").write_text(f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {'x' * 70}, labels: {{a: b}}}}\n")
    assert shell.made("expose -f pod.yml --port=80")["metadata"]["name"] == "x" * 63


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("expose deployment web --port=x", 'error: strconv.Atoi: parsing "x": invalid syntax'),
        ("expose deployment web --session-affinity=foo", "error: unknown session affinity: foo"),
        ("expose deployment web --selector=foo", "error: unexpected label spec: foo"),
        ("expose node controlplane", "error: cannot expose a Node"),
        (
            "expose pod nobody --port=80",
            "error: couldn't retrieve selectors via --selector flag or introspection: "
            "the pod has no labels and cannot be exposed",
        ),
        ("expose pod nobody --selector=a=b", "error: couldn't find port via --port flag or introspection"),
        (
            "expose rs fussy --port=80",
            "error: couldn't retrieve selectors via --selector flag or introspection: couldn't convert expressions - "
            '"[{Key:a Operator:In Values:[b c]}]" to map-based selector format',
        ),
        ("expose deployment nosuch --port=80", 'Error from server (NotFound): deployments.apps "nosuch" not found'),
        ("expose service kubernetes --port=80", "error: couldn't retrieve selectors via --selector flag or introspection: "
         "the service has no pod selector set"),
    ],
)  # fmt: skip
def test_what_expose_refuses(shell: Shell, line: str, message: str) -> None:
    shell.ok("apply -f templates.yml")
    assert shell.refused(line) == f"{message}\n"


def test_a_headless_service_needs_no_port(shell: Shell) -> None:
    shell.ok("apply -f templates.yml")
    made = shell.made("expose pod nobody --selector=a=b --cluster-ip=None")
    assert made["spec"] == {"selector": {"a": "b"}, "clusterIP": "None"}


# autoscale


@pytest.mark.parametrize(
    ("text", "resource", "target"),
    [
        ("70%", "cpu", {"type": "Utilization", "averageUtilization": 70}),
        ("500m", "cpu", {"type": "AverageValue", "averageValue": "500m"}),
        ("500", "cpu", {"type": "AverageValue", "averageValue": "500m"}),
        ("0.5", "cpu", {"type": "AverageValue", "averageValue": "500u"}),
        ("200", "memory", {"type": "AverageValue", "averageValue": "200Mi"}),
        ("1Gi", "memory", {"type": "AverageValue", "averageValue": "1Gi"}),
    ],
)
def test_what_pods_are_to_use(text: str, resource: str, target: dict[str, object]) -> None:
    assert target_of(text, resource) == target


def test_an_autoscaler_without_a_target_gets_the_servers(shell: Shell) -> None:
    shell.ok("apply -f templates.yml")
    assert (
        shell.ok("autoscale deployment web --min=2 --max=3") == "horizontalpodautoscaler.autoscaling/web autoscaled\n"
    )
    made = json.loads(shell.ok("get hpa web -o json"))["spec"]
    assert (made["minReplicas"], made["maxReplicas"]) == (2, 3)
    assert made["metrics"][0]["resource"]["target"] == {"type": "Utilization", "averageUtilization": 80}


def test_a_dry_run_of_the_client_speaks_of_creation(shell: Shell) -> None:
    shell.ok("apply -f templates.yml")
    line = "autoscale deployment web --max=3"
    assert shell.ok(f"{line} --dry-run=client") == "horizontalpodautoscaler.autoscaling/web created (dry run)\n"
    assert shell.ok(f"{line} --dry-run=server") == (
        "horizontalpodautoscaler.autoscaling/web autoscaled (server dry run)\n"
    )


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (
            "",
            "error: failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: "
            "empty input",
        ),
        (
            "--cpu=500m",
            "error: failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: "
            "%!w(<nil>)",
        ),
        ("--cpu=50%", 'Error from server (AlreadyExists): horizontalpodautoscalers.autoscaling "web" already exists'),
    ],
)
def test_a_refusal_is_told_as_of_the_version_that_can_say_the_same(shell: Shell, flags: str, message: str) -> None:
    shell.ok("apply -f templates.yml")
    shell.ok("autoscale deployment web --max=3")
    assert shell.refused(f"autoscale deployment web --max=3 {flags}") == f"{message}\n"


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ("--max=0", "--max=MAXPODS is required and must be at least 1, max: 0"),
        ("--max=2 --min=3", "--max=MAXPODS must be larger or equal to --min=MINPODS, max: 2, min: 3"),
        ("--max=2 --cpu=a", "invalid resource cpu value: a"),
        ("--max=2 --memory=x", "invalid resource memory value: x"),
        ("--max=2 --cpu=-5%", "invalid percentage value: -5"),
        ("--max=2 --cpu=x%", "invalid percentage value: x"),
    ],
)
def test_what_autoscale_refuses(shell: Shell, flags: str, message: str) -> None:
    assert shell.refused(f"autoscale deployment web {flags}") == f"error: {message}\n"


def test_what_has_no_scale_cannot_be_scaled(shell: Shell) -> None:
    assert shell.refused("autoscale service kubernetes --max=3") == (
        "error: cannot autoscale a Service: could not find scale subresource for /v1, Resource=services in discovery "
        "information\n"
    )
