"""``kubesim certificate deny``. Mirrors kubectl pkg/cmd/certificates/certificates.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.verbs.certificate.decision import CertificateOptions, Decision, decide

DECISION = Decision(
    condition="Denied",
    opposite="Approved",
    reason="KubectlDeny",
    message="This CSR was denied by kubectl certificate deny.",
    operation="denied",
)


def run(inv: Invocation, *, options: CertificateOptions) -> None:
    decide(inv, options, DECISION)


COMMAND = Command(
    name="deny",
    use="certificate deny (-f FILENAME | NAME)",
    short="Deny a certificate signing request",
    long="Note in certificate signing requests that they are denied.",
    examples=(("A request", "certificate deny CSR"),),
    run=run,
)
