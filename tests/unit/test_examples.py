"""The examples of Kubernetes' documentation, by their addresses: each is taken, and comes to what its page shows."""

from __future__ import annotations

import fnmatch
import functools
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kubesim.examples
import pytest
import yaml
from kubesim.examples import file_of
from tests.unit.command_lines import Shell

if TYPE_CHECKING:
    from collections.abc import Iterable

RAW = "https://raw.githubusercontent.com/kubernetes/website/main/content/en/examples"
ROOT = os.path.dirname(kubesim.examples.__file__)
PATHS = sorted(
    os.path.relpath(os.path.join(folder, name), ROOT).removesuffix(".yaml")
    for folder, _, names in os.walk(ROOT)
    for name in names
    if name.endswith(".yaml")
)

# What pages have their readers make before the example, by other commands.
MADE_BEFORE = (
    "create namespace qos-example",
    "create namespace mem-example",
    "create namespace cpu-example",
    "create namespace pod-resources-example",
    "create namespace development",
    "create priorityclass high --value=1000000",
    "create serviceaccount build-robot",
    "create secret generic mysql-pass --from-literal=password=YOUR_PASSWORD",
    "create secret generic backend-user --from-literal=backend-username=backend-admin",
    "create secret generic db-user --from-literal=db-username=db-admin",
    "create secret generic user --from-literal=username=admin",
    "create secret generic pass --from-literal=password=1f2d1e2e67df",
    "create secret generic mysecret --from-literal=username=admin",
    "create secret generic mysecret2 --from-literal=password=1f2d1e2e67df",
    "create secret generic nginxsecret --from-literal=tls.crt=certificate",
    "create configmap nginxconfigmap --from-literal=default.conf=server",
    "create configmap sport --from-literal=sport=football",
    "create configmap fruits --from-literal=fruits=apples",
    "create configmap color --from-literal=color=red",
    "create configmap myconfigmap --from-literal=config=config --from-literal=username=k8s-admin",
    "create configmap game-demo --from-literal=player_initial_lives=3 --from-literal=ui_properties_file_name=user.properties"
    " --from-literal=game.properties=lives --from-literal=user-interface.properties=color",
)

# What an example builds on, of the others.
BUILDS_ON = {
    "application/hpa/php-apache": ["application/php-apache"],
    "application/mysql/mysql-deployment": ["application/mysql/mysql-pv"],
    "application/mysql/mysql-statefulset": ["application/mysql/mysql-configmap", "application/mysql/mysql-services"],
    "admin/logging/two-files-counter-pod-agent-sidecar": ["admin/logging/fluentd-sidecar-config"],
    "controllers/hpa-rs": ["controllers/frontend"],
    "deployments/deployment-with-immutable-configmap-as-volume": ["configmap/immutable-configmap"],
    "pods/config/redis-pod": ["pods/config/example-redis-config"],
    "pods/inject/pod-secret-envFrom": ["pods/inject/secret"],
    "pods/inject/secret-envars-pod": ["pods/inject/secret"],
    "pods/inject/secret-pod": ["pods/inject/secret"],
    "pods/pod-configmap-env-var-valueFrom": ["configmap/configmap-multikeys"],
    "pods/pod-configmap-envFrom": ["configmap/configmap-multikeys"],
    "pods/pod-configmap-volume": ["configmap/configmap-multikeys"],
    "pods/pod-configmap-volume-specific-key": ["configmap/configmap-multikeys"],
    "pods/pod-multiple-configmap-env-variable": ["configmap/configmaps"],
    "pods/pod-single-configmap-env-variable": ["configmap/configmaps"],
    "pods/storage/expandable-pvc-pod": ["pods/storage/expandable-pvc"],
    "pods/storage/pv-claim": ["pods/storage/pv-volume"],
    "pods/storage/pv-duplicate": ["pods/storage/pv-volume", "pods/storage/pv-claim"],
    "pods/storage/pv-pod": ["pods/storage/pv-volume", "pods/storage/pv-claim"],
}

