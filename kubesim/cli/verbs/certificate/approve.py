"""``kubesim certificate approve``. Mirrors kubectl pkg/cmd/certificates/certificates.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.verbs.certificate.decision import CertificateOptions, Decision, decide

DECISION = Decision(
    condition="Approved",
    opposite="Denied",
    reason="KubectlApprove",
    message="This CSR was approved by kubectl certificate approve.",
    operation="approved",
)


def run(inv: Invocation, *, options: CertificateOptions) -> None:
    decide(inv, options, DECISION)


COMMAND = Command(
    name="approve",
    use="certificate approve (-f FILENAME | NAME)",
    short="Approve a certificate signing request",
    long="Note in certificate signing requests that they are approved, so that their signers issue certificates.",
    examples=(("A request", "certificate approve CSR"),),
    run=run,
)
