"""certificate approve and deny: what becomes of a request, and the words of what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

# What ``openssl req -new -subj /O=dev/CN=ann`` writes, in base64.
ANN = (
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIVk1INENBUUF3SERFTU1Bb0dBMVVFQ2d3RFpHVjJNUXd3Q2dZ"
    "RFZRUUREQU5oYm00d1dUQVRCZ2NxaGtqTwpQUUlCQmdncWhrak9QUU1CQndOQ0FBUjN5V3VYZW1SRUcrUmZicTN6OFQwT1REOWhj"
    "di9mZmwvK2VPTFZZYjdVClFMd3U2aUJhYllqbjh0WmZzdVlwV2pvOWdBaWVneGJONzhkWWFoaGtMU0Iyb0FBd0NnWUlLb1pJemow"
    "RUF3SUQKUndBd1JBSWdVZVZHWGlKTHNtMGM0RDVIRGVkcXJ1Q3lOZzNHTDZHZ3JLaXVPVWRJdlhJQ0lBbmJBclVBZTBVRwp1UmdD"
    "ekJQdm85cTJ3Ris5TVdabFd4UGVrc1ExUTBsUgotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K"
)
REQUEST = f"""
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {{name: ann}}
spec: {{request: {ANN}, signerName: kubernetes.io/kube-apiserver-client, usages: [client auth]}}
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


REQUESTOR = "-o jsonpath='{.spec.username} {.spec.uid} {.spec.groups} {.spec.extra}'"


def test_a_request_tells_who_made_it_whatever_it_says(shell: Shell) -> None:
    shell.write("other.yml", REQUEST.replace("name: ann", "name: ben").replace("spec: {", "spec: {username: root, "))
    acting = "--as=ben --as-group=b --as-group=,a --as-uid=u1 --as-user-extra=k=a,b --as-user-extra=k=c"
    shell.ok("create clusterrole maker --verb=create --resource=csr")
    shell.ok("create clusterrolebinding maker --clusterrole=maker --user=ben")
    shell.ok(f"create -f other.yml {acting}")
    given = 'ben u1 ["b",",a","system:authenticated"] {"k":["a,b","c"]}'
    assert shell.ok(f"get csr ben {REQUESTOR}") == given
    shell.ok("""patch csr ben --type=merge -p '{"spec": {"username": "root"}}'""")
    shell.ok("certificate approve ben")
    assert shell.ok(f"get csr ben {REQUESTOR}") == given
    assert "  kubernetes-admin  " in shell.ok("get csr ann")


@pytest.mark.parametrize("flag", ["--as-group=a", "--as-uid=a", "--as-user-extra=a=b"])
def test_who_is_acted_as_needs_a_name(shell: Shell, flag: str) -> None:
    assert shell.refused(f"get pods {flag}") == (
        "error: requesting uid, groups or user-extra for kubernetes-admin without impersonating a user\n"
    )
