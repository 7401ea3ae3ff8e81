"""Admission policies: what else they see and do than the recorded sessions show (tests/transcripts/drills/admission-*)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

MAPS = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}


def policy(shell: Shell, kind: str, name: str, spec: dict[str, Any], *, rule: dict[str, Any] = MAPS) -> None:
    """Put a policy in force, with a binding that denies."""
    actions = {"validationActions": ["Deny"]} if kind == "Validating" else {}
    objects = [
        {"kind": f"{kind}AdmissionPolicy", "spec": {"matchConstraints": {"resourceRules": [rule]}, **spec}},
        {"kind": f"{kind}AdmissionPolicyBinding", "spec": {"policyName": name, **actions}},
    ]
    for obj in objects:
        whole = {"apiVersion": "admissionregistration.k8s.io/v1", "metadata": {"name": name}, **obj}
        shell.ok(f"create -f {shell.write('object.json', json.dumps(whole))}")


def validating(shell: Shell, expression: str, *, rule: dict[str, Any] = MAPS, **spec: Any) -> None:
    policy(shell, "Validating", "p", {"validations": [{"expression": expression, "message": "no"}], **spec}, rule=rule)


def patching(path: str, value: str) -> dict[str, Any]:
    expression = f'[JSONPatch{{op: "add", path: "{path}", value: {value}}}]'
    return {"patchType": "JSONPatch", "jsonPatch": {"expression": expression}}


DENIED = "ValidatingAdmissionPolicy 'p' with binding 'p' denied request"


@pytest.mark.parametrize(
    "expression",
    [
        "request.kind.kind == 'ConfigMap' && request.resource.resource == 'configmaps' && request.operation == 'CREATE'",
        "request.name == 'a' && request.namespace == 'default' && !request.dryRun && !has(request.subResource)",
        "request.userInfo.username == 'kubernetes-admin' && 'system:authenticated' in request.userInfo.groups",
        "request.options.kind == 'CreateOptions' && oldObject == null",
        "namespaceObject.metadata.labels['kubernetes.io/metadata.name'] == 'default'",
        "namespaceObject.status.phase == 'Active'",
        "authorizer.group('apps').resource('deployments').namespace('default').check('delete').allowed()",
        "authorizer.path('/healthz').check('get').allowed()",
        "!authorizer.serviceAccount('default', 'default').group('').resource('pods').check('list').allowed()",
        "authorizer.requestResource.check('create').allowed() && authorizer.requestResource.check('create').error() == ''",
        "object.data.a == 'b' && object.metadata.name == 'a' && object.kind == 'ConfigMap'",
    ],
)
def test_an_expression_sees_the_request(shell: Shell, expression: str) -> None:
    validating(shell, expression)
    shell.ok("create cm a --from-literal=a=b")


def test_who_is_impersonated_is_the_one_who_asks(shell: Shell) -> None:
    shell.ok("create clusterrole maps --verb=create --resource=configmaps")
    shell.ok("create clusterrolebinding maps --clusterrole=maps --user=jane")
    validating(shell, "authorizer.requestResource.check('delete').allowed()", failurePolicy="Fail")
    shell.ok("create cm a")
    assert f"{DENIED}: no" in shell.refused("create cm b --as=jane")


def test_a_scale_is_seen_as_a_scale(shell: Shell) -> None:
    shell.ok("create deployment web --image=nginx:1.25")
    rule = {**MAPS, "apiGroups": ["apps"], "resources": ["deployments/scale"]}
    validating(shell, "object.kind != 'Scale' || object.spec.replicas <= 3", rule=rule)
    shell.ok("scale deployment web --replicas=3")
    words = shell.refused("scale deployment web --replicas=4")
    assert words == f'The deployments "web" is invalid: : {DENIED}: no\n'


def test_a_dry_run_is_judged_as_well(shell: Shell) -> None:
    validating(shell, "request.dryRun == false")
    assert f"{DENIED}: no" in shell.refused("create cm a --dry-run=server")


def test_a_policy_without_a_binding_judges_nothing(shell: Shell) -> None:
    validating(shell, "false")
    shell.ok("delete validatingadmissionpolicybinding p")
    shell.ok("create cm a")


def test_policies_do_not_judge_policies(shell: Shell) -> None:
    rule = {**MAPS, "apiGroups": ["*"], "apiVersions": ["*"], "operations": ["*"], "resources": ["*"]}
    validating(shell, "false", rule=rule)
    shell.refused("create ns a")
    shell.ok("delete validatingadmissionpolicy p")


def test_a_policy_that_wants_to_be_is_asked_again_after_another_changed_the_object(shell: Shell) -> None:
    count = "string(object.metadata.?labels.orValue({}).size() + object.data.size())"
    for name, again, path in (("p1", "IfNeeded", "/data/first"), ("p2", "Never", "/data/second")):
        spec = {"reinvocationPolicy": again, "mutations": [patching(path, count)]}
        policy(shell, "Mutating", name, spec)
    shell.ok("create cm a --from-literal=a=b")
    assert json.loads(shell.ok("get cm a -o json"))["data"] == {"a": "b", "first": "3", "second": "2"}


def test_a_policy_changes_the_pods_of_controllers(shell: Shell) -> None:
    label = "Object{metadata: Object.metadata{labels: Object.metadata.labels{team: 'blue'}}}"
    mutation = {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression": label}}
    rule = {**MAPS, "resources": ["pods"]}
    policy(shell, "Mutating", "p", {"reinvocationPolicy": "Never", "mutations": [mutation]}, rule=rule)
    shell.ok("create deployment web --image=nginx:1.25 --replicas=2")
    shell.ok("rollout status deployment/web")
    pods = json.loads(shell.ok("get pods -l app=web -o json"))["items"]
    assert [pod["metadata"]["labels"]["team"] for pod in pods] == ["blue", "blue"]


def webhook(shell: Shell, condition: dict[str, str]) -> None:
    """A validating webhook that nobody serves, called where the condition holds."""
    hook = {
        "name": "a.example.com",
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "clientConfig": {"service": {"name": "svc", "namespace": "default"}},
        "rules": [MAPS],
        "matchConditions": [condition],
    }
    whole = {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration"}
    text = json.dumps({**whole, "metadata": {"name": "hooks"}, "webhooks": [hook]})
    shell.ok(f"create -f {shell.write('hooks.json', text)}")


def test_a_webhook_is_called_where_its_conditions_hold(shell: Shell) -> None:
    webhook(shell, {"name": "only-b", "expression": "object.metadata.name == 'b'"})
    shell.ok("create cm a")
    assert 'failed calling webhook "a.example.com"' in shell.refused("create cm b")


def test_a_condition_of_a_webhook_that_cannot_be_evaluated_refuses(shell: Shell) -> None:
    webhook(shell, {"name": "x", "expression": "object.nope == 1"})
    words = "configmaps \"a\" is forbidden: expression 'object.nope == 1' resulted in error: no such key: nope"
    assert words in shell.refused("create cm a")


TOKENS = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["serviceaccounts/token"]}


def test_a_request_for_a_token_is_judged(shell: Shell) -> None:
    validating(shell, "request.kind.kind != 'TokenRequest' || object.spec.expirationSeconds <= 3600", rule=TOKENS)
    assert shell.ok("create token default --duration 1h").startswith("ey")
    refused = shell.refused("create token default --duration 2h")
    assert 'failed to create token: serviceaccounts "default" is forbidden: ValidatingAdmissionPolicy' in refused


def test_a_request_for_a_token_is_changed(shell: Shell) -> None:
    spec = {"reinvocationPolicy": "Never", "mutations": [patching("/spec/expirationSeconds", "1000")]}
    policy(shell, "Mutating", "short", spec, rule=TOKENS)
    assert shell.ok("create token default --duration 2h -o jsonpath={.spec.expirationSeconds}") == "1000"
