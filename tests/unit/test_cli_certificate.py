"""certificate approve and deny: what becomes of a request, and the words of what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

# What ``openssl req -new -subj /CN=ann`` writes is of no account here: nobody signs it.
REQUEST = """
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: ann}
spec: {request: LS0tLS1CRUdJTg==, signerName: kubernetes.io/kube-apiserver-client, usages: [client auth]}
"""
CONDITIONS = "get csr ann -o jsonpath={.status.conditions[*].type}:{.status.conditions[*].reason}"


@pytest.fixture(autouse=True)
def request_for_a_certificate(shell: Shell) -> None:
    shell.write("csr.yml", REQUEST)
    shell.ok("create -f csr.yml")


def test_a_request_is_approved_or_denied_for_good(shell: Shell) -> None:
    told = "certificatesigningrequest.certificates.k8s.io/ann approved\n"
    assert shell.ok("certificate approve ann") == told
    assert shell.ok(CONDITIONS) == "Approved:KubectlApprove"
    assert shell.ok("certificate approve ann") == told
    assert shell.refused("certificate deny ann") == ('error: certificate signing request "ann" is already Approved\n')


def test_a_denied_request_is_told_as_denied(shell: Shell) -> None:
    assert shell.ok("certificate deny -f csr.yml") == "certificatesigningrequest.certificates.k8s.io/ann denied\n"
    assert shell.ok(CONDITIONS) == "Denied:KubectlDeny"


def test_somebody_has_to_be_named(shell: Shell) -> None:
    assert shell.refused("certificate approve") == (
        "error: one or more CSRs must be specified as <name> or -f <filename>\n"
    )
