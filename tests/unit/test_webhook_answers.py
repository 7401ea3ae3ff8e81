"""Webhooks whose program is known: what agnhost's ``webhook`` denies and changes, and why one is not reached."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

# Self-signed, for svc.default.svc.
CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIBkTCCATegAwIBAgIUfCb6BKgbLseJGU9UX656rajQVwcwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEaG9vazAgFw0yNjExMzAwNTEwMTRaGA8yMTI2MTEwNjA1MTAx
NFowDzENMAsGA1UEAwwEaG9vazBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABF79
pUNWHrCxU8fpMEQa09Xaz8QLvfBYKhVm4CAbJNspUs+RuTJjDghns3fAeDvOzinY
GQ7ENviR2oN/Mcf2/rijbzBtMB0GA1UdDgQWBBTRXx2GEkS80zhvM0ZLxLiVeokW
7DAfBgNVHSMEGDAWgBTRXx2GEkS80zhvM0ZLxLiVeokW7DAPBgNVHRMBAf8EBTAD
AQH/MBoGA1UdEQQTMBGCD3N2Yy5kZWZhdWx0LnN2YzAKBggqhkjOPQQDAgNIADBF
AiA7L6eZgmENIV7iIc4XDjI2K1G2OYOO+PcUXbsO6GJ1NQIhAIY/B3MLk0zci+Xl
1ZAN+DAQgTEdr1C2P0LXrydH34cW
-----END CERTIFICATE-----
"""
MOUNTED = {"name": "certs", "mountPath": "/certs"}
CONTAINER = {
    "name": "hook",
    "image": "registry.k8s.io/e2e-test-images/agnhost:2.57",
    "args": ["webhook", "--tls-cert-file=/certs/tls.crt", "--tls-private-key-file=/certs/tls.key", "--port=8444"],
    "volumeMounts": [MOUNTED],
}
POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "hook", "labels": {"app": "svc"}},
    "spec": {"containers": [CONTAINER], "volumes": [{"name": "certs", "secret": {"secretName": "certs"}}]},
}


@pytest.fixture
def hook(shell: Shell) -> Shell:
    """A cluster in which the program runs behind the Service ``svc``."""
    shell.ok("sim reset --profile kind --nodes 2 --seed 1")
    shell.write("tls.crt", CERTIFICATE)
    shell.ok("create secret generic certs --from-file=tls.crt --from-literal=tls.key=unread")
    shell.ok(f"create -f {shell.write('pod.json', json.dumps(POD))}")
    shell.ok("create service clusterip svc --tcp=443:8444")
    shell.ok("wait pod/hook --for=condition=Ready")
    return shell


def make(shell: Shell, kind: str, path: str, rule: dict[str, Any], trusted: str = CERTIFICATE, **changes: Any) -> None:
    service = {"name": "svc", "namespace": "default", "path": path}
    config = {"service": service, "caBundle": b64encode(trusted.encode()).decode()}
    one = {"name": "a.example.com", "sideEffects": "None", "admissionReviewVersions": ["v1"], **changes}
    configuration = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": f"{kind}WebhookConfiguration",
        "metadata": {"name": "hooks"},
        "webhooks": [{**one, "clientConfig": config, "rules": [rule]}],
    }
    shell.ok(f"create -f {shell.write('hooks.json', json.dumps(configuration))}")


def rule(plural: str, *operations: str) -> dict[str, Any]:
    return {"operations": list(operations), "apiGroups": [""], "apiVersions": ["v1"], "resources": [plural]}


DENIED = 'admission webhook "a.example.com" denied the request: '


def test_what_a_webhook_denies_is_refused_in_its_words(hook: Shell) -> None:
    make(hook, "Validating", "/configmaps", rule("configmaps", "*"))
    wrong = f"error: failed to create configmap: {DENIED}the configmap contains unwanted key and value\n"
    assert hook.refused("create cm a --from-literal=webhook-e2e-test=webhook-disallow") == wrong
    hook.ok("create cm kept --from-literal=webhook-e2e-test=webhook-nondeletable")
    assert f"{DENIED}the configmap cannot be deleted" in hook.refused("delete cm kept")
    assert DENIED in hook.refused("""patch cm kept -p '{"data":{"webhook-e2e-test":"webhook-disallow"}}'""")
    hook.ok("delete validatingwebhookconfiguration hooks")
    hook.ok("delete cm kept")


def test_a_connection_is_denied_too(hook: Shell) -> None:
    make(hook, "Validating", "/pods/attach", rule("pods/attach", "CONNECT"))
    container = {"name": "container1", "image": "nginx:1.25", "stdin": True}
    pod = {**POD, "metadata": {"name": "to-be-attached-pod"}, "spec": {"containers": [container]}}
    hook.ok(f"create -f {hook.write('attached.json', json.dumps(pod))}")
    hook.ok("wait pod/to-be-attached-pod --for=condition=Ready")
    why = f"{DENIED}attaching to pod 'to-be-attached-pod' is not allowed"
    assert why in hook.refused("attach to-be-attached-pod -i -c container1")