IPV6 = (
    'The Service "my-service" is invalid: spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster\n'
)
REFUSED = {
    "application/ssa/nginx-deployment-replicas-only": (
        'The Deployment "nginx-deployment" is invalid: \n* spec.selector: Required value\n* spec.template.metadata.labels: '
        "Invalid value: null: `selector` does not match template `labels`\n* spec.template.spec.containers: Required value\n"
    ),
    "pods/pod-with-numeric-toleration": (
        'The Pod "nginx-numeric-toleration" is invalid: spec.tolerations[0].operator: Unsupported value: "Gt": supported '
        'values: "Equal", "Exists", "Lt", "Gt"\n'
    ),
    "service/networking/dual-stack-ipfamilies-ipv6": IPV6,
    "service/networking/dual-stack-prefer-ipv6-lb-svc": IPV6,
    "service/networking/dual-stack-preferred-ipfamilies-svc": IPV6,
}

# What becomes of these is decided by memory, by programs and by moments that are not simulated.
NOT_SEEN = {
    "controllers/job-success-policy",
    "pods/restart-policy/restart-all-containers",
}

KINDS = {
    "Pod": "pod",
    "Deployment": "deploy",
    "StatefulSet": "sts",
    "DaemonSet": "ds",
    "ReplicaSet": "rs",
    "ReplicationController": "rc",
    "Job": "job",
    "CronJob": "cronjob",
    "HorizontalPodAutoscaler": "hpa",
    "PersistentVolumeClaim": "pvc",
}


def address(path: str) -> str:
    return f"https://k8s.io/examples/{path}.yaml"


@functools.cache
def objects(path: str) -> list[dict[str, Any]]:
    with open(os.path.join(ROOT, f"{path}.yaml")) as file:
        return list(yaml.safe_load_all(file))


def namespace(path: str) -> str:
    return str(objects(path)[-1]["metadata"].get("namespace", "default"))


@functools.cache
def expectations() -> list[tuple[str, str, str]]:
    """An example, an object and a pattern of that object's row, from ``examples.txt``."""
    lines = (Path(__file__).parent.parent / "data" / "examples.txt").read_text().splitlines()
    rows = (line.split(None, 2) for line in lines if line and not line.startswith("#"))
    return [(path, named, pattern) for path, named, pattern in rows]


