"""The plugin CertificateSigning: who may write the certificate of a request.

Mirrors plugin/pkg/admission/certificates/signing.
"""

from __future__ import annotations

from kubesim.cluster.admission.signers import may_act_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client


def validate(attributes: Attributes, client: Client) -> None:
    """StatusError Forbidden where a certificate or the conditions change."""
    if attributes.subresource != "status":
        return
    old = attributes.old or {}
    new, before = attributes.new.get("status") or {}, old.get("status") or {}
    signer = old["spec"].get("signerName", "")
    is_changed = any(new.get(field) != before.get(field) for field in ("certificate", "conditions"))
    if is_changed and not may_act_for(client, "sign", signer):
        raise attributes.forbidden(f'user not permitted to sign requests with signerName "{signer}"')
