"""What plugins that are always on do to pods, Ingresses and others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

GVISOR = {
    "apiVersion": "node.k8s.io/v1",
    "kind": "RuntimeClass",
    "metadata": {"name": "gv"},
    "handler": "gv",
    "overhead": {"podFixed": {"cpu": "250m"}},
    "scheduling": {"nodeSelector": {"a": "b"}, "tolerations": [{"key": "gv", "operator": "Exists"}]},
}


def pod(spec: dict[str, Any], **container: Any) -> dict[str, Any]:
    containers = [{"name": "c", "image": "nginx:1.25", **container}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": containers, **spec}}


def create(shell: Shell, obj: dict[str, Any]) -> tuple[int, str]:
    status, _, err = shell(f"create -f {shell.write('obj.json', json.dumps(obj))}")
    return status, err.rpartition("is forbidden: ")[2]


def test_a_pod_pays_for_its_runtime_and_runs_where_that_is(shell: Shell) -> None:
    create(shell, GVISOR)
    assert create(shell, pod({"runtimeClassName": "gv", "tolerations": [{"operator": "Exists"}]})) == (0, "")
    found = json.loads(shell.ok("get pod p -o jsonpath='{.spec}'"))
    assert (found["overhead"], found["nodeSelector"]) == ({"cpu": "250m"}, {"a": "b"})
    assert found["tolerations"] == [{"operator": "Exists"}]  # which covers the class's own


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"runtimeClassName": "no"}, 'pod rejected: RuntimeClass "no" not found\n'),
        (
            {"runtimeClassName": "gv", "overhead": {"cpu": "1"}},
            "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead\n",
        ),
        (
            {"overhead": {"cpu": "1"}},
            "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead\n",
        ),
        (
            {"runtimeClassName": "gv", "nodeSelector": {"a": "c"}},
            "conflict: runtimeClass.scheduling.nodeSelector[a] = b; pod.spec.nodeSelector[a] = c\n",
        ),
    ],
)
def test_a_pod_that_contradicts_its_runtime_is_refused(shell: Shell, spec: dict[str, Any], why: str) -> None:
    create(shell, GVISOR)
    assert create(shell, pod(spec)) == (1, why)


def account(**fields: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "sa"}, **fields}


def test_an_account_decides_of_its_token_and_gives_its_pull_secrets(shell: Shell) -> None:
    create(shell, account(automountServiceAccountToken=False, imagePullSecrets=[{"name": "reg"}]))
    create(shell, pod({"serviceAccountName": "sa"}))
    found = json.loads(shell.ok("get pod p -o jsonpath='{.spec}'"))
    assert found["imagePullSecrets"] == [{"name": "reg"}]
    assert "volumes" not in found


@pytest.mark.parametrize(
    ("spec", "container", "what"),
    [
        ({"volumes": [{"name": "v", "secret": {"secretName": "no"}}]}, {}, 'volume with secret.secretName="no"'),
        (
            {},
            {"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "no", "key": "k"}}}]},
            'container c with envVar A referencing secret.secretName="no"',
        ),
        (
            {},
            {"envFrom": [{"secretRef": {"name": "no"}}]},
            'container c with envFrom referencing secret.secretName="no"',
        ),
    ],
)
def test_an_account_may_let_its_pods_use_some_secrets_only(
    shell: Shell, spec: dict[str, Any], container: dict[str, Any], what: str
) -> None:
    notes = {"kubernetes.io/enforce-mountable-secrets": "true"}
    create(shell, account(metadata={"name": "sa", "annotations": notes}, secrets=[{"name": "ok"}]))
    assert create(shell, pod({"serviceAccountName": "sa", **spec}, **container)) == (
        1,
        f"{what} is not allowed because service account sa does not reference that secret\n",
    )


def test_an_ingress_that_names_no_class_gets_the_default_one(shell: Shell) -> None:
    for name, is_default in (("one", "true"), ("two", "false")):
        notes = {"ingressclass.kubernetes.io/is-default-class": is_default}
        meta = {"name": name, "annotations": notes}
        kind = {"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass"}
        create(shell, {**kind, "metadata": meta, "spec": {"controller": "a.b/c"}})
    shell.ok("create ingress web --rule=a.b/=web:80")
    shell.ok("create ingress own --class=two --rule=a.b/=web:80")
    assert shell.ok("get ingress -o jsonpath='{.items[*].spec.ingressClassName}'") == "two one"


def test_a_refusal_calls_a_pod_without_a_name_by_the_beginning_of_one(shell: Shell) -> None:
    wanted = pod({"serviceAccountName": "no"})
    path = shell.write("pod.json", json.dumps({**wanted, "metadata": {"generateName": "gen-"}}))
    assert 'pods "gen-" is forbidden: error looking up service account default/no' in shell.refused(f"create -f {path}")


def test_a_pod_gets_the_zone_of_its_node(shell: Shell) -> None:
    shell.ok("label node --all topology.kubernetes.io/zone=a topology.kubernetes.io/region=b other=c")
    shell.ok("create deployment web --image=nginx:1.25")
    create(shell, pod({"nodeName": "node01"}))
    shell.ok("rollout status deploy/web")
    zone = "topology.kubernetes.io/region=b,topology.kubernetes.io/zone=a"
    listed = shell.ok("get pods --show-labels --no-headers").splitlines()
    assert [line.split()[-1].endswith(zone) for line in listed] == [True, True]