@pytest.fixture
def kind(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell whose cluster has a provisioner of volumes and five workers."""
    monkeypatch.setenv("KUBESIM_PROFILE", "kind")
    shell.ok("sim reset --nodes 6 --seed 1 --at 2026-01-05T10:00:20Z")
    return shell


def prepared(shell: Shell) -> Shell:
    for line in MADE_BEFORE:
        shell.ok(line)
    return shell


@pytest.mark.parametrize("prefix", ["https://k8s.io/examples", "https://kubernetes.io/examples", RAW])
def test_an_example_is_applied_by_its_address(shell: Shell, prefix: str) -> None:
    assert shell.ok(f"apply -f {prefix}/application/deployment.yaml") == "deployment.apps/nginx-deployment created\n"
    assert shell.ok(f"apply -f {prefix}/application/deployment-update.yaml").endswith(" configured\n")


def test_kubectl_names_the_address_where_an_object_is_wrong(shell: Shell) -> None:
    shell.ok("create -f https://k8s.io/examples/application/deployment.yaml")
    refused = shell.refused("create -f https://k8s.io/examples/application/deployment.yaml")
    assert refused == (
        'Error from server (AlreadyExists): error when creating "https://k8s.io/examples/application/deployment.yaml": '
        'deployments.apps "nginx-deployment" already exists\n'
    )


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com/deployment.yaml",
        "https://k8s.io/examples/nosuch.yaml",
        "https://k8s.io/examples/../__init__.py",
        "https://k8s.io/examples/application",
        "http://localhost/k8s.io/examples/application/deployment.yaml",
    ],
)
def test_any_other_address_is_refused_in_a_line_that_says_what_to_do(shell: Shell, address: str) -> None:
    assert shell.refused(f"apply -f {address}") == (
        f'error: unable to read URL "{address}": kubesim uses no network and has no copy of it; download it '
        f"(curl -LO {address}) and name the file\n"
    )
    assert file_of(address) is None


def test_every_example_says_in_its_first_line_what_it_shows() -> None:
    for path in PATHS:
        with open(os.path.join(ROOT, f"{path}.yaml")) as file:
            assert file.readline().startswith("# "), path


def test_the_server_takes_every_example_as_it_stands_or_refuses_it_as_a_real_one_does(kind: Shell) -> None:
    prepared(kind)
    kind.ok("delete namespace development")
    answers = {path: kind(f"apply --dry-run=server --validate=strict -f {address(path)}") for path in PATHS}
    refused = {path: error for path, (_, _, error) in answers.items() if error}
    assert refused == {
        **REFUSED,
        "access/simple-rolebinding-with-clusterrole": (
            f'Error from server (NotFound): error when creating "{address("access/simple-rolebinding-with-clusterrole")}": '
            'namespaces "development" not found\n'
        ),
    }


def claims(paths: Iterable[str]) -> set[tuple[str, str, str]]:
    """Kind, namespace and name of what the examples make. A ReplicaSet claims a Deployment's name, which might adopt it."""
    made = [(o["kind"], o.get("metadata", {})) for path in paths for o in objects(path)]
    kinds = {"ReplicaSet": "Deployment"}
    return {(kinds.get(kind, kind), meta.get("namespace", "default"), meta.get("name", "")) for kind, meta in made}


@functools.cache
def together() -> list[list[str]]:
    """The examples of ``examples.txt`` with what they build on, in clusters in which no name is used twice."""
    clusters: list[list[str]] = []
    for path in sorted({path for path, _, _ in expectations()}, key=lambda path: path not in BUILDS_ON):
        needed = [*BUILDS_ON.get(path, ()), path]
        room = (number for number, cluster in enumerate(clusters) if not clash(cluster, needed))
        number = next(room, len(clusters))
        clusters[number:] = clusters[number:] or [[]]
        clusters[number] += [path for path in needed if path not in clusters[number]]
    return clusters


def clash(cluster: list[str], needed: list[str]) -> bool:
    return not claims(cluster).isdisjoint(claims(path for path in needed if path not in cluster))


def rows(shell: Shell) -> dict[tuple[str, str], str]:
    """How the row of each object, by namespace and name, goes on after the name, without brackets."""
    shown = {}
    for kind in KINDS.values():
        for line in shell(f"get {kind} -A --no-headers")[1].splitlines():
            namespace, name, *cells = re.sub(r" \(.*?\)", "", line).split()
            shown[namespace, f"{kind}/{name}"] = " ".join(cells)
    return shown


@pytest.mark.parametrize("number", range(len(together())))
def test_after_five_minutes_every_example_is_as_its_page_shows_it(kind: Shell, number: int) -> None:
    cluster = together()[number]
    prepared(kind)
    kind.ok("apply" + "".join(f" -f {address(path)}" for path in cluster))
    kind.ok("sim advance 5m")
    shown = rows(kind)
    expected = {(path, named): pattern for path, named, pattern in expectations() if path in cluster}
    seen = {(path, named): shown.get((namespace(path), named), "gone") for path, named in expected}
    assert {at: row for at, row in seen.items() if not fnmatch.fnmatchcase(row, f"{expected[at]}*")} == {}


def test_a_replica_set_that_is_full_deletes_the_bare_pods_that_it_matches(shell: Shell) -> None:
    shell.ok(f"apply -f {address('controllers/frontend')}")
    shell.ok("sim advance 1m")
    shell.ok(f"apply -f {address('pods/pod-rs')}")
    shell.ok("sim advance 1m")
    assert shell.ok("get rs frontend --no-headers").split()[1:4] == ["3", "3", "3"]
    assert "pod1" not in shell.ok("get pods")


def test_a_replica_set_takes_the_bare_pods_that_were_there_first(shell: Shell) -> None:
    shell.ok(f"apply -f {address('pods/pod-rs')}")
    shell.ok(f"apply -f {address('controllers/frontend')}")
    shell.ok("sim advance 1m")
    names = [line.split()[0] for line in shell.ok("get pods --no-headers").splitlines()]
    assert len(names) == 3
    assert {"pod1", "pod2"} < set(names)


# A quota or a range of limits, what is applied in its namespace, and what the last of it is refused for.
WITHIN = [
    (
        ["memory-constraints", "memory-constraints-pod", "memory-constraints-pod-2"],
        'pods "constraints-mem-demo-2" is forbidden: maximum memory usage per Container is 1Gi, but limit is 1536Mi',
    ),
    (
        ["memory-constraints", "memory-constraints-pod", "memory-constraints-pod-3"],
        'pods "constraints-mem-demo-3" is forbidden: minimum memory usage per Container is 500Mi, but request is 100Mi',
    ),
    (
        ["cpu-constraints", "cpu-constraints-pod", "cpu-constraints-pod-2"],
        'pods "constraints-cpu-demo-2" is forbidden: maximum cpu usage per Container is 800m, but limit is 1500m',
    ),
    (
        ["cpu-constraints", "cpu-constraints-pod", "cpu-constraints-pod-3"],
        'pods "constraints-cpu-demo-3" is forbidden: minimum cpu usage per Container is 200m, but request is 100m',
    ),
    (
        ["limit-mem-cpu-container", "limit-range-pod-1", "limit-mem-cpu-pod", "limit-range-pod-2"],
        'pods "busybox2" is forbidden: [maximum cpu usage per Pod is 2, but limit is 2400m, maximum memory usage per Pod '
        "is 2Gi, but limit is 2200Mi]",
    ),
    (
        ["limit-memory-ratio-pod", "limit-range-pod-3"],
        'pods "busybox3" is forbidden: memory max limit to request ratio per Pod is 2, but provided ratio is 3.000000',
    ),
    (
        ["quota-mem-cpu", "quota-mem-cpu-pod", "quota-mem-cpu-pod-2"],
        'pods "quota-mem-cpu-demo-2" is forbidden: exceeded quota: mem-cpu-demo, requested: requests.memory=700Mi, used: '
        "requests.memory=600Mi, limited: requests.memory=1Gi",
    ),
    (
        ["quota-objects", "quota-objects-pvc", "quota-objects-pvc-2"],
        'persistentvolumeclaims "pvc-quota-demo-2" is forbidden: exceeded quota: object-quota-demo, requested: '
        "persistentvolumeclaims=1, used: persistentvolumeclaims=1, limited: persistentvolumeclaims=1",
    ),
    (
        ["storagelimits", "pvc-limit-lower"],
        'persistentvolumeclaims "pvc-limit-lower" is forbidden: minimum storage usage per PersistentVolumeClaim is 1Gi, '
        "but request is 500Mi",
    ),
    (
        ["storagelimits", "pvc-limit-greater"],
        'persistentvolumeclaims "pvc-limit-greater" is forbidden: maximum storage usage per PersistentVolumeClaim is 2Gi, '
        "but request is 5Gi",
    ),
]


@pytest.mark.parametrize(("names", "reason"), WITHIN, ids=[names[-1] for names, _ in WITHIN])
def test_what_a_quota_or_a_range_of_limits_forbids_is_refused(shell: Shell, names: list[str], reason: str) -> None:
    *before, last = (address(f"admin/resource/{name}") for name in names)
    for example in before:
        shell.ok(f"apply -f {example}")
    assert shell.refused(f"apply -f {last}") == (
        f'Error from server (Forbidden): error when creating "{last}": {reason}\n'
    )


def test_a_default_limit_below_a_request_refuses_the_pod(shell: Shell) -> None:
    shell.ok(f"apply -f {address('concepts/policy/limit-range/problematic-limit-range')}")
    shell.ok(f"apply -f {address('concepts/policy/limit-range/example-no-conflict-with-limitrange-cpu')}")
    refused = shell.refused(f"apply -f {address('concepts/policy/limit-range/example-conflict-with-limitrange-cpu')}")
    assert refused == (
        'The Pod "example-conflict-with-limitrange-cpu" is invalid: spec.containers[0].resources.requests: Invalid value: '
        '"700m": must be less than or equal to cpu limit of 500m\n'
    )


# A range of limits, and the requests and limits that pods get within it.
DEFAULTED = [
    ("memory-defaults", "memory-defaults-pod", {"memory": "256Mi"}, {"memory": "512Mi"}),
    ("memory-defaults", "memory-defaults-pod-2", {"memory": "1Gi"}, {"memory": "1Gi"}),
    ("memory-defaults", "memory-defaults-pod-3", {"memory": "128Mi"}, {"memory": "512Mi"}),
    ("cpu-defaults", "cpu-defaults-pod", {"cpu": "500m"}, {"cpu": "1"}),
    ("cpu-defaults", "cpu-defaults-pod-2", {"cpu": "1"}, {"cpu": "1"}),
    ("cpu-defaults", "cpu-defaults-pod-3", {"cpu": "750m"}, {"cpu": "1"}),
    ("memory-constraints", "memory-constraints-pod-4", {"memory": "1Gi"}, {"memory": "1Gi"}),
    ("cpu-constraints", "cpu-constraints-pod-4", {"cpu": "800m"}, {"cpu": "800m"}),
]


@pytest.mark.parametrize(("limits", "pod", "requested", "limited"), DEFAULTED, ids=[pod for _, pod, _, _ in DEFAULTED])
def test_a_pod_gets_the_requests_and_limits_of_its_namespace(
    shell: Shell, limits: str, pod: str, requested: dict[str, str], limited: dict[str, str]
) -> None:
    shell.ok(f"apply -f {address(f'admin/resource/{limits}')}")
    made = json.loads(shell.ok(f"apply -f {address(f'admin/resource/{pod}')} -o json"))
    assert made["spec"]["containers"][0]["resources"] == {"limits": limited, "requests": requested}


def test_a_quota_of_two_pods_leaves_a_deployment_of_three_with_two(shell: Shell) -> None:
    shell.ok(f"apply -f {address('admin/resource/quota-pod')} -f {address('admin/resource/quota-pod-deployment')}")
    shell.ok("sim advance 1m")
    assert shell.ok("get deployment pod-quota-demo --no-headers").split()[1:4] == ["2/3", "2", "2"]


def test_pods_get_the_quality_of_service_that_their_page_names(shell: Shell) -> None:
    shell.ok("create namespace qos-example")
    classes = {}
    for name in ("qos-pod", "qos-pod-2", "qos-pod-3", "qos-pod-4", "qos-pod-5"):
        classes[name] = json.loads(shell.ok(f"apply -f {address(f'pods/qos/{name}')} -o json"))["status"]["qosClass"]
    assert list(classes.values()) == ["Guaranteed", "Burstable", "BestEffort", "Burstable", "Guaranteed"]


def test_every_example_that_runs_is_seen_running() -> None:
    run = {path for path in PATHS if any(o["kind"] in KINDS for o in objects(path))}
    within = {f"admin/resource/{name}" for names, _ in WITHIN for name in names}
    defaulted = {f"admin/resource/{name}" for _, name, _, _ in DEFAULTED}
    seen = {path for path, _, _ in expectations()} | within | defaulted | set(REFUSED) | NOT_SEEN
    others = {path for path in run - seen if not path.startswith("concepts/policy/limit-range/")}
    assert others == {"admin/resource/quota-pod-deployment", "pods/pod-rs"}
