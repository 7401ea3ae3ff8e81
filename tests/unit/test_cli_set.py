"""``set`` and its sub-commands: what becomes of objects, and what is refused, as kubectl 1.36 has it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
from kubesim.cli.verbs.set.pod_specs import matches

if TYPE_CHECKING:
    from command_lines import Shell

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      initContainers:
      - {name: setup, image: busybox}
      containers:
      - {name: nginx, image: nginx, env: [{name: A, value: "1"}]}
      - {name: side, image: busybox}
"""
SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
"""
BINDINGS = """
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: admins}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: a}
subjects: [{kind: User, name: ann, apiGroup: rbac.authorization.k8s.io}]
"""
STRICT_NAME = (
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not "
    "start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is "
    "'[-._a-zA-Z][-._a-zA-Z0-9]*')"
)
POD = """
apiVersion: v1
kind: Pod
metadata: {name: p, labels: {a: b}, annotations: {x: "y z"}}
spec:
  containers:
  - name: main
    image: a
    resources: {limits: {cpu: 1500m, memory: 1Gi}}
    env:
    - {name: PLAIN, value: "1"}
    - {name: SECRET, valueFrom: {secretKeyRef: {name: s, key: k}}}
    - {name: CONFIG, valueFrom: {configMapKeyRef: {name: c, key: k}}}
    - {name: NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
    - {name: TEAM, valueFrom: {fieldRef: {fieldPath: "metadata.labels['a']"}}}
    - {name: NOTE, valueFrom: {fieldRef: {fieldPath: "metadata.annotations['x']"}}}
    - {name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
    - {name: MEMORY, valueFrom: {resourceFieldRef: {containerName: main, resource: limits.memory, divisor: 1Mi}}}
    - {name: ADDRESS, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
"""


@pytest.fixture(autouse=True)
def manifests(shell: Shell) -> None:
    files = {"web": DEPLOYMENT, "svc": SERVICE, "rb": BINDINGS, "pod": POD, "both": f"{SERVICE}---{DEPLOYMENT}"}
    for name, text in files.items():
        shell.write(f"{name}.yml", text)


def environment(obj: Any) -> dict[str, list[str]]:
    """The variables of each container, as NAME=VALUE."""
    spec = obj["spec"]["template"]["spec"]
    containers = [*spec["initContainers"], *spec["containers"]]
    return {c["name"]: [f"{v['name']}={v.get('value', '')}" for v in c.get("env", ())] for c in containers}


def test_json_has_the_fields_in_the_order_of_the_types(shell: Shell) -> None:
    made = shell.locally("set image -f web.yml *=x")
    assert list(made) == ["kind", "apiVersion", "metadata", "spec", "status"]
    spec = made["spec"]["template"]["spec"]
    assert [container["image"] for container in (*spec["initContainers"], *spec["containers"])] == ["x", "x", "x"]


def test_what_cannot_be_found_does_not_hold_up_the_other_containers(shell: Shell) -> None:
    assert shell(*["set", "image", "--local", "-f", "web.yml", "nginx=a", "nosuch=b", "other=c", "-o", "name"]) == (
        1,
        "deployment.apps/web\n",
        'error: unable to find container named "nosuch"\nerror: unable to find container named "other"\n',
    )


def test_an_object_that_is_not_there_leaves_all_of_them_alone(shell: Shell) -> None:
    shell.ok("create -f web.yml")
    for line in ("set env deploy/web deploy/no Z=1", "set image deploy/web deploy/no nginx=b"):
        assert shell.refused(line) == 'Error from server (NotFound): deployments.apps "no" not found\n'
    assert environment(json.loads(shell.ok("get deploy web -o json")))["nginx"] == ["A=1"]


def test_everything_that_is_wrong_with_set_image_is_told(shell: Shell) -> None:
    assert shell.refused("set image --local -f web.yml --all -l a=b") == (
        "cannot set --all and --selector at the same time\nat least one image update is required\n"
    )


# set env


@pytest.mark.parametrize(
    ("words", "nginx", "setup"),
    [
        ("A=2 B=3", ["A=2", "B=3"], ["A=2", "B=3"]),
        ("A-", [], []),
        ("B=1 B=2", ["A=1", "B=1"], ["B=1"]),
        ("-c nginx B=1", ["A=1", "B=1"], []),
        ("-c n* B=1", ["A=1", "B=1"], []),
        ("-e B=1 C=x=y", ["A=1", "B=1", "C=x=y"], ["B=1", "C=x=y"]),
        ("--prefix=P_ B=1", ["A=1", "P_B=1"], ["P_B=1"]),
    ],
)
def test_variables_are_set_and_removed(shell: Shell, words: str, nginx: list[str], setup: list[str]) -> None:
    found = environment(shell.locally(f"set env -f web.yml {words}"))
    assert (found["nginx"], found["setup"]) == (nginx, setup)


@pytest.mark.parametrize("words", [("-",), ("-e", "-")])
def test_variables_come_from_standard_input(shell: Shell, words: tuple[str, ...]) -> None:
    line = ["set", "env", "--local", "-f", "web.yml", "-c", "side", "-o", "json"]
    status, out, err = shell(*line, *words, stdin="B=6\n#C=7\nD=8#x\nE\n")
    assert (status, err) == (0, "")
    assert environment(json.loads(out))["side"] == ["B=6", "D=8"]


def test_variables_come_from_the_keys_of_a_config_map_or_a_secret(shell: Shell) -> None:
    shell.ok("create -f web.yml")
    shell.ok("create configmap c --from-literal=key-1=a --from-literal=K2=b")
    shell.ok("create secret generic s --from-literal=user=u")
    line = "set env deploy/web -c side --from=configmap/c --keys=key-1"
    assert shell(*line.split()) == (
        0,
        "deployment.apps/web env updated\n",
        "Warning: key key-1 transferred to KEY_1\n",
    )
    shell("set", "env", "deploy/web", "-c", "side", "--from=secret/s", "--prefix=S_")
    side = json.loads(shell.ok("get deploy web -o json"))["spec"]["template"]["spec"]["containers"][1]
    assert side["env"] == [
        {"name": "KEY_1", "valueFrom": {"configMapKeyRef": {"name": "c", "key": "key-1"}}},
        {"name": "S_USER", "valueFrom": {"secretKeyRef": {"name": "s", "key": "user"}}},
    ]


def test_variables_are_listed_as_they_would_be(shell: Shell) -> None:
    assert shell.ok("set env --local -f web.yml --list A=2 Z=1") == (
        "# Deployment web, container nginx\nA=2\nZ=1\n"
        "# Deployment web, container side\nA=2\nZ=1\n"
        "# Deployment web, container setup\nA=2\nZ=1\n"
    )


def test_values_from_elsewhere_are_named_or_shown(shell: Shell) -> None:
    assert shell.ok("set env --local -f pod.yml --list") == (
        "# Pod p, container main\nPLAIN=1\n# SECRET from secret s, key k\n# CONFIG from configmap c, key k\n"
        "# NAME from field path metadata.name\n# TEAM from field path metadata.labels['a']\n"
        "# NOTE from field path metadata.annotations['x']\n# CPU from resource field limits.cpu\n"
        "# MEMORY from resource field main/limits.memory\n# ADDRESS from field path status.podIP\n"
    )
    shell.ok("create -f pod.yml")
    shell.ok("create secret generic s --from-literal=k=v")
    status, out, err = shell(*["set", "env", "pod/p", "--list", "--resolve"])
    assert (status, err) == (
        0,
        'error retrieving reference for ADDRESS: unsupported fieldPath: status.podIP\n'
        'error retrieving reference for CONFIG: configmaps "c" not found\n',
    )  # fmt: skip
    assert out == (
        "# Pod p, container main\nPLAIN=1\nSECRET=v\n# CONFIG from configmap c, key k\nNAME=p\nTEAM=b\nNOTE=y z\n"
        "CPU=2\nMEMORY=1024\n# ADDRESS from field path status.podIP\n"
    )


def test_containers_that_do_not_match_are_warned_of(shell: Shell) -> None:
    assert shell(*["set", "env", "--local", "-f", "web.yml", "-c", "nosuch", "B=1"]) == (
        0,
        "",
        'Warning: Deployment/web does not have any containers matching "nosuch"\n',
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("set env A=1", "one or more resources must be specified as <resource> <name> or <resource>/<name>"),
        ("set env --all -l a=b A=1", "cannot set --all and --selector at the same time"),
        ("set env -f web.yml A=1 deploy/x", "all resources must be specified before environment changes: A=1 deploy/x"),
        ("set env -f web.yml --local A=1 A-", "can not both modify and remove the same environment variable in the "
         "same command"),
        ("set env -f web.yml --local -e A", "unknown environment variable: A"),
        ("set env -f web.yml --local -e =b", f'"" is not a valid key name: {STRICT_NAME}'),
        ("set env -f web.yml --keys=a", "when specifying --keys, a configmap or secret must be provided with --from"),
        ("set env -f web.yml --list -o yaml", "--list and --output may not be specified together"),
        ("set env -f - -", "standard input cannot be used for multiple arguments"),
        ("set env -f web.yml --local --dry-run=server A=1", "cannot specify --local and --dry-run=server - did you "
         "mean --dry-run=client?"),
        ("set env -f web.yml --local --overwrite=false A=2", "deployment.apps/web\n 'A' already has a value (1), and "
         "--overwrite is false"),
        ("set env -f svc.yml --local A=2", "service/web the object is not a pod or does not have a pod template: "
         "*v1.Service"),
    ],
)  # fmt: skip
def test_what_set_env_refuses(shell: Shell, line: str, message: str) -> None:
    assert shell.refused(line) == f"error: {message}\n"


def test_an_object_without_a_pod_template_does_not_hold_up_the_others(shell: Shell) -> None:
    shell.ok("create -f both.yml")
    assert shell(*["set", "env", "-f", "both.yml", "B=2"]) == (
        1,
        "deployment.apps/web env updated\n",
        "error: services/web the object is not a pod or does not have a pod template: *v1.Service\n",
    )


# set resources


def test_amounts_are_added_to_those_that_are_there(shell: Shell) -> None:
    shell.ok("create -f web.yml")
    updated = "deployment.apps/web resource requirements updated\n"
    assert shell.ok("set resources deploy/web -c nginx --limits=cpu=0.5,memory=1024Mi") == updated
    assert shell.ok("set resources deploy/web -c nginx --limits=cpu=1 --requests=cpu=100m") == updated
    assert shell.ok("set resources deploy/web -c nginx --limits=cpu=1") == ""
    nginx = json.loads(shell.ok("get deploy web -o json"))["spec"]["template"]["spec"]["containers"][0]
    assert nginx["resources"] == {"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "100m"}}


def test_the_servers_refusal_follows_what_could_not_be_done(shell: Shell) -> None:
    shell.ok("create -f web.yml")
    assert shell.refused("set resources deploy/web -c nginx --limits=cpu=1 --requests=cpu=2") == (
        'error: failed to patch resources update to pod template Deployment.apps "web" is invalid: '
        'spec.template.spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu '
        "limit of 1\n"
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("-f web.yml", "you must specify an update to requests or limits (in the form of --requests/--limits)"),
        ("-f web.yml --limits=cpu", "Invalid argument syntax cpu, expected <resource>=<value>"),
        ("-f web.yml --limits=cpu=1 -c no", "unable to find container named no"),
        ("-f web.yml --limits=cpu=1 --all -l a=b", "cannot set --all and --selector at the same time"),
        (
            "deploy/web --limits=cpu=1",
            "you must specify resources by --filename when --local is set.\n"
            "Example resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'",
        ),
    ],
)
def test_what_set_resources_refuses(shell: Shell, line: str, message: str) -> None:
    assert shell.refused(f"set resources --local {line}") == f"error: {message}\n"


@pytest.mark.parametrize(
    ("name", "pattern", "expected"),
    [
        ("nginx", "*", True),
        ("nginx", "nginx", True),
        ("nginx", "ngin", False),
        ("nginx", "n*", True),
        ("nginx", "*x", True),
        ("nginx", "*g", False),
        ("nginx", "a*", False),
        ("my-nginx", "ng*", True),
    ],
)
def test_patterns_of_containers(name: str, pattern: str, *, expected: bool) -> None:
    assert matches(name, pattern) is expected


# set serviceaccount


def test_a_service_account_is_told_of_even_if_it_is_the_same(shell: Shell) -> None:
    shell.ok("create -f web.yml")
    for _ in range(2):
        assert shell.ok("set serviceaccount deploy web default") == "deployment.apps/web serviceaccount updated\n"
    spec = json.loads(shell.ok("get deploy web -o json"))["spec"]["template"]["spec"]
    assert (spec["serviceAccountName"], spec["serviceAccount"]) == ("default", "default")
    assert "serviceAccount" not in shell.locally("set sa -f web.yml robot")["spec"]["template"]["spec"]
    assert shell.refused("set serviceaccount") == "error: serviceaccount is required\n"


def test_the_command_line_is_recorded(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["kubesim", "set", "sa", "deploy", "web", "x", "--record"])
    shell.ok("create -f web.yml")
    shell("set", "sa", "deploy", "web", "x", "--record")
    annotations = json.loads(shell.ok("get deploy web -o json"))["metadata"]["annotations"]
    assert annotations["kubernetes.io/change-cause"] == "kubectl set sa deploy web x --record=true"


# set selector


def test_a_selector_takes_the_place_of_the_one_before(shell: Shell) -> None:
    shell.ok("create -f svc.yml")
    assert shell.ok("set selector service web a=b,c=d") == "service/web selector updated\n"
    assert shell.ok("set selector service web a=b,c=d") == "service/web selector updated\n"
    assert json.loads(shell.ok("get service web -o json"))["spec"]["selector"] == {"a": "b", "c": "d"}


def test_a_selector_is_set_only_of_the_version_that_is_named(shell: Shell) -> None:
    shell.ok("create -f svc.yml")
    version = shell.ok("get service web -o jsonpath={.metadata.resourceVersion}")
    assert shell.refused("set selector service web a=b --resource-version=1") == (
        'Error from server (Conflict): Operation cannot be fulfilled on services "web": the object has been modified; '
        "please apply your changes to the latest version and try again\n"
    )
    shell.ok(f"set selector service web a=b --resource-version={version}")


def test_a_dry_run_of_the_server_is_of_the_version_that_is_there(shell: Shell) -> None:
    shell.ok("create -f svc.yml")
    version = shell.ok("get service web -o jsonpath={.metadata.resourceVersion}")
    made = json.loads(shell.ok("set selector service web a=b --dry-run=server -o json"))
    assert (made["spec"]["selector"], made["metadata"]["resourceVersion"]) == ({"a": "b"}, version)
    assert json.loads(shell.ok("get service web -o json"))["spec"]["selector"] == {"app": "web"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "one selector is required"),
        ("-f web.yml a=b", "setting a selector is only supported for Services"),
        ("-f svc.yml a!=b", '"!=" is not a valid label selector operator'),
        ("-f svc.yml a", "match expression [{a Exists []}] not supported on this object"),
    ],
)
def test_what_set_selector_refuses(shell: Shell, line: str, message: str) -> None:
    assert shell.refused(f"set selector --local {line}") == f"error: {message}\n"


# set subject


def test_subjects_are_added_that_are_not_there_yet(shell: Shell) -> None:
    shell.ok("create -f rb.yml")
    line = "set subject rolebinding admins --user=bob --user=ann --user=amy --group=ops --serviceaccount=:robot"
    assert shell.ok(line) == "rolebinding.rbac.authorization.k8s.io/admins subjects updated\n"
    assert shell.ok(line) == ""
    group = "rbac.authorization.k8s.io"
    assert json.loads(shell.ok("get rolebinding admins -o json"))["subjects"] == [
        {"kind": "User", "name": "ann", "apiGroup": group},
        {"kind": "User", "name": "amy", "apiGroup": group},
        {"kind": "User", "name": "bob", "apiGroup": group},
        {"kind": "Group", "name": "ops", "apiGroup": group},
        {"kind": "ServiceAccount", "name": "robot", "namespace": "default"},
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("-f rb.yml", "you must specify at least one value of user, group or serviceaccount"),
        ("-f rb.yml --serviceaccount=a", "serviceaccount must be <namespace>:<name>"),
        (
            "-f web.yml --user=a",
            "deployment.apps/web\n setting subjects is only supported for RoleBinding/ClusterRoleBinding",
        ),
    ],
)
def test_what_set_subject_refuses(shell: Shell, line: str, message: str) -> None:
    assert shell.refused(f"set subject --local {line}") == f"error: {message}\n"


def test_a_cluster_role_bindings_service_account_needs_its_namespace(shell: Shell) -> None:
    shell.ok("create clusterrolebinding all --clusterrole=view")
    assert shell.refused("set subject clusterrolebinding all --serviceaccount=:a") == (
        "error: serviceaccount must be <namespace>:<name>, namespace must be specified\n"
    )
