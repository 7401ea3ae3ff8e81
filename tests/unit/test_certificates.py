"""Requests for certificates are approved, signed and cleared away, as kube-controller-manager does."""

from __future__ import annotations

import json
import shutil
import subprocess
from base64 import b64decode
from typing import TYPE_CHECKING, Any

import pytest
from kubesim.cluster.certificate_authority import CERTIFICATE, KEY
from kubesim.golang.x509 import der, pem
from kubesim.golang.x509.request import check_signature, parse_request
from kubesim.golang.x509.signatures import ECDSA_WITH_SHA256, public_key_info, verify

if TYPE_CHECKING:
    from pathlib import Path

    from command_lines import Shell

# What ``openssl req -new`` writes of a key of the curve P-256, with the subject /O=dev/CN=ann.
ANN = (
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIVk1INENBUUF3SERFTU1Bb0dBMVVFQ2d3RFpHVjJNUXd3Q2dZ"
    "RFZRUUREQU5oYm00d1dUQVRCZ2NxaGtqTwpQUUlCQmdncWhrak9QUU1CQndOQ0FBUjN5V3VYZW1SRUcrUmZicTN6OFQwT1REOWhj"
    "di9mZmwvK2VPTFZZYjdVClFMd3U2aUJhYllqbjh0WmZzdVlwV2pvOWdBaWVneGJONzhkWWFoaGtMU0Iyb0FBd0NnWUlLb1pJemow"
    "RUF3SUQKUndBd1JBSWdVZVZHWGlKTHNtMGM0RDVIRGVkcXJ1Q3lOZzNHTDZHZ3JLaXVPVWRJdlhJQ0lBbmJBclVBZTBVRwp1UmdD"
    "ekJQdm85cTJ3Ris5TVdabFd4UGVrc1ExUTBsUgotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K"
)
# /O=system:nodes/CN=system:node:n1
NODE = (
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIck1JR1NBZ0VBTURBeEZUQVRCZ05WQkFvTURITjVjM1JsYlRw"
    "dWIyUmxjekVYTUJVR0ExVUVBd3dPYzNsegpkR1Z0T201dlpHVTZiakV3V1RBVEJnY3Foa2pPUFFJQkJnZ3Foa2pPUFFNQkJ3TkNB"
    "QVIzeVd1WGVtUkVHK1JmCmJxM3o4VDBPVEQ5aGN2L2ZmbC8rZU9MVlliN1VRTHd1NmlCYWJZam44dFpmc3VZcFdqbzlnQWllZ3hi"
    "Tjc4ZFkKYWhoa0xTQjJvQUF3Q2dZSUtvWkl6ajBFQXdJRFNBQXdSUUlnVlZBLzAybTNRbXlXK3F0QThaSUZaem90VGZCSApkVUtV"
    "cUVFemdJTFZ1RFVDSVFDcTVCNS9SYWVnTGc5NUgyZ0JjeGFRVCtYS0VaNXdBTXl2N0hNUUd4Nkg4UT09Ci0tLS0tRU5EIENFUlRJ"
    "RklDQVRFIFJFUVVFU1QtLS0tLQo="
)
# Of an RSA key, /CN=bob, with subjectAltName=DNS:a.b,IP:10.0.0.1
BOB = (
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlJQmREQ0IzZ0lCQURBT01Rd3dDZ1lEVlFRRERBTmliMkl3Z1o4"
    "d0RRWUpLb1pJaHZjTkFRRUJCUUFEZ1kwQQpNSUdKQW9HQkFLZnhaY1lyM2k5OEYzWml5bnJoZ1IvSzY1MjFMd2ZobUtlZlBSWG9i"
    "dlE0R240anF6elU0OUdFClA4Yk01RzRqenQybjFRNXh0U3BEdFQxbW5jWmFPMFRpK0JXbEpsNllGcmtTMXRvR0tEL3hOK1lzMFVU"
    "ZVpRQjEKWFlwTnRoWDIxR0hzc0hzeTlOeUt6SkxtMk1YUFQ1M1hXRnR2SUJvYWlrY015UXhab3VjeEFnTUJBQUdnSnpBbApCZ2tx"
    "aGtpRzl3MEJDUTR4R0RBV01CUUdBMVVkRVFRTk1BdUNBMkV1WW9jRUNnQUFBVEFOQmdrcWhraUc5dzBCCkFRc0ZBQU9CZ1FCNjMr"
    "NEZvUFBRdkxFaGlVVVMrSEUxeGlCL3Roa2hOQ21jbTdqM0Y0My94dnBSKzhrdEdpcFAKOWZjQ3dQazJ2S1prNzZqK2hTZUxFbkcw"
    "TnFrNlVoVXFiOFBBZTRHYTZ1cGxKUmtIb1lxdzJINDhnWEpYM0ZLWgpVUXY1V3lNSDdTZ1E1R0xFNGwyTmdNeWpOeU5XNFZUdkx1"
    "OUhtWjZTV3hJOHB4K2F5bHhaYVE9PQotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K"
)

CLIENT, KUBELET = "kubernetes.io/kube-apiserver-client", "kubernetes.io/kube-apiserver-client-kubelet"


def request(shell: Shell, text: str, signer: str = CLIENT, usages: str = "client auth", **spec: Any) -> Any:
    """The request once it was made and approved."""
    shell.write("csr.json", manifest(text, signer, usages, **spec))
    shell.ok("create -f csr.json")
    shell.ok("certificate approve csr")
    return json.loads(shell.ok("get csr csr -o json"))


