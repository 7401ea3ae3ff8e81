"""The plugin CertificateSubjectRestriction: nobody asks for a client's certificate of system:masters.

Mirrors plugin/pkg/admission/certificates/subjectrestriction.
"""

from __future__ import annotations

from kubesim.cluster.identity import MASTERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client

SIGNER = "kubernetes.io/kube-apiserver-client"


def validate(attributes: Attributes, client: Client) -> None:  # noqa: ARG001
    """StatusError Forbidden."""
    spec = attributes.new["spec"]
    if spec.get("signerName") != SIGNER:
        return
    from kubesim.kinds.validation.certificate_signing_request import parse_csr

    if MASTERS in parse_csr(spec["request"]).organizations:
        raise attributes.forbidden(f"use of {SIGNER} signer with {MASTERS} group is not allowed")
