"""Who may approve and sign, and what status a user may write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_lines import Shell

SIGNER = "example.com/serving"
REQUEST = (
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIRk1HNENBUUF3RERFS01BZ0dBMVVFQXd3QllUQlpNQk1HQnlx"
    "R1NNNDlBZ0VHQ0NxR1NNNDlBd0VIQTBJQQpCSG9zMmhJdEtLMW5URmRkaEhyTXg0ZlpYM2l6MEpqVWxZT2N1UGl5akhKQW9iNUhN"
    "Q2R4alRMTHhVTXh4SGs5CjNJYW9KM1VTQ3NMZ2NlUXpsRURjUit5Z0FEQUtCZ2dxaGtqT1BRUURBZ05IQURCRUFpQmc5QnU1bWhW"
    "MWREajgKMnRvVXNDY2hCd1RYN0wvTXM5L0srUm1xVlpOOU9RSWdLODlkcEJBR1E2TWdvWEEyQU9aQ25qZ202TUlNQmdOcAp2bGhW"
    "UjNoWTRIWT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg=="
)


@pytest.fixture(autouse=True)
def request_of_a_certificate(shell: Shell) -> None:
    spec = f"{{request: {REQUEST}, signerName: {SIGNER}, usages: [client auth]}}"
    head = "apiVersion: certificates.k8s.io/v1, kind: CertificateSigningRequest, metadata: {name: csr}"
    path = shell.write("csr.yml", f"{{{head}, spec: {spec}}}")
    shell.ok(f"create -f {path}")
    shell.ok("create clusterrole c --verb=get,update,patch --resource=csr,csr/approval,csr/status")
    shell.ok("create clusterrolebinding c --clusterrole=c --user=jane")


@pytest.mark.parametrize("name", [SIGNER, "example.com/*"])
def test_who_approves_needs_a_right_for_the_signer(shell: Shell, name: str) -> None:
    assert shell.refused("certificate approve csr --as=jane") == (
        'Error from server (Forbidden): certificatesigningrequests.certificates.k8s.io "csr" is forbidden: user not '
        f'permitted to approve requests with signerName "{SIGNER}"\n'
    )
    rule = f"{{apiGroups: [certificates.k8s.io], resources: [signers], resourceNames: ['{name}'], verbs: [approve]}}"
    head = "apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: s}"
    shell.ok(f"create -f {shell.write('role.yml', f'{{{head}, rules: [{rule}]}}')}")
    shell.ok("create clusterrolebinding s --clusterrole=s --user=jane")
    shell.ok("certificate approve csr --as=jane")


def test_a_status_is_written_by_who_may_write_it(shell: Shell) -> None:
    shell.ok("create deployment web --image=nginx:1.25")
    shell.ok("create role r --verb=get,patch --resource=deployments")
    shell.ok("create rolebinding r --role=r --user=jane")
    assert shell.refused("""patch deploy web --subresource=status -p '{"status":{"replicas":3}}' --as=jane""") == (
        'Error from server (Forbidden): deployments.apps "web" is forbidden: User "jane" cannot patch resource '
        '"deployments/status" in API group "apps" in the namespace "default"\n'
    )


# Of the organization system:masters.
MASTERS = (
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIaE1JR0hBZ0VBTUNVeEZ6QVZCZ05WQkFvTURuTjVjM1JsYlRw"
    "dFlYTjBaWEp6TVFvd0NBWURWUVFEREFGaApNRmt3RXdZSEtvWkl6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUVUNlArWW05OGxjdW1D"
    "dWVoNFlzM09WR1MxcFVWCmxoSUl5RVEyTzZEc1JLNFZlaFk5RXBVUEV3Zm9tQkFBN3AyN1l5UEpLV3pzNjhmeFZ3U2lCNGs1dTZB"
    "QU1Bb0cKQ0NxR1NNNDlCQU1DQTBrQU1FWUNJUUNpWjJPMFliTlRnZXpmMVdESjNBREtYQlhNS0N5d1d3REw3a0c2QVloaQp1UUlo"
    "QU05K21WR3dEZ0s2NXV4bzZ3Q1JXVHM2K09kdUh1OGJWaEZycmFHNmVKNjUKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0t"
    "LS0tCg=="
)


def test_nobody_asks_for_a_certificate_of_the_masters(shell: Shell) -> None:
    signer = "kubernetes.io/kube-apiserver-client"
    head = "apiVersion: certificates.k8s.io/v1, kind: CertificateSigningRequest, metadata: {name: m}"
    spec = f"{{request: {MASTERS}, signerName: {signer}, usages: [client auth]}}"
    assert shell.refused(f"create -f {shell.write('m.yml', f'{{{head}, spec: {spec}}}')}").endswith(
        f'"m" is forbidden: use of {signer} signer with system:masters group is not allowed\n'
    )