def manifest(text: str, signer: str = CLIENT, usages: str = "client auth", **spec: Any) -> str:
    asked = {"request": text, "signerName": signer, "usages": usages.split(","), **spec}
    head = {"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": {"name": "csr"}}
    return json.dumps({**head, "spec": asked})


def issued(csr: Any) -> bytes:
    (block,) = pem.decode_all(b64decode(csr["status"]["certificate"]))
    assert (block.type, block.has_headers) == ("CERTIFICATE", False)
    return block.content


@pytest.mark.parametrize("text", [ANN, BOB])
def test_an_approved_request_is_signed_by_the_clusters_authority(shell: Shell, text: str) -> None:
    certificate = issued(request(shell, text))
    signed, algorithm, signature = der.read(certificate).children
    assert der.read_oid(algorithm.children[0].content) == ECDSA_WITH_SHA256
    verify(der.read(public_key_info(KEY)), ECDSA_WITH_SHA256, signed.raw, signature.content[1:])
    (asked,) = pem.decode_all(b64decode(text))
    assert parse_request(asked.content).public_key.raw in certificate


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
@pytest.mark.parametrize("text", [ANN, BOB])
def test_openssl_reads_it_and_trusts_it(shell: Shell, tmp_path: Path, text: str) -> None:
    csr = request(shell, text, usages="client auth,digital signature", expirationSeconds=86400)
    (tmp_path / "ca.crt").write_text(CERTIFICATE)
    (tmp_path / "user.crt").write_bytes(b64decode(csr["status"]["certificate"]))
    verdict = run_openssl(tmp_path, "verify -no_check_time -CAfile ca.crt user.crt")
    assert verdict == "user.crt: OK\n"
    shown = run_openssl(tmp_path, "x509 -noout -subject -ext keyUsage,extendedKeyUsage,subjectAltName -in user.crt")
    lines = [line.strip() for line in shown.splitlines()]
    assert lines[0] == ("subject=O = dev, CN = ann" if text == ANN else "subject=CN = bob")
    assert "TLS Web Client Authentication" in lines
    assert ("DNS:a.b, IP Address:10.0.0.1" in lines) is (text == BOB)


def run_openssl(folder: Path, line: str) -> str:
    ran = subprocess.run(["openssl", *line.split()], cwd=folder, capture_output=True, text=True, check=True)
    return ran.stdout


@pytest.mark.parametrize(
    ("text", "signer", "usages", "state", "message"),
    [
        (
            ANN,
            CLIENT,
            "client auth,server auth",
            "Approved,Failed",
            "invalid usage for client certificate: server auth",
        ),
        (ANN, CLIENT, "signing,client auth", "Approved,Failed", "invalid usage for client certificate: signing"),
        (ANN, KUBELET, "client auth", "Approved,Failed", "subject organization is not system:nodes"),
        (
            NODE,
            "kubernetes.io/kubelet-serving",
            "server auth",
            "Approved,Failed",
            "DNS or IP subjectAltName is required",
        ),
        (ANN, "example.com/signer", "client auth", "Approved", ""),
    ],
)
def test_a_signer_signs_what_is_meant_for_it(
    shell: Shell, text: str, signer: str, usages: str, state: str, message: str
) -> None:
    csr = request(shell, text, signer, usages)
    assert "certificate" not in csr["status"]
    assert shell.ok("get csr csr --no-headers").split()[-1] == state
    assert (csr["status"]["conditions"][1:] or [{"message": ""}])[-1]["message"] == message


def test_a_kubelets_request_is_approved_by_itself(shell: Shell) -> None:
    shell.write("csr.json", manifest(NODE, KUBELET, "client auth,digital signature"))
    shell.ok("create -f csr.json")
    message = "get csr csr -o jsonpath={.status.conditions[0].message}"
    assert shell.ok(message) == "Auto approving kubelet client certificate after SubjectAccessReview."
    assert shell.ok("get csr csr --no-headers").split()[-1] == "Approved,Issued"


def test_requests_are_cleared_away(shell: Shell) -> None:
    request(shell, ANN)
    shell.ok("sim advance 59m")
    assert shell.ok("get csr -o name") != ""
    shell.ok("sim advance 2m")
    assert shell.ok("get csr -o name") == ""


def test_a_request_is_described_by_what_it_asks_for(shell: Shell) -> None:
    request(shell, BOB, expirationSeconds=3600)
    text = shell.ok("describe csr csr")
    assert "Requested Duration:  60m\n" in text
    assert "Common Name:    bob\n" in text
    assert "DNS Names:     a.b\n" in text


@pytest.mark.parametrize("text", [ANN, BOB])
def test_another_signature_is_noticed(text: str) -> None:
    (block,) = pem.decode_all(b64decode(text))
    parsed = parse_request(block.content)
    check_signature(parsed)
    wrong = parsed._replace(signed=parsed.signed + b"x")
    with pytest.raises(ValueError, match="verification"):
        check_signature(wrong)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x30", "asn1: syntax error: data truncated"),
        (b"\x30\x05\x02", "asn1: syntax error: data truncated"),
        (b"\x30\x00\x00", "asn1: syntax error: trailing data"),
        (b"\x30\x00", "asn1: structure error: tags don't match"),
    ],
)
def test_what_is_no_request_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_request(content)