def test_a_patch_of_a_webhook_is_applied_and_defaulted(hook: Shell) -> None:
    make(hook, "Mutating", "/mutating-pods", rule("pods", "CREATE"))
    hook.ok("run webhook-to-be-mutated --image nginx:1.25")
    (added,) = json.loads(hook.ok("get pod webhook-to-be-mutated -o json"))["spec"]["initContainers"]
    assert (added["name"], added["terminationMessagePolicy"]) == ("webhook-added-init-container", "File")
    hook.ok("delete mutatingwebhookconfiguration hooks")
    make(hook, "Mutating", "/mutating-configmaps", rule("configmaps", "CREATE"))
    hook.ok("create cm a --from-literal=mutation-start=yes")
    assert json.loads(hook.ok("get cm a -o json"))["data"] == {"mutation-start": "yes", "mutation-stage-1": "yes"}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"timeoutSeconds": 1}, "context deadline exceeded"),
        ({"trusted": ""}, "tls: failed to verify certificate: x509: certificate signed by unknown authority"),
        ({"timeoutSeconds": 1, "failurePolicy": "Ignore"}, ""),
        ({"timeoutSeconds": 6}, ""),
    ],
)
def test_a_webhook_that_is_late_or_is_not_trusted_fails(hook: Shell, changes: dict[str, Any], why: str) -> None:
    make(hook, "Validating", "/always-allow-delay-5s", rule("configmaps", "CREATE"), **changes)
    if why:
        post = 'failed to call webhook: Post "https://svc.default.svc:443/always-allow-delay-5s?timeout'
        found = hook.refused("create cm a")
        assert post in found
        assert found.endswith(f": {why}\n")
    else:
        hook.ok("create cm a")


def test_a_webhook_with_effects_is_not_called_by_a_rehearsal(hook: Shell) -> None:
    changes = {"sideEffects": "NoneOnDryRun"}
    make(hook, "Validating", "/always-deny", rule("configmaps", "CREATE"), **changes)
    assert f"{DENIED}this webhook denies all requests" in hook.refused("create cm a --dry-run=server")


def definition() -> str:
    def version(name: str, *fields: str, storage: bool = False) -> dict[str, Any]:
        properties = {field: {"type": "string"} for field in fields}
        return {
            "name": name,
            "served": True,
            "storage": storage,
            "schema": {"openAPIV3Schema": {"type": "object", "properties": properties}},
        }

    service = {"name": "svc", "namespace": "default", "path": "/crdconvert"}
    config = {"service": service, "caBundle": b64encode(CERTIFICATE.encode()).decode()}
    spec = {
        "group": "stable.example.com",
        "names": {"kind": "Host", "plural": "hosts"},
        "scope": "Namespaced",
        "versions": [version("v1", "hostPort", storage=True), version("v2", "host", "port")],
        "conversion": {
            "strategy": "Webhook",
            "webhook": {"clientConfig": config, "conversionReviewVersions": ["v1"]},
        },
    }
    head = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}
    return json.dumps({**head, "metadata": {"name": "hosts.stable.example.com"}, "spec": spec})


def test_a_webhook_converts_what_is_stored_in_another_version(hook: Shell) -> None:
    container = {**CONTAINER, "args": ["crd-conversion-webhook", *CONTAINER["args"][1:]]}  # type: ignore[misc]
    pod = {**POD, "spec": {**POD["spec"], "containers": [container]}}  # type: ignore[dict-item]
    hook.ok("delete pod hook --now")
    hook.ok(f"create -f {hook.write('converter.json', json.dumps(pod))}")
    hook.ok("wait pod/hook --for=condition=Ready")
    hook.ok(f"create -f {hook.write('definition.json', definition())}")
    made = {"apiVersion": "stable.example.com/v1", "kind": "Host", "metadata": {"name": "a", "labels": {"x": "y"}}}
    hook.ok(f"create -f {hook.write('host.json', json.dumps({**made, 'hostPort': 'here:80'}))}")
    found = json.loads(hook.ok("get hosts.v2.stable.example.com a -o json"))
    assert (found["host"], found["port"], found["metadata"]["labels"]) == ("here", "80", {"x": "y"})
    assert "hostPort" not in found
    hook.ok("""patch hosts.v2.stable.example.com a --type merge -p '{"port": "81"}'""")
    assert json.loads(hook.ok("get hosts.v1.stable.example.com a -o json"))["hostPort"] == "here:81"
    wrong = hook.write("wrong.json", json.dumps({**made, "metadata": {"name": "b"}, "hostPort": "nowhere"}))
    hook.ok(f"create -f {wrong}")
    assert "invalid hostPort value `nowhere`" in hook.refused("get hosts.v2.stable.example.com b")
