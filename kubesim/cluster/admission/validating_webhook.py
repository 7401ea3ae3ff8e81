"""The plugin ValidatingAdmissionWebhook. Mirrors apiserver's pkg/admission/plugin/webhook/validating."""

from __future__ import annotations

from kubesim.cluster.admission.webhooks import called

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client


def validate(attributes: Attributes, client: Client) -> None:
    """Let the webhooks that can be reached allow the request; StatusError InternalError where one cannot."""
    for _ in called("ValidatingWebhookConfiguration", attributes, client):
        pass
