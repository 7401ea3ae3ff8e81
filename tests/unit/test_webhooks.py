"""Webhooks: how their configurations are judged, and what becomes of requests that are sent to them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

RULE = {"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"]}
SERVICE = {"service": {"name": "svc", "namespace": "default", "path": "/check"}}


def configuration(kind: str = "Validating", **changes: Any) -> str:
    hook = {
        "name": "a.example.com",
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "clientConfig": SERVICE,
        "rules": [RULE],
        **changes,
    }
    return json.dumps(
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": f"{kind}WebhookConfiguration",
            "metadata": {"name": "hooks"},
            "webhooks": [{name: value for name, value in hook.items() if value is not None}],
        }
    )


def make(shell: Shell, kind: str = "Validating", **changes: Any) -> None:
    shell.ok(f"create -f {shell.write('hooks.json', configuration(kind, **changes))}")


def refusal(why: str, timeout: int = 10) -> str:
    post = f'Post "https://svc.default.svc:443/check?timeout={timeout}s": {why}'
    called = f'failed calling webhook "a.example.com": failed to call webhook: {post}'
    return f"error: failed to create configmap: Internal error occurred: {called}\n"


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        (
            {"name": "a.b"},
            'name: Invalid value: "a.b": should be a domain with at least three segments separated by dots',
        ),
        ({"sideEffects": None}, "sideEffects: Required value: must specify one of None, NoneOnDryRun"),
        ({"sideEffects": "Some"}, 'sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"'),
        (
            {"timeoutSeconds": 31},
            "timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds",
        ),
        ({"clientConfig": {}}, "clientConfig: Required value: exactly one of url or service is required"),
        (
            {"clientConfig": {"url": "http://a.b/c"}},
            "clientConfig.url: Invalid value: \"http\": 'https' is the only allowed URL scheme; desired format: "
            "https://host[/path]",
        ),
        ({"admissionReviewVersions": []}, "admissionReviewVersions: Required value: must specify one of v1, v1beta1"),
        (
            {"rules": [{**RULE, "resources": ["*", "pods"]}]},
            'rules[0].resources: Invalid value: ["*","pods"]: if \'*\' is present, must not specify other resources '
            "without subresources",
        ),
        (
            {"rules": [{**RULE, "operations": ["MAKE"]}]},
            'rules[0].operations[0]: Unsupported value: "MAKE": supported values: "*", "CONNECT", "CREATE", "DELETE", '
            '"UPDATE"',
        ),
    ],
)
def test_a_configuration_is_judged(shell: Shell, changes: dict[str, Any], wrong: str) -> None:
    path = shell.write("hooks.json", configuration(**changes))
    assert shell.refused(f"create -f {path}") == (
        f'The ValidatingWebhookConfiguration "hooks" is invalid: webhooks[0].{wrong}\n'
    )


def test_one_that_nothing_answers_for_fails_requests_until_somebody_does(shell: Shell) -> None:
    make(shell, timeoutSeconds=3)
    assert shell.refused("create cm a") == refusal('service "svc" not found', 3)
    shell.ok("create service clusterip svc --tcp=80")
    assert shell.refused("create cm a") == refusal('no service port 443 found for service "svc"', 3)
    shell.ok("delete service svc")
    shell.ok("create service clusterip svc --tcp=443:80 --clusterip=10.96.1.2")
    assert shell.refused("create cm a") == refusal("dial tcp 10.96.1.2:443: connect: connection refused", 3)
    shell.ok("run svc --image=example.com/hook:1 --labels=app=svc")
    shell.ok("wait pod/svc --for=condition=Ready")
    assert shell("create cm a") == (0, "configmap/a created\n", "")


def test_a_mutating_one_that_could_be_reached_is_warned_of(shell: Shell) -> None:
    make(shell, "Mutating")
    assert shell.refused("create cm a") == refusal('service "svc" not found')
    shell.ok("create service clusterip svc --tcp=443")
    shell.ok("run svc --image=example.com/hook:1 --labels=app=svc")
    shell.ok("wait pod/svc --for=condition=Ready")
    status, _, err = shell("create cm a")
    assert (status, err) == (
        0,
        'Warning: kubesim does not know what the mutating webhook "a.example.com" changes, and lets it change nothing\n',
    )


@pytest.mark.parametrize(
    ("changes", "is_called"),
    [
        ({}, True),
        ({"failurePolicy": "Ignore"}, False),
        ({"rules": [{**RULE, "resources": ["secrets"]}]}, False),
        ({"rules": [{**RULE, "operations": ["UPDATE"]}]}, False),
        ({"rules": [{**RULE, "apiGroups": ["apps"]}]}, False),
        ({"rules": [{**RULE, "scope": "Cluster"}]}, False),
        ({"rules": [{**RULE, "scope": "Namespaced", "resources": ["*"], "apiVersions": ["*"]}]}, True),
        ({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "default"}}}, True),
        ({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "other"}}}, False),
        ({"objectSelector": {"matchLabels": {"a": "b"}}}, False),
    ],
)
def test_which_requests_are_sent(shell: Shell, changes: dict[str, Any], is_called: bool) -> None:
    make(shell, **changes)
    assert shell("create cm a")[0] == int(is_called)


def test_controllers_are_refused_too(shell: Shell) -> None:
    rule = {"operations": ["*"], "apiGroups": ["*"], "apiVersions": ["*"], "resources": ["pods"]}
    make(shell, rules=[rule])
    shell.ok("create job once --image=busybox:1.36 -- true")
    shell.ok("sim settle")
    message = shell.ok("get events --field-selector reason=FailedCreate -o jsonpath='{.items[0].message}'")
    assert message.startswith("Error creating: Internal error occurred: failed calling webhook")


def test_changes_deletions_and_connections_are_sent_too(shell: Shell) -> None:
    shell.ok("run a --image=nginx:1.25")
    shell.ok("wait pod/a --for=condition=Ready")
    everything = {"operations": ["*"], "apiGroups": ["*"], "apiVersions": ["*"], "resources": ["pods", "pods/exec"]}
    make(shell, rules=[everything])
    for line in ("label pod a b=c", "delete pod a", "exec a -- true"):
        assert 'service "svc" not found' in shell.refused(line)
    shell.ok("label validatingwebhookconfiguration hooks b=c")
    shell.ok("delete validatingwebhookconfiguration hooks")
    shell.ok("delete pod a")


def test_a_deployment_says_that_its_replica_set_was_refused_and_tries_again(shell: Shell) -> None:
    rule = {"operations": ["CREATE"], "apiGroups": ["apps"], "apiVersions": ["v1"], "resources": ["replicasets"]}
    make(shell, rules=[rule])
    shell.ok("create deployment web --image=nginx:1.25")
    condition = shell.ok("get deploy web -o jsonpath='{.status.conditions[0].status} {.status.conditions[0].reason}'")
    assert condition == "False ReplicaSetCreateError"
    message = shell.ok("get events --field-selector reason=ReplicaSetCreateError -o jsonpath='{.items[0].message}'")
    assert message.startswith('Failed to create new replica set "web-')
    assert 'failed calling webhook "a.example.com"' in message
    shell.ok("delete validatingwebhookconfiguration hooks")
    shell.ok("sim advance 30s")
    shell.ok("rollout status deploy/web")


@pytest.mark.parametrize(
    ("expression", "changes", "status"),
    [
        ("object.metadata.name == 'a'", {}, 1),
        ("object.metadata.name != 'a'", {}, 0),
        ("request.userInfo.username.startsWith('system:')", {}, 0),
        ("object.data.x == 'y'", {}, 1),
        ("object.data.x == 'y'", {"failurePolicy": "Ignore"}, 0),
    ],
)
def test_conditions_decide_too(shell: Shell, expression: str, changes: dict[str, Any], status: int) -> None:
    make(shell, matchConditions=[{"name": "c", "expression": expression}], **changes)
    assert shell("create cm a")[0] == status


def test_a_condition_that_cannot_be_evaluated_refuses(shell: Shell) -> None:
    make(shell, matchConditions=[{"name": "c", "expression": "object.data.x == 'y'"}])
    assert shell.refused("create cm a").startswith('error: failed to create configmap: configmaps "a" is forbidden: ')


def test_a_condition_has_to_compile(shell: Shell) -> None:
    conditions = [{"name": "c", "expression": "object."}]
    path = shell.write("hooks.json", configuration(matchConditions=conditions))
    assert "webhooks[0].matchConditions[0].expression: Invalid value" in shell.refused(f"create -f {path}")
