"""The plugin CertificateApproval: who may approve for the signer of a request.

Mirrors plugin/pkg/admission/certificates/approval.
"""

from __future__ import annotations

from kubesim.cluster.admission.signers import may_act_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client


def validate(attributes: Attributes, client: Client) -> None:
    """StatusError Forbidden."""
    signer = (attributes.old or {})["spec"].get("signerName", "")
    if attributes.subresource == "approval" and not may_act_for(client, "approve", signer):
        raise attributes.forbidden(f'user not permitted to approve requests with signerName "{signer}"')
