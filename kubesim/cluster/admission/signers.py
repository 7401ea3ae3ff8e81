"""Who may act for a signer of certificates. Mirrors pkg/registry/certificates' authorization helpers."""

from __future__ import annotations

from kubesim.cluster.authorizer import decide
from kubesim.cluster.rbac import Action

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.client import Client

GROUP = "certificates.k8s.io"


def may_act_for(client: Client, verb: str, signer: str) -> bool:
    """Whether the user may approve, sign or attest for a signer, or for all of its domain.

    Mirrors IsAuthorizedForSignerName.
    """
    user = client.context.user
    if user is None:
        return True
    names = (signer, f"{signer.partition('/')[0]}/*")
    return any(decide(client, user, "", Action(verb, GROUP, "signers", name=name)).is_allowed for name in names)
