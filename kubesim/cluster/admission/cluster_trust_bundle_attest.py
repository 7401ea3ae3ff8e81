"""The plugin ClusterTrustBundleAttest: who may publish what a signer's certificates are trusted by.

Mirrors plugin/pkg/admission/certificates/ctbattest.
"""

from __future__ import annotations

from kubesim.cluster.admission.signers import may_act_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client


def validate(attributes: Attributes, client: Client) -> None:
    """StatusError Forbidden for a bundle of a signer."""
    signer = (attributes.new.get("spec") or {}).get("signerName")
    if signer and not may_act_for(client, "attest", signer):
        raise attributes.forbidden(f'user not permitted to attest for signerName "{signer}"')
